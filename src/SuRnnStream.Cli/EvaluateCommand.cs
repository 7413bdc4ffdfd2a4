using ConsoleAppFramework;
using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;

namespace SuRnnStream.Cli;

sealed class EvaluateCommand(Terminal terminal)
{
    /// <summary>Measures misses, false alarms an hour and latency of a model on your recordings, at every threshold, and picks thresholds within a budget.</summary>
    /// <param name="model">-m, Model file. By default models/commands.surnn beside the program, here, or above the program.</param>
    /// <param name="positives">Folders LABEL/*.wav of clips, recordings with a table label,start,end beside them (talk.wav, talk.csv), or folders of such. In a clip whose folder is no label any detection is a false alarm.</param>
    /// <param name="negatives">Recordings, or folders of them, without anything that is to be detected: false alarms an hour are counted there.</param>
    /// <param name="rule">scores, bursts or talk: what makes an event of the scores, with the settings that go with it, instead of the model's own.</param>
    /// <param name="verifier">A .look file, or an .onnx head of openWakeWord: only what this second look confirms is detected, and thresholds are its own. Needs surnn-onnx.</param>
    /// <param name="maxFaPerHour">Seeks for each label the threshold with the fewest misses while the false alarms an hour of all labels together stay within this.</param>
    /// <param name="write">File for a copy of the model with the thresholds found and a note in its card. May be the model's own file.</param>
    /// <param name="report">Folder for report.json (the whole sweep), det.svg, confusion.svg, scores.svg and report.html.</param>
    /// <param name="format">-f, table for people, or json: one object on one line.</param>
    /// <param name="saveFalseAlarms">Folder without WAV files for what was taken for an event in the negatives, SOURCE-LABEL-SECONDS.wav, from 1 s before to 1 s after.</param>
    /// <param name="mixNoise">Folder of recordings of noise to mix into every sound.</param>
    /// <param name="snr">With --mix-noise: level of the events over the noise in dB; in negatives, of the whole recording. By default 10.</param>
    /// <param name="room">Folder of impulse responses of rooms to hear every sound in.</param>
    /// <param name="jobs">Files at a time. By default one a processor.</param>
    /// <param name="seed">Chooses noises and rooms.</param>
    /// <param name="channel">The channel to hear, counted from 0. By default the mean of all.</param>
    /// <param name="cancellation">Ctrl+C.</param>
    public int Evaluate(
        [HideDefaultValue] string? model = null,
        [HideDefaultValue] string? positives = null,
        [HideDefaultValue] string? negatives = null,
        [HideDefaultValue] GateRule? rule = null,
        [HideDefaultValue] string? verifier = null,
        [HideDefaultValue] double? maxFaPerHour = null,
        [HideDefaultValue] string? write = null,
        [HideDefaultValue] string? report = null,
        ReportFormat format = ReportFormat.Table,
        [HideDefaultValue] string? saveFalseAlarms = null,
        [HideDefaultValue] string? mixNoise = null,
        [HideDefaultValue] double? snr = null,
        [HideDefaultValue] string? room = null,
        [HideDefaultValue] int? jobs = null,
        int seed = 1,
        [HideDefaultValue] int? channel = null,
        CancellationToken cancellation = default)
    {
        if ((positives ?? negatives) is null) throw new UsageException("evaluate needs --positives, --negatives or both; see surnn evaluate --help");
        if (maxFaPerHour is not null && (positives is null || negatives is null)) throw new UsageException("--max-fa-per-hour needs --positives, where misses are counted, and --negatives, where false alarms are");
        if (maxFaPerHour is { } most && !(most >= 0 && double.IsFinite(most))) throw new UsageException($"--max-fa-per-hour is a number from 0, not {most}");
        if (write is not null && maxFaPerHour is null) throw new UsageException("--write needs --max-fa-per-hour, which finds the thresholds to write");
        if (write is not null && verifier is not null) throw new UsageException("--write keeps thresholds in the model, but those found are the second look's: fit it again with 'surnn-train second-look'");
        if (saveFalseAlarms is not null && negatives is null) throw new UsageException("--save-false-alarms needs --negatives, where they are cut out");
        if (snr is not null && mixNoise is null) throw new UsageException("--snr needs --mix-noise");
        if (channel < 0) throw new UsageException("--channel is counted from 0");
        if (jobs < 1) throw new UsageException($"--jobs is a number from 1, not {jobs}");
        if (saveFalseAlarms is not null) FalseAlarmClips.RequireRoom(saveFalseAlarms);

        var path = Models.PathOf(model);
        var network = ModelFile.Load(path);
        var rate = network.Config.RequireFrontEnd().SampleRate;
        var evaluator = new Evaluator(network, network.Defaults.WithRule(rule).With(terminal, verifier, null));
        var unreadable = 0;
        void Unreadable(string folder, Exception error)
        {
            terminal.Complain(AudioPaths.Complaint(folder, error));
            unreadable++;
        }
        EvaluationInput[] inputs = [.. Paths(positives).SelectMany(path => EvaluationInput.Positives(path, Unreadable)), .. Paths(negatives).SelectMany(path => EvaluationInput.Negatives(path, Unreadable))];
        inputs = [.. inputs.Select(input => input with { Channel = channel })];
        var conditions = new Conditions(room is null ? null : new Room(room, rate, seed), mixNoise is null ? null : new NoiseMixer(mixNoise, snr ?? 10, rate, seed));

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = jobs ?? Environment.ProcessorCount, CancellationToken = cancellation };
        var run = new EvaluateRun(terminal, (input, told) => evaluator.Hear(input.WithLabelsOf(network.Config, input.Read(rate, conditions, told))), parallel);
        var heard = run.Hear(inputs, showProgress: format == ReportFormat.Table);
        HeardStream[] streams = [.. heard.OfType<HeardStream>()];
        if (streams.Length == 0) throw new UsageException("not one of the sounds could be read");
        var result = evaluator.Report(path, streams, conditions.ToString(), parallel);
        if (maxFaPerHour is { } budget) result = evaluator.Recommend(result, streams, budget);

        if (format == ReportFormat.Json) terminal.Print(Json.Line(json => EvaluationJson.Write(json, result, whole: false)));
        else foreach (var line in EvaluationTable.Lines(result)) terminal.Print(line);
        if (saveFalseAlarms is not null) FalseAlarmClips.Save(saveFalseAlarms, inputs.Zip(heard), input => input.Read(rate, conditions).Samples, rate);
        if (write is not null) ModelFile.Save(write, EvaluatedModel.Of(network, result, evaluator.RecommendedOptions(result), DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime)));
        if (report is not null) ReportFolder.Write(report, result);
        return run.Failed + unreadable > 0 ? 1 : 0;
    }

    static string[] Paths(string? option) => option?.Split(Surnn.Between) ?? [];
}
