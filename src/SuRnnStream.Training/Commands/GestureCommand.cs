using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Events;
using TorchSharp;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train gesture`: from recorded takes to a model in one command.</summary>
sealed class GestureCommand
{
    const string Times = "0.6,-0.15,0.1,0.4,0.7"; // around a gesture's end, as the shipped wand's
    const double Tolerance = 0.75, Refractory = 1, FrameSeconds = 0.05;

    /// <summary>Trains a model of gestures on the tables of a folder, as surnn record and surnn label write them: 20 takes of each gesture, and some minutes without any.</summary>
    /// <param name="output">-o|--out, The model file to write. Checkpoints and the training's log go to FILE.training/ beside it.</param>
    /// <param name="maxFaPerHour">False alarms an hour that the threshold may cost, on takes that are not trained on.</param>
    /// <param name="turn">Degrees by which the sensor turns at most about any axis, in training: as it is held another way.</param>
    /// <param name="roll">Degrees by which it turns at most about its first axis, in half of the segments.</param>
    /// <param name="epochs">Epochs in all, a resumed training's earlier ones included.</param>
    /// <param name="segments">Segments of eight seconds an epoch.</param>
    /// <param name="seed">The same seed gives the same training.</param>
    /// <param name="resume">Goes on from the last checkpoint, exactly.</param>
    /// <param name="threads">Threads of Torch's own operations.</param>
    /// <param name="folder">The folder: NAME.csv with NAME.labels.csv (time,label: where a gesture ends; no line where there is none).</param>
    [Command("gesture")]
    public int Gesture([Argument] string folder, string output, double maxFaPerHour = 6, double turn = 20, double roll = 0, int epochs = 60, int segments = 640, int seed = 1, bool resume = false, int threads = 1)
    {
        if (!(maxFaPerHour >= 0)) throw new ArgumentException("--max-fa-per-hour is a number from 0.");
        var tables = Directory.EnumerateFiles(folder, "*.csv").Where(file => File.Exists(Path.ChangeExtension(file, ".labels.csv"))).Order(StringComparer.Ordinal).ToArray();
        if (tables.Length == 0) throw new IOException($"{folder} has no .csv file with a .labels.csv beside it: record with surnn record, and label with surnn label.");
        var labels = new EventLabels(string.Join(';', LabelsOf(tables).Select(label => $"{label}={label}")));
        var heard = Same(tables);
        var streams = EventCorpus.Load(folder, heard, labels, []).Training;
        var corpus = new GestureCorpus(streams, heard.SampleRate, labels.Labels);
        var options = Options(folder, heard, labels, corpus, turn, roll, epochs, segments, seed);
        var sensor = options.Config.Sensor!;
        torch.set_num_threads(threads);
        var run = new TrainingRun(output + ".training");
        var log = run.Start(options, resume);
        using var interruption = new Interruption();
        using var trainer = new Trainer(options, new JoinedSegments(new EventCorpus(corpus.Training, []), sensor, options.Events!, labels.Labels.Count, seed));
        if (resume) trainer.Load(run.Checkpoint);
        else trainer.Save(run.Checkpoint);
        foreach (var line in Describe(corpus, labels.Labels, sensor)) Console.WriteLine(line);
        var left = new TimeLeft();
        var finished = FitCommand.RunEvents(trainer, options, run, log, output, report =>
        {
            left.Add(TimeSpan.FromSeconds(report.Seconds));
            if (report.Epoch % 5 == 0 || report.Epoch == epochs) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Epoch,3}/{epochs} loss {report.Loss:F3}{(report.Epoch < epochs ? "  " + left.Text(epochs - report.Epoch) : "")}"));
        }, interruption.Token);
        if (!finished) return Interruption.ExitCode;
        return Finish(trainer, corpus, options, labels.Labels, maxFaPerHour, output);
    }

    /// <summary>The labels of the tables, in the order of the alphabet.</summary>
    static IReadOnlyList<string> LabelsOf(IEnumerable<string> tables)
    {
        string[] labels = [.. tables.SelectMany(table => File.ReadLines(Path.ChangeExtension(table, ".labels.csv")).Skip(1)).Where(line => line.Contains(',')).Select(line => line.Split(',')[1].Trim()).Distinct().Order(StringComparer.Ordinal)];
        if (labels.Length == 0) throw new ArgumentException("No table has a label: find the gestures with surnn label.");
        return labels.FirstOrDefault(label => label.AsSpan().IndexOfAny(" =;|") >= 0) is { } odd ? throw new ArgumentException($"'{odd}' is no label: leave blanks and = ; | out.") : labels;
    }

    /// <summary>Channels and rate of the first table; the others have to have them, in any order and unit.</summary>
    static SensorFrontEndConfig Same(IReadOnlyList<string> tables)
    {
        var first = SensorFrontEndConfig.OfTable(tables[0]);
        foreach (var table in tables.Skip(1))
            if (SensorFrontEndConfig.OfTable(table) is var other && Math.Abs(other.SampleRate / first.SampleRate - 1) > 0.05)
                throw new InvalidDataException(FormattableString.Invariant($"{table} has {other.SampleRate:0.##} moments a second, but {tables[0]} has {first.SampleRate:0.##}: record all at one rate."));
        return first;
    }

    /// <summary>Every name V of which there are channels V x, V y and V z.</summary>
    static IReadOnlyList<string> VectorsOf(SensorFrontEndConfig sensor) => [.. sensor.Channels.Where(channel => channel.Name.EndsWith(" x", StringComparison.OrdinalIgnoreCase)).Select(channel => channel.Name[..^2])
        .Where(name => "yz".All(axis => sensor.Channels.Any(channel => SensorColumns.IsNamed($"{name} {axis}", channel))))];

    static FitOptions Options(string folder, SensorFrontEndConfig heard, EventLabels labels, GestureCorpus corpus, double turn, double roll, int epochs, int segments, int seed)
    {
        var known = TrainedChannels.Of(heard, corpus.Training);
        var sensor = known with
        {
            Channels = [.. known.Channels.Select(channel => channel with { Scale = channel.Statistics is { Deviation: > 0 } trained ? float.Parse(trained.Deviation.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : 1 })],
            HopLength = Math.Max(1, (int)Math.Round(FrameSeconds * heard.SampleRate)),
            Content = FrameContent.Mean,
            Derivatives = true,
        };
        return new FitOptions
        {
            Folders = new CorpusFolders { Data = folder, Words = [] },
            Events = new EventOptions
            {
                Folder = folder,
                HeldBack = [],
                Labels = string.Join(';', labels.Labels.Skip(1).Select(label => $"{label}={label}")),
                Tolerance = Tolerance,
                Refractory = Refractory,
                Join = new JoinOptions { Vectors = VectorsOf(sensor), Turn = turn, Roll = roll, Longest = 4 },
            }.WithTimes(Times),
            Config = new SuRnnConfig
            {
                FrontEnd = null,
                Sensor = sensor,
                Stem = [new(24, 3, false, false), .. Enumerable.Repeat(new StemLayer(24, 9, true, true), 4)],
                SalienceDepth = 2,
                Layers = [new(CellKind.Gru, 32, SwitchKind.Event)],
                Labels = labels.Labels,
                Background = [EventLabels.Background],
            }.Validate(),
            Epochs = epochs,
            EpochSegments = segments,
            LearningRate = 3e-3,
            OpenInEvents = 0.15,
            OpenInBackground = 0.005,
            Seed = seed,
        };
    }

    static IEnumerable<string> Describe(GestureCorpus corpus, IReadOnlyList<string> labels, SensorFrontEndConfig sensor)
    {
        int Count(IReadOnlyList<EventStream> part, int label) => part.Count(stream => stream.Events.Count > 0 && stream.Events[0].Label == label);
        double Minutes(IReadOnlyList<EventStream> part) => part.Where(stream => stream.Events.Count == 0).Sum(stream => stream.Moments) / sensor.SampleRate / 60;
        yield return FormattableString.Invariant($"{string.Join(", ", sensor.Channels)} at {sensor.SampleRate:0.##} Hz");
        for (var label = 1; label < labels.Count; label++)
            yield return $"{labels[label]}: {Count(corpus.Training, label)} takes to train on, {Count(corpus.Choosing, label)} for the threshold, {Count(corpus.Reporting, label)} to judge by";
        yield return FormattableString.Invariant($"ordinary movements: {Minutes(corpus.Training):F1}, {Minutes(corpus.Choosing):F1} and {Minutes(corpus.Reporting):F1} min{(corpus.HeldBackPersons.Count > 0 ? $"; judged by {string.Join(", ", corpus.HeldBackPersons)}" : "")}");
    }

    static int Finish(Trainer trainer, GestureCorpus corpus, FitOptions options, IReadOnlyList<string> labels, double perHour, string output)
    {
        var (sensor, judge) = (options.Config.Sensor!, new GestureJudge(options.Config.Sensor!, options.Events!));
        var detector = new DetectorOptions { Smoothing = 0, Refractory = TimeSpan.FromSeconds(Refractory), DecisionWindow = TimeSpan.FromMilliseconds(75) };
        var model = new SuRnnModel(options.Config, trainer.Averaged.Export(), detector);
        var (threshold, chosen) = judge.Choose(model, judge.Streams(corpus.Choosing, seed: 1), perHour);
        var report = judge.Judge(model, judge.Streams(corpus.Reporting, seed: 1_000), threshold);
        int[] takes = [.. Enumerable.Range(0, labels.Count).Select(label => corpus.Reporting.Count(stream => stream.Events.Count > 0 && stream.Events[0].Label == label))];
        string[] said = [.. GestureJudge.Say(report, labels, takes)];
        var card = new Dictionary<string, string>
        {
            ["data"] = Path.GetFileName(Path.GetFullPath(options.Events!.Folder).TrimEnd('/')),
            ["training"] = FormattableString.Invariant($"surnn-train gesture, {corpus.Training.Count(stream => stream.Events.Count > 0)} takes, {trainer.Epoch} of {options.Epochs} epochs of {trainer.SegmentsPerEpoch} segments, seed {options.Seed}"),
            ["held back"] = string.Join("; ", said),
        };
        RecordingPrint.Of(corpus.Training).WriteTo(card);
        ModelFile.Save(output, new SuRnnModel(options.Config, trainer.Averaged.Export(), detector with { Threshold = threshold }, card));
        var agreement = Agreement.Measure(ModelFile.Load(output), trainer.Averaged, MomentJudge.Frames(sensor, corpus.Reporting[0], 20, 100));
        Console.WriteLine(FormattableString.Invariant($"threshold {threshold:0.###}: on the takes for it {GestureJudge.Missed(chosen)} missed, {GestureJudge.False(chosen)} false in {chosen.Total.StreamTime.TotalMinutes:F1} min ({perHour:0.##} an hour allowed)"));
        Console.WriteLine(corpus.HeldBackPersons.Count > 0 ? "judged by persons that it was not trained on:" : "judged by takes that it was not trained on, of the same people and days, which flatters:");
        foreach (var line in said) Console.WriteLine($"  {line}");
        Console.WriteLine($"{output}: {agreement}");
        Console.WriteLine($"detect with: surnn listen -m {output} --source serial:///dev/NAME");
        return agreement.Holds ? 0 : throw new InvalidDataException($"{output} differs from the trained network: {agreement}.");
    }
}
