using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ConsoleAppFramework;
using SuRnnStream.Evaluation;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Events;
using TorchSharp;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train fit-events`, `export-events` and `judge-events`.</summary>
sealed class EventsCommand
{
    /// <summary>Trains a model on streams of sensors in which events are marked.</summary>
    /// <param name="data">Folder of WFDB records (NAME.hea, NAME.atr) and tables (NAME.csv, and NAME.labels.csv with lines time,label).</param>
    /// <param name="output">-o|--out, The model file to write. Checkpoints and the training's log go to FILE.training/ beside it.</param>
    /// <param name="channels">Channels that the model takes, with commas between, each with its unit: "acc x [g]".</param>
    /// <param name="rate">Their moments per second.</param>
    /// <param name="holdBack">Names of the recordings to judge by, with commas between, * for anything: not trained on.</param>
    /// <param name="labels">What the annotations' codes mean: LABEL=CODE CODE;LABEL|OTHER=CODE. Default: heartbeats.</param>
    /// <param name="hop">Moments from one frame to the next.</param>
    /// <param name="content">What a frame holds of its moments: samples, or their mean.</param>
    /// <param name="highPass">Corner of the channels' high-pass in Hz; 0: none.</param>
    /// <param name="lowPass">Corner of their low-pass in Hz; 0: none.</param>
    /// <param name="scale">Least of their running scale, in their unit.</param>
    /// <param name="normalize">Seconds over which mean and scale run; 0: neither does.</param>
    /// <param name="landmark">Seconds before a score's peak in which an event's landmark is looked for; 0: events have none.</param>
    /// <param name="rhythm">Longest seconds between two beats of the first channel's rhythm, which frames then tell; 0: they do not.</param>
    /// <param name="labelTimes">When a label may, must and must not hold, seconds after its event: BEFORE,FIRST,SURE,UNTIL,GONE; from BEFORE ahead of it to GONE a frame is near it. Default: the heartbeat's.</param>
    /// <param name="tolerance">Seconds between an event and a detection that finds it.</param>
    /// <param name="refractory">Least seconds between two detections of a label.</param>
    /// <param name="join">The recordings are brief and end with their event, or are backgrounds without events: stretches are joined from pieces of them.</param>
    /// <param name="vectors">Of joined recordings, with commas between: V means the channels "V x", "V y" and "V z", which turn together.</param>
    /// <param name="turn">Degrees by which these turn at most, about any axis.</param>
    /// <param name="roll">Degrees by which they turn at most about their first axis, in half of the stretches.</param>
    /// <param name="seconds">Length of a stretch.</param>
    /// <param name="cell">rnn, gru or lstm.</param>
    /// <param name="switch">event, harmonic, both, or none (the dense twin).</param>
    /// <param name="hidden">Neurons a layer.</param>
    /// <param name="layers">Recurrent layers.</param>
    /// <param name="width">Channels of the convolutions in front.</param>
    /// <param name="blocks">Separable convolutions after the first full one.</param>
    /// <param name="kernel">Frames that each of these sees.</param>
    /// <param name="dilations">Frames from one that they see to the next, of each of these, with commas between: 1,1,2,2; default: 1.</param>
    /// <param name="dropout">Part of the values that is dropped in training, after the convolutions and before the head.</param>
    /// <param name="otherChannels">Of models that hear one channel: part of the stretches that are taken from somewhere between it and another of the recording.</param>
    /// <param name="epochs">Epochs in all, a resumed training's earlier ones included.</param>
    /// <param name="stretches">Stretches an epoch; 0: about one use of the data.</param>
    /// <param name="batch">Stretches a step.</param>
    /// <param name="learningRate">Highest learning rate.</param>
    /// <param name="open">Wanted part of open switches near events.</param>
    /// <param name="openElsewhere">Wanted part of open switches elsewhere.</param>
    /// <param name="threshold">Score at which the finished model's detections begin.</param>
    /// <param name="seed">The same seed gives the same training.</param>
    /// <param name="resume">Goes on from the last checkpoint, exactly.</param>
    /// <param name="start">Model file of the same shape, dense or not, whose weights this training begins with; its frames may lack the rhythm.</param>
    /// <param name="threads">Threads of Torch's own operations.</param>
    /// <param name="map">What the recordings call the channels, and their units where they say none: "acc x=ax [g],acc y=ay [g]".</param>
    [Command("fit-events")]
    public int Fit(string data, string output, string channels, double rate, string holdBack, string labels = EventLabels.HeartBeats, int hop = 9, FrameContent content = FrameContent.Samples,
        double highPass = 0.7, double lowPass = 40, double scale = 0.02, double normalize = 5, double landmark = 0.26, double rhythm = 0,
        string labelTimes = "", double tolerance = 0.15, double refractory = 0.2, bool join = false, string vectors = "", double turn = 15, double roll = 0, double seconds = 8,
        CellKind cell = CellKind.Gru, SwitchKind @switch = SwitchKind.Event, int hidden = 48, int layers = 1, int width = 32, int blocks = 4, int kernel = 9, string dilations = "", double dropout = 0.1, double otherChannels = 0.25,
        int epochs = 40, int stretches = 0, int batch = 64, double learningRate = 3e-3, double open = 0.2, double openElsewhere = 0.005,
        float threshold = 0.35f, int seed = 1, bool resume = false, string? start = null, int threads = 1, string map = "")
    {
        if (@switch == SwitchKind.Random) throw new ArgumentException("Random switches learn nothing: choose --switch event, harmonic, both or none.");
        var earlier = start is null ? null : ModelFile.Load(start);
        var heard = Sensor(channels, rate);
        var sensor = heard with
        {
            Channels = [.. heard.Channels.Select(channel => channel with { HighPassHz = highPass, LowPassHz = lowPass, Scale = scale })],
            HopLength = hop,
            Content = content,
            NormalizeOver = TimeSpan.FromSeconds(normalize),
            Derivatives = true,
            LandmarkWithin = TimeSpan.FromSeconds(landmark),
            RhythmWithin = TimeSpan.FromSeconds(rhythm),
        };
        var options = new FitOptions
        {
            Folders = new CorpusFolders { Data = data, Words = [] },
            Events = new EventOptions
            {
                Folder = data,
                HeldBack = FitCommand.Split(holdBack),
                Labels = labels,
                Map = map,
                Seconds = seconds,
                LeadIn = new EventOptions { Folder = data, HeldBack = [], Labels = labels }.LeadIn + 2 * rhythm, // in which the mean interval is found
                OtherChannels = otherChannels,
                Tolerance = tolerance,
                Refractory = refractory,
                Join = join ? new JoinOptions { Vectors = FitCommand.Split(vectors), Turn = turn, Roll = roll } : null,
            }.WithTimes(labelTimes),
            Config = new SuRnnConfig
            {
                FrontEnd = null,
                Sensor = sensor,
                Stem = [new(width, 3, false, false), .. Dilations(dilations, blocks).Select(dilation => new StemLayer(width, kernel, true, true, dilation))],
                SalienceDepth = Math.Min(2, 1 + blocks),
                Layers = [.. Enumerable.Repeat(new RecurrentLayer(cell, hidden, @switch, @switch is SwitchKind.Harmonic or SwitchKind.Both ? 8 : 0), layers)],
                Labels = new EventLabels(labels).Labels,
                Background = [EventLabels.Background],
            }.Validate(),
            Epochs = epochs,
            EpochStretches = stretches,
            BatchSize = batch,
            LearningRate = learningRate,
            Dropout = dropout,
            OpenNear = open,
            OpenElsewhere = openElsewhere,
            Threshold = threshold,
            Seed = seed,
            StartFrom = start,
            SwitchesClose = earlier?.Config.Layers.Any(layer => layer.Switch != SwitchKind.None) ?? false,
        };
        torch.set_num_threads(threads);
        var run = new TrainingRun(output + ".training");
        var log = run.Start(options, resume);
        using var interruption = new Interruption();
        var (trainer, corpus) = Begin(options);
        using (trainer)
        {
            if (earlier is not null && !resume) trainer.BeginWith(WidenedModel.Of(earlier, options.Config));
            if (resume) trainer.Load(run.Checkpoint);
            else trainer.Save(run.Checkpoint); // so that an interruption of the first epoch can be resumed, too
            var found = corpus.Training.SelectMany(stream => stream.Events).CountBy(one => options.Config.Labels[one.Label]);
            Print($"labels: {string.Join(", ", found.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => FormattableString.Invariant($"{label.Value} of {label.Key}")))}");
            Print($"{corpus.Training.Count} recordings with {corpus.Training.Sum(stream => stream.Events.Count)} events, {corpus.HeldBack.Count} held back; {trainer.StretchesPerEpoch} stretches an epoch");
            var finished = FitCommand.RunEvents(trainer, options, run, log, output, report =>
            {
                var held = corpus.HeldBack.Count > 0 && (report.Epoch % 5 == 0 || report.Epoch == epochs) ? EventJudge.Judge(Model(trainer, options, Detector(options), new Dictionary<string, string>()), corpus.HeldBack, options.Events!) : null;
                Print($"{report.Epoch,3}/{epochs} loss {report.Loss:F3}  open near {report.OpenNear:P1}, elsewhere {report.OpenElsewhere:P2}  {report.Seconds:F0} s{(held is null ? "" : "  " + Brief(held, options.Config))}");
            }, interruption.Token);
            if (!finished) return Interruption.ExitCode;
            return Finish(trainer, corpus, options, Detector(options), output);
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
    /// <param name="labelTimes">What is near an event, as given to fit-events.</param>
    /// <param name="tolerance">Seconds between an event and a detection that finds it.</param>
    /// <param name="threshold">Detection threshold; default: the model's.</param>
    /// <param name="map">What the recordings call the model's channels, and their units where they say none.</param>
    [Command("judge-events")]
    public void Judge(string model, string data, string holdBack, string labels = EventLabels.HeartBeats, string labelTimes = "", double tolerance = 0.15, float? threshold = null, string map = "")
    {
        var net = ModelFile.Load(model);
        var sensor = net.Config.Sensor ?? throw new ArgumentException($"{model} hears no sensors: use judge.");
        var options = new EventOptions { Folder = data, HeldBack = FitCommand.Split(holdBack), Labels = labels, Tolerance = tolerance }.WithTimes(labelTimes);
        var detector = net.Defaults with { Threshold = threshold ?? net.Defaults.Threshold };
        var known = new EventLabels(labels);
        if (!known.Labels.SequenceEqual(net.Config.Labels)) throw new ArgumentException($"The model knows {string.Join(", ", net.Config.Labels)}, but --labels has {string.Join(", ", known.Labels)}.");
        var corpus = EventCorpus.Load(data, Mapped(sensor, map), known, options.HeldBack);
        if (Leak(net, corpus.HeldBack) is { } leak) Console.Error.WriteLine(leak);
        EventReport? all = null;
        EventScores classic = default;
        foreach (var stream in corpus.HeldBack)
        {
            var report = EventJudge.Judge(net, stream, options, detector);
            all = all is null ? report : all + report;
            Print($"{stream.Name,-10} {Brief(report, net.Config)}");
            if (labels == EventLabels.HeartBeats) classic += Classic(stream, sensor, tolerance);
        }
        if (all is null) throw new ArgumentException("There is no recording to judge by: name some with --hold-back.");
        Print($"{"all",-10} {Brief(all, net.Config)}");
        var minutes = all.Total.StreamTime.TotalMinutes;
        var bounds = Bounds.OfRate(all.Any.False, minutes / 60);
        Print($"false detections: {all.Any.False} in {minutes:F1} min, {all.Any.False / minutes:F2} a minute, 95 % {(bounds.OneSided ? $"below {bounds.Upper / 60:F2}" : $"{bounds.Lower / 60:F2} to {bounds.Upper / 60:F2}")}");
        if (labels == EventLabels.HeartBeats) Print($"Pan and Tompkins: any event {Scores(classic)}");
        for (var i = 1; i < all.Given.Length; i++) Print($"told where the events are: {net.Config.Labels[i]} {Scores(all.Given[i])}");
        Print($"from the event to its emission: median {1000 * EventReport.Percentile(all.Latencies, 0.5):F0} ms, 95 % within {1000 * EventReport.Percentile(all.Latencies, 0.95):F0} ms");
        Print($"from the event to the time given: median {1000 * EventReport.Percentile(all.Offsets, 0.5):F1} ms, 95 % within {1000 * EventReport.Percentile(all.Offsets, 0.95):F0} ms");
        Print($"near events {Cost(all.Near)}");
        Print($"elsewhere   {Cost(all.Elsewhere)}");
        var seconds = all.Total.StreamTime.TotalSeconds;
        Print($"a second of stream: {all.Total.MultiplyAdds / seconds:N0} of {all.Total.MultiplyAddsDense / seconds:N0} multiply-adds; front end {all.Total.FrontEndTime.TotalMicroseconds / seconds:F1} us, network {all.Total.NetworkTime.TotalMicroseconds / seconds:F1} us");
    }

    /// <summary>Channels as an option names them, as they come: neither filtered nor scaled.</summary>
    internal static SensorFrontEndConfig Sensor(string channels, double rate) => new()
    {
        Channels = [.. FitCommand.Split(channels).Select(SensorColumns.Parse).Select(channel => new SensorChannel { Name = channel.Name, Unit = channel.Unit })],
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

    static EventScores Classic(EventStream stream, SensorFrontEndConfig sensor, double tolerance)
    {
        bool Counts(double seconds) => !stream.IsExcluded((long)(seconds * sensor.SampleRate), (long)(seconds * sensor.SampleRate) + 1);
        double[] beats = [.. PanTompkins.Detect(stream.Channels[0], (int)Math.Round(sensor.SampleRate)).Where(Counts)];
        return EventScores.Count([.. stream.Events.Select(happened => happened.Moment / sensor.SampleRate).Where(Counts)], beats, [], tolerance);
    }

    static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    static string Scores(EventScores scores) => string.Create(CultureInfo.InvariantCulture, $"Se {scores.Sensitivity:P2} +P {scores.Precision:P2} F1 {scores.F1:F4} ({scores.Missed} missed, {scores.False} false)");

    static string Brief(EventReport report, SuRnnConfig config) =>
        $"any event {Scores(report.Any)}" + string.Concat(report.ByLabel.Select((scores, i) => (scores, i)).Skip(1).Select(one => $"; {config.Labels[one.i]} {Scores(one.scores)}"))
        + string.Create(CultureInfo.InvariantCulture, $"; open {report.Near.OpenRatio:P1} near, {report.Elsewhere.OpenRatio:P2} elsewhere");

    static string Cost(ComputeStats stats) => string.Create(CultureInfo.InvariantCulture,
        $"{stats.OpenRatio:P2} of the switches open, {stats.SkippedRatio:P1} of the frames wholly skipped, {stats.MultiplyAdds / Math.Max(1, stats.Frames):N0} of {stats.MultiplyAddsDense / Math.Max(1, stats.Frames):N0} multiply-adds a frame");

    static (Trainer Trainer, EventCorpus Corpus) Begin(FitOptions options)
    {
        var events = options.Events!;
        var corpus = EventCorpus.Load(events.Folder, Mapped(options.Config.Sensor!, events.Map), new EventLabels(events.Labels), [.. events.HeldBack]);
        var (sensor, labels) = (options.Config.Sensor!, options.Config.Labels.Count);
        IStretchSource stretches = events.Join is null ? new EventStretches(corpus, sensor, events, labels, options.Seed) : new JoinedStretches(corpus, sensor, events, labels, options.Seed);
        return (new Trainer(options, stretches), corpus);
    }

    static DetectorOptions Detector(FitOptions options) => new()
    {
        Threshold = options.Threshold,
        Smoothing = 0, // frames are few, and labels long enough
        Refractory = TimeSpan.FromSeconds(options.Events!.Refractory),
        DecisionWindow = TimeSpan.FromMilliseconds(75),
    };

    static SuRnnModel Model(Trainer trainer, FitOptions options, DetectorOptions detector, IReadOnlyDictionary<string, string> card) => new(options.Config, trainer.Averaged.Export(), detector, card);

    /// <summary>By what recordings are known again: hashes of their channels' values, as the model gets them, and of their names.</summary>
    internal static TrainingPrint PrintOf(IEnumerable<EventStream> streams)
    {
        var print = new TrainingPrint();
        foreach (var stream in streams) print.Add(HashOf(stream), SpeakerOf(stream));
        return print;
    }

    static byte[] HashOf(EventStream stream) => SHA256.HashData([.. stream.Channels.SelectMany(channel => SHA256.HashData(MemoryMarshal.AsBytes(channel.AsSpan())))]);

    /// <summary>Who a recording is of is not known: each is a person of its own.</summary>
    static string SpeakerOf(EventStream stream) => "recording " + stream.Name;

    /// <summary>A line where some of these recordings are of the model's training; null: none is, or the card does not say.</summary>
    internal static string? Leak(SuRnnModel model, IReadOnlyCollection<EventStream> streams)
    {
        if (TrainingPrint.Of(model.Card) is not { } print) return null;
        var (recordings, known) = print.Clips(streams.Select(HashOf));
        var (names, knownNames) = print.Speakers(streams.Select(SpeakerOf));
        return known + knownNames == 0 ? null : $"{known} of {recordings} judged recordings and {knownNames} of {names} names of recordings are of the model's training: the figures flatter; judge it on others";
    }

    static int Finish(Trainer trainer, EventCorpus corpus, FitOptions options, DetectorOptions detector, string output)
    {
        var card = new Dictionary<string, string>
        {
            ["data"] = Path.GetFileName(options.Events!.Folder.TrimEnd('/')),
            ["training"] = $"{corpus.Training.Count} recordings, {corpus.Training.Sum(stream => stream.Events.Count)} events, {trainer.Epoch} of {options.Epochs} epochs of {trainer.StretchesPerEpoch} stretches, seed {options.Seed}",
            ["held back"] = string.Join(", ", options.Events.HeldBack),
        };
        if (options.StartFrom is { } start) card["began with"] = Path.GetFileName(start);
        PrintOf(corpus.Training).WriteTo(card);
        options = options with { Config = options.Config with { Sensor = TrainedChannels.Of(options.Config.Sensor!, corpus.Training) } };
        if (corpus.HeldBack.Count > 0) card["scores"] = Brief(EventJudge.Judge(Model(trainer, options, detector, card), corpus.HeldBack, options.Events), options.Config);
        ModelFile.Save(output, Model(trainer, options, detector, card));
        var (saved, source) = (ModelFile.Load(output), corpus.HeldBack.Concat(corpus.Training).First());
        var agreement = Agreement.Measure(saved, trainer.Averaged, EventJudge.Frames(options.Config.Sensor!, source, 100, 400));
        Console.WriteLine($"{output}: {agreement}");
        return agreement.Holds ? 0 : throw new InvalidDataException($"{output} differs from the trained network: {agreement}.");
    }
}
