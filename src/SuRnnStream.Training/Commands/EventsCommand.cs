using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Training.Arguments;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Events;
using TorchSharp;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train fit-events`, `export-events` and `judge-events`.</summary>
sealed class EventsCommand
{
    /// <summary>Trains a model on streams of sensors in which events are marked.</summary>
    [Command("fit-events")]
    public int Fit(ConsoleAppContext context) => OptionRecord.Read<FitEventsArguments>("fit-events", [.. context.EscapedArguments]) is { } asked ? Fit(asked) : 0;

    /// <summary>What `surnn-train fit-events` does.</summary>
    internal static int Fit(FitEventsArguments asked)
    {
        asked.RequireLearningSwitch();
        var earlier = asked.Start is null ? null : ModelFile.Load(asked.Start);
        var heard = Sensor(asked.Channels, asked.Rate);
        var sensor = heard with
        {
            Channels = [.. heard.Channels.Select(channel => channel with { HighPassHz = asked.HighPass, LowPassHz = asked.LowPass, Scale = asked.Scale })],
            HopLength = asked.Hop,
            Content = asked.Content,
            NormalizeOver = TimeSpan.FromSeconds(asked.Normalize),
            Derivatives = true,
            LandmarkWithin = TimeSpan.FromSeconds(asked.Landmark),
            RhythmWithin = TimeSpan.FromSeconds(asked.Rhythm),
        };
        var options = new FitOptions
        {
            Folders = new CorpusFolders { Data = asked.Data, Words = [] },
            Events = new EventOptions
            {
                Folder = asked.Data,
                HeldBack = FitCommand.Split(asked.HoldBack),
                Labels = asked.Labels,
                Map = asked.Map,
                Seconds = asked.Seconds,
                LeadIn = new EventOptions { Folder = asked.Data, HeldBack = [], Labels = asked.Labels }.LeadIn + 2 * asked.Rhythm, // in which the mean interval is found
                OtherChannels = asked.OtherChannels,
                Tolerance = asked.Tolerance,
                Refractory = asked.Refractory,
                Join = asked.Join ? new JoinOptions { Vectors = FitCommand.Split(asked.Vectors), Turn = asked.Turn, Roll = asked.Roll } : null,
            }.WithTimes(asked.LabelTimes),
            Config = new SuRnnConfig
            {
                FrontEnd = null,
                Sensor = sensor,
                Stem = [new(asked.Width, 3, false, false), .. Dilations(asked.Dilations, asked.Blocks).Select(dilation => new StemLayer(asked.Width, asked.Kernel, true, true, dilation))],
                SalienceDepth = Math.Min(2, 1 + asked.Blocks),
                Layers = [.. asked.RecurrentLayers],
                Labels = new EventLabels(asked.Labels).Labels,
                Background = [EventLabels.Background],
            }.Validate(),
            Epochs = asked.Epochs,
            EpochSegments = asked.Segments,
            BatchSize = asked.Batch,
            LearningRate = asked.LearningRate,
            Dropout = asked.Dropout,
            OpenInEvents = asked.Open,
            OpenInBackground = asked.OpenBackground,
            Threshold = asked.Threshold,
            Seed = asked.Seed,
            StartFrom = asked.Start,
            SwitchesClose = earlier?.Config.Layers.Any(layer => layer.Switch != SwitchKind.None) ?? false,
        };
        torch.set_num_threads(asked.Threads);
        var run = new TrainingRun(asked.Output + ".training");
        var log = run.Start(options, asked.Resume);
        using var interruption = new Interruption();
        var (trainer, corpus) = Begin(options);
        using (trainer)
        {
            if (earlier is not null && !asked.Resume) trainer.BeginWith(WidenedModel.Of(earlier, options.Config));
            if (asked.Resume) trainer.Load(run.Checkpoint);
            else trainer.Save(run.Checkpoint); // so that an interruption of the first epoch can be resumed, too
            var found = corpus.Training.SelectMany(stream => stream.Events).CountBy(one => options.Config.Labels[one.Label]);
            Print($"labels: {string.Join(", ", found.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => FormattableString.Invariant($"{label.Value} of {label.Key}")))}");
            Print($"{corpus.Training.Count} recordings with {corpus.Training.Sum(stream => stream.Events.Count)} events, {corpus.HeldBack.Count} held back; {trainer.SegmentsPerEpoch} segments an epoch");
            var finished = FitCommand.RunEvents(trainer, options, run, log, asked.Output, report =>
            {
                var held = corpus.HeldBack.Count > 0 && (report.Epoch % 5 == 0 || report.Epoch == asked.Epochs) ? MomentJudge.Judge(Model(trainer, options, Detector(options), new Dictionary<string, string>()), corpus.HeldBack, options.Events!.Times) : null;
                Print($"{report.Epoch,3}/{asked.Epochs} loss {report.Loss:F3}  open in events {report.OpenInEvents:P1}, in the background {report.OpenInBackground:P2}  {report.Seconds:F0} s{(held is null ? "" : "  " + Brief(held, options.Config))}");
            }, interruption.Token);
            if (!finished) return Interruption.ExitCode;
            return Finish(trainer, corpus, options, Detector(options), asked.Output);
        }
    }

    /// <summary>[blocks] the frames from one that a convolution sees to the next.</summary>
    /// <exception cref="ArgumentException">The text is no such list.</exception>
    static IEnumerable<int> Dilations(string text, int blocks)
    {
        if (text.Length == 0) return Enumerable.Repeat(1, blocks);
        int[] dilations = [.. FitCommand.Split(text).Select(part => int.TryParse(part, CultureInfo.InvariantCulture, out var frames) ? frames : 0)];
        return dilations.Length == blocks && dilations.All(frames => frames > 0) ? dilations : throw new ArgumentException($"--dilations: '{text}' is no list of {blocks} whole numbers above 0, one for each of --blocks, as 1,1,2,2.");
    }

    /// <summary>Writes the model of a training's last checkpoint, finished or not, and checks it against Torch.</summary>
    /// <param name="output">-o|--out, The model file, as given to fit-events.</param>
    /// <param name="threshold">Score at which detections begin; default: as given to fit-events.</param>
    /// <param name="thresholds">Those of single labels, with commas between: beat=0.9,ventricular=0.1. A label that is rare, or dear to miss, gets a lower one.</param>
    /// <param name="decisionWindow">Milliseconds in which labels compete for a detection.</param>
    /// <param name="smoothing">Part of the previous frame's score that is kept: labels that follow each other at one event are weighed over several frames.</param>
    /// <param name="settle">Milliseconds after a stream's start in which nothing is detected.</param>
    [Command("export-events")]
    public int Export(string output, float? threshold = null, string thresholds = "", int decisionWindow = 75, float smoothing = 0, int settle = 0)
    {
        var single = FitCommand.Split(thresholds).Select(entry => entry.Split('=') is [var label, var text] && float.TryParse(text, CultureInfo.InvariantCulture, out var level)
            ? (label, level) : throw new ArgumentException($"--thresholds: '{entry}' is no LABEL=SCORE.")).ToDictionary();
        var run = new TrainingRun(output + ".training");
        var options = run.ReadOptions();
        if (options.Events is null) throw new ArgumentException($"{output} is not trained on events: use export.");
        options = options with { Threshold = threshold ?? options.Threshold };
        var (trainer, corpus) = Begin(options);
        using (trainer)
        {
            trainer.Load(run.Checkpoint);
            return Finish(trainer, corpus, options, Detector(options) with { Thresholds = single, DecisionWindow = TimeSpan.FromMilliseconds(decisionWindow), Smoothing = smoothing, Settle = TimeSpan.FromMilliseconds(settle) }, output);
        }
    }

    /// <summary>Scores a finished model, and Pan and Tompkins' detector beside it, on recordings that its training held back.</summary>
    /// <param name="model">-m, The .surnn file.</param>
    /// <param name="data">The folder that fit-events was given.</param>
    /// <param name="holdBack">Names of the recordings to judge by, with commas between, * for anything.</param>
    /// <param name="labels">What the annotations' codes mean, as given to fit-events.</param>
    /// <param name="labelTimes">What is in an event, as given to fit-events.</param>
    /// <param name="tolerance">Seconds between an event and a detection that finds it.</param>
    /// <param name="threshold">Detection threshold; default: the model's.</param>
    /// <param name="map">What the recordings call the model's channels, and their units where they say none.</param>
    [Command("judge-events")]
    public void Judge(string model, string data, string holdBack, string labels = EventLabels.HeartBeats, string labelTimes = "", double tolerance = 0.15, float? threshold = null, string map = "")
    {
        var net = ModelFile.Load(model);
        var sensor = net.Config.Sensor ?? throw new ArgumentException($"{model} takes sound, not sensors: use judge.");
        var options = new EventOptions { Folder = data, HeldBack = FitCommand.Split(holdBack), Labels = labels, Tolerance = tolerance }.WithTimes(labelTimes);
        var detector = net.Defaults with { Threshold = threshold ?? net.Defaults.Threshold };
        var known = new EventLabels(labels);
        if (!known.Labels.SequenceEqual(net.Config.Labels)) throw new ArgumentException($"The model knows {string.Join(", ", net.Config.Labels)}, but --labels has {string.Join(", ", known.Labels)}.");
        var corpus = EventCorpus.Load(data, Mapped(sensor, map), known, options.HeldBack);
        if (RecordingPrint.Leak(net, corpus.HeldBack) is { } leak) Console.Error.WriteLine(leak);
        MomentReport? all = null;
        MomentScores classic = default;
        foreach (var stream in corpus.HeldBack)
        {
            var report = MomentJudge.Judge(net, stream, options.Times, detector);
            all = all is null ? report : all + report;
            Print($"{stream.Name,-10} {Brief(report, net.Config)}");
            if (labels == EventLabels.HeartBeats) classic += Classic(stream, sensor, tolerance);
        }
        if (all is null) throw new ArgumentException("There is no recording to judge by: name some with --hold-back.");
        Print($"{"all",-10} {Brief(all, net.Config)}");
        Console.WriteLine(MomentLines.FalseDetections(all));
        if (labels == EventLabels.HeartBeats) Print($"Pan and Tompkins: any event {MomentLines.Scores(classic)}");
        for (var i = 1; i < all.Given.Length; i++) Print($"told where the events are: {net.Config.Labels[i]} {MomentLines.Scores(all.Given[i])}");
        foreach (var line in MomentLines.Delays(all)) Console.WriteLine(line);
        Print($"in events   {Cost(all.InEvents)}");
        Print($"background  {Cost(all.Background)}");
        Console.WriteLine(MomentLines.Cost(all.Total));
    }

    /// <summary>Channels as an option names them, as they come: neither filtered nor scaled.</summary>
    internal static SensorFrontEndConfig Sensor(string channels, double rate) => new()
    {
        Channels = [.. FitCommand.Split(channels).Select(SensorChannel.Parse)],
        SampleRate = rate,
    };

    /// <summary>The front end with the recordings' names, to read them with.</summary>
    /// <exception cref="ArgumentException">The map is none for these channels.</exception>
    internal static SensorFrontEndConfig Mapped(SensorFrontEndConfig sensor, string map)
    {
        try
        {
            return map.Length == 0 ? sensor : SensorMap.Parse(map).Apply(sensor);
        }
        catch (FormatException wrong)
        {
            throw new ArgumentException($"--map: {wrong.Message}");
        }
    }

    static MomentScores Classic(EventStream stream, SensorFrontEndConfig sensor, double tolerance)
    {
        bool Counts(double seconds) => !stream.IsExcluded((long)(seconds * sensor.SampleRate), (long)(seconds * sensor.SampleRate) + 1);
        double[] beats = [.. PanTompkins.Detect(stream.Channels[0], (int)Math.Round(sensor.SampleRate)).Where(Counts)];
        return MomentScores.Count([.. stream.Events.Select(happened => happened.Moment / sensor.SampleRate).Where(Counts)], beats, [], tolerance);
    }

    static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    static string Brief(MomentReport report, SuRnnConfig config) =>
        MomentLines.ByLabel(report, config.Labels) + string.Create(CultureInfo.InvariantCulture, $"; open {report.InEvents.OpenRatio:P1} in events, {report.Background.OpenRatio:P2} in the background");

    static string Cost(ComputeStats stats) => string.Create(CultureInfo.InvariantCulture,
        $"{stats.OpenRatio:P2} of the switches open, {stats.SkippedRatio:P1} of the frames wholly skipped, {stats.MultiplyAdds / Math.Max(1, stats.Frames):N0} of {stats.MultiplyAddsDense / Math.Max(1, stats.Frames):N0} multiply-adds a frame");

    static (Trainer Trainer, EventCorpus Corpus) Begin(FitOptions options)
    {
        var events = options.Events!;
        var corpus = EventCorpus.Load(events.Folder, Mapped(options.Config.Sensor!, events.Map), new EventLabels(events.Labels), [.. events.HeldBack]);
        var (sensor, labels) = (options.Config.Sensor!, options.Config.Labels.Count);
        ISegmentSource segments = events.Join is null ? new EventSegments(corpus, sensor, events, labels, options.Seed) : new JoinedSegments(corpus, sensor, events, labels, options.Seed);
        return (new Trainer(options, segments), corpus);
    }

    static DetectorOptions Detector(FitOptions options) => new()
    {
        Threshold = options.Threshold,
        Smoothing = 0, // frames are few, and labels long enough
        Refractory = TimeSpan.FromSeconds(options.Events!.Refractory),
        DecisionWindow = TimeSpan.FromMilliseconds(75),
    };

    static SuRnnModel Model(Trainer trainer, FitOptions options, DetectorOptions detector, IReadOnlyDictionary<string, string> card) => new(options.Config, trainer.Averaged.Export(), detector, card);

    static int Finish(Trainer trainer, EventCorpus corpus, FitOptions options, DetectorOptions detector, string output)
    {
        var card = new Dictionary<string, string>
        {
            ["data"] = Path.GetFileName(options.Events!.Folder.TrimEnd('/')),
            ["training"] = $"{corpus.Training.Count} recordings, {corpus.Training.Sum(stream => stream.Events.Count)} events, {trainer.Epoch} of {options.Epochs} epochs of {trainer.SegmentsPerEpoch} segments, seed {options.Seed}",
            ["held back"] = string.Join(", ", options.Events.HeldBack),
        };
        if (options.StartFrom is { } start) card["began with"] = Path.GetFileName(start);
        RecordingPrint.Of(corpus.Training).WriteTo(card);
        options = options with { Config = options.Config with { Sensor = TrainedChannels.Of(options.Config.Sensor!, corpus.Training) } };
        if (corpus.HeldBack.Count > 0) card["scores"] = Brief(MomentJudge.Judge(Model(trainer, options, detector, card), corpus.HeldBack, options.Events.Times), options.Config);
        ModelFile.Save(output, Model(trainer, options, detector, card));
        var (saved, source) = (ModelFile.Load(output), corpus.HeldBack.Concat(corpus.Training).First());
        var agreement = Agreement.Measure(saved, trainer.Averaged, MomentJudge.Frames(options.Config.Sensor!, source, 100, 400));
        Console.WriteLine($"{output}: {agreement}");
        return agreement.Holds ? 0 : throw new InvalidDataException($"{output} differs from the trained network: {agreement}.");
    }
}
