using System.Diagnostics;
using ConsoleAppFramework;
using SuRnnStream.Evaluation.Enrolment;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;
using SuRnnStream.Training.SecondLook;
using SuRnnStream.Training.WordSpaces;
using static SuRnnStream.Training.TimedLines;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train add-verifier`.</summary>
sealed class AddVerifierCommand
{
    /// <summary>Puts what `fit-verifier` trained into a commands model, as int8, and chooses the threshold at which both detect together: by words and other words of choosing speakers, and by their speech, that of the training speakers that `fit-verifier` left out, and that of all readers of books: there are too few others to choose by, so that this rate is one of speakers who were learnt from.</summary>
    /// <param name="model">-m, The first stage: a .surnn file.</param>
    /// <param name="weights">What fit-verifier wrote.</param>
    /// <param name="output">-o|--out, The .surnn file to write.</param>
    /// <param name="data">Folder of the unpacked data.</param>
    /// <param name="more">Folder of what more-speech.py makes.</param>
    /// <param name="alarms">False alarms an hour of read speech that the threshold allows, and five times as many of other speech.</param>
    /// <param name="others">Part of other words spoken alone that may fire.</param>
    /// <param name="ownPower">Weight of the first stage's own score.</param>
    /// <param name="backgroundPower">Weight of what came before a burst.</param>
    /// <param name="afterPower">Weight of what came within a burst after a label's highest score.</param>
    /// <param name="calm">Milliseconds without open switches that end a burst.</param>
    /// <param name="shortest">Shortest burst that is asked about, in milliseconds.</param>
    /// <param name="longest">Longest one, in milliseconds.</param>
    /// <param name="cut">Of a longer one a piece is asked about as often, in milliseconds; 0: it is not.</param>
    /// <param name="belowLoudest">Decibels below the loudest frame from which a frame counts as one without open switches; 0: none does.</param>
    /// <param name="silentFrom">Score of silence from which a frame counts as one without open switches; 0: it does not count.</param>
    /// <param name="fails">Where the model fails, for the page: one or two sentences for its card.</param>
    /// <param name="threshold">Threshold in place of the chosen one.</param>
    /// <param name="byLabel">A threshold of its own for each label, too.</param>
    /// <param name="scenes">Also prints what other weights come to in noise 10 dB below, soon after speech and with a talker, of every third choosing speaker.</param>
    /// <param name="threads">Streams at a time.</param>
    [Command("add-verifier")]
    public void Add(string model, string weights, string output, string data, string? more = null, double alarms = 2, double others = 0.06, float ownPower = 0.5f, float backgroundPower = 0.25f, float afterPower = 0,
        int calm = 140, int shortest = 100, int longest = 1200, int cut = 0, float belowLoudest = 0, float silentFrom = 0, string? fails = null, float? threshold = null, bool byLabel = false, bool scenes = false, int threads = 2)
    {
        var (first, trained, clock, sounds) = (ModelFile.Load(model), WordSpaceWeights.Load(weights), Stopwatch.StartNew(), new JudgingData(data, more));
        var rule = new VerifierRule
        {
            OwnPower = ownPower,
            BackgroundPower = backgroundPower,
            AfterPower = afterPower,
            Calm = TimeSpan.FromMilliseconds(calm),
            AtLeast = TimeSpan.FromMilliseconds(shortest),
            AtMost = TimeSpan.FromMilliseconds(longest),
            CutEvery = TimeSpan.FromMilliseconds(cut),
            BelowLoudest = belowLoudest,
            SilentFrom = silentFrom,
        };
        var made = Make(first, trained, rule);
        var scan = new ThreadLocal<FrameScan>(() => new FrameScan(first, made.Config.Verifier!));
        var look = (NetworkVerifier)made.LookOf(made.Defaults)!;
        var numbers = new Dictionary<string, int>();
        int Number(string speaker) => numbers.TryGetValue(speaker, out var known) ? known : numbers[speaker] = numbers.Count;
        var talk = sounds.SpeechWithoutCommands(Purpose.Choosing).Concat(sounds.SpeechWithoutCommands(Purpose.Training).Where(one => one.Kind == SpeechKind.Read || LeftOutSpeakers.Has(one.Speaker))); // readers are few: those that were learnt from count too
        IReadOnlyList<LookStream.Candidate> Propose(float[] sound) => [.. scan.Value!.Run(sound).Select(one => new LookStream.Candidate(one.Burst, Told(look, one.Frames)))];
        var maker = new LookStreams(made.Config.RequireFrontEnd().SampleRate, Propose, threads);
        LookStream[] streams = [.. maker.ToChooseBy(sounds, talk, Number), .. maker.Beginnings(sounds)];
        Say(clock, $"{streams.Sum(stream => stream.Candidates.Count)} candidates, {made.Config.Verifier!.MultiplyAdds(made.Config.FrameLength, made.Config.Labels.Count):n0} multiply-adds each");
        foreach (var (own, before) in new[] { (0f, 0f), (0.25f, 0f), (0.25f, 0.25f), (0.25f, 0.5f), (0.5f, 0.25f), (0.5f, 0.5f) })
            Console.WriteLine(FormattableString.Invariant($"own^{own}, before^{before}: {Judge(streams, made.Config, rule with { OwnPower = own, BackgroundPower = before }).Choose(alarms, others)}"));
        foreach (var after in new[] { 0, 0.25f, 0.5f, 1, 1.5f, 2 })
            Console.WriteLine(FormattableString.Invariant($"own^{ownPower}, before^{backgroundPower}, after^{after}: {Judge(streams, made.Config, rule with { AfterPower = after }).Choose(alarms, others)}"));
        var judge = Judge(streams, made.Config, rule);
        if (scenes) PrintScenes(sounds, streams, made, rule, (alarms, others), Propose, threads);
        foreach (var level in new[] { 0.15f, 0.2f, 0.25f, 0.3f, 0.35f, 0.4f, 0.45f, 0.5f }) Console.WriteLine(judge.At(level));
        var point = threshold is { } given ? judge.At(given) : judge.Choose(alarms, others);
        Console.WriteLine($"chosen: {point}");
        Console.WriteLine(judge.WhyMissed(point.Threshold));
        var thresholds = new Dictionary<string, float>();
        if (byLabel)
        {
            var choice = new LabelThresholds(streams, made.Config, rule);
            Console.WriteLine($"by label, each half of the streams at the thresholds of the other: {choice.AcrossHalves(alarms, others)}");
            (point, thresholds) = choice.Choose(alarms, others);
            Console.WriteLine($"by label: {point}; {string.Join(", ", thresholds.Select(one => FormattableString.Invariant($"{one.Key} {one.Value:0.###}")))}");
        }
        var card = new Dictionary<string, string>(made.Card) { ["second look's threshold"] = FormattableString.Invariant($"surnn-train add-verifier --alarms {alarms} --others {others} --own-power {ownPower} --background-power {backgroundPower} --after-power {afterPower} --longest {longest}{(silentFrom > 0 ? FormattableString.Invariant($" --silent-from {silentFrom}") : "")}{(byLabel ? " --by-label" : "")}: {point}") };
        if (fails is not null) card["fails"] = fails;
        ModelFile.Save(output, new SuRnnModel(made.Config, made.Weights, made.Defaults with { Threshold = point.Threshold, Thresholds = thresholds }, card));
        Say(clock, $"{output}: {new FileInfo(output).Length} bytes");
    }

    /// <summary>Prints what weights give in scenes by which no threshold is chosen, each set of weights at its own threshold.</summary>
    static void PrintScenes(JudgingData sounds, LookStream[] streams, SuRnnModel made, VerifierRule rule, (double Alarms, double Others) bars, Func<float[], IReadOnlyList<LookStream.Candidate>> propose, int threads)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads };
        var (front, config) = (made.Config.RequireFrontEnd(), made.Config);
        var heard = new LookScenes(new CommandScenes(sounds, Purpose.Choosing, [.. config.Labels.Except(config.Background)], front.SampleRate, parallel), propose, parallel);
        Console.WriteLine("missed (another label) in scenes, of every third speaker:");
        foreach (var own in new[] { 0.125f, 0.25f, 0.5f, 0.75f })
            foreach (var before in new[] { 0, 0.05f, 0.1f, 0.15f, 0.25f })
                foreach (var after in new[] { 0, 0.5f, 1 })
                {
                    var tried = rule with { OwnPower = own, BackgroundPower = before, AfterPower = after };
                    var point = Judge(streams, config, tried).Choose(bars.Alarms, bars.Others);
                    Console.WriteLine(FormattableString.Invariant($"own^{own}, before^{before}, after^{after}: {point.Threshold:0.000}, {100 * point.MissRate:0.0} %, wrong {100.0 * point.Wrong / point.Words:0.0}, others {100 * point.OthersRate:0.0}, speech {point.Read} + {point.Other}, like {100.0 * point.Beginnings.Fired / Math.Max(1, point.Beginnings.Words):0}; {heard.At(config, tried, point.Threshold)}"));
                }
        foreach (var line in heard.WhyMissed(config, rule, Judge(streams, config, rule).Choose(bars.Alarms, bars.Others).Threshold)) Console.WriteLine(line);
    }

    /// <summary>The model with a second look, in place of one that it has.</summary>
    internal static SuRnnModel Make(SuRnnModel first, WordSpaceWeights trained, VerifierRule rule)
    {
        var (window, old) = (trained.Shape, first.FirstStage);
        var verifier = new ModelVerifier
        {
            Channels = window.Channels,
            Blocks = window.Blocks,
            Kernel = window.Kernel,
            Segments = window.Segments,
            Segment = window.Segment,
            Shifts = window.Shifts,
            FramesAfter = window.FramesAfter,
            Hidden = trained.Tensors["hidden.bias"].Length,
            Rule = rule,
            FirstThreshold = old.Threshold,
            FirstThresholds = old.Thresholds,
        };
        var config = first.Config with { Verifier = verifier };
        var tensors = SuRnnWeights.Shapes(first.Config with { Verifier = null }).ToDictionary(tensor => tensor.Name, tensor => first.Weights[tensor.Name].ToArray());
        var own = verifier.Tensors(config).Select(tensor => (tensor.Name[ModelVerifier.Prefix.Length..], tensor.Shape));
        foreach (var (name, values) in WordSpace.Rounded(own, trained.Tensors)) tensors[ModelVerifier.Prefix + name] = values;
        var card = new Dictionary<string, string>(first.Card);
        foreach (var (key, value) in trained.Card) card[key] = value;
        return new SuRnnModel(config, new SuRnnWeights(config, tensors), old with { Verify = true, Thresholds = new Dictionary<string, float>() }, card);
    }

    internal static float[] Told(NetworkVerifier look, float[] frames)
    {
        var probabilities = new float[look.Labels.Count];
        look.Tell(frames, probabilities);
        return probabilities;
    }

    static LookJudge Judge(IReadOnlyList<LookStream> streams, SuRnnConfig config, VerifierRule rule) => new LabelThresholds(streams, config, rule).Judge(_ => 1);
}
