using System.CommandLine;
using System.Security.Cryptography;
using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;

namespace SuRnnStream.Cli;

sealed class EvaluateCommand(Terminal terminal)
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("evaluate", "Measures misses, false alarms an hour and latency of a model on your recordings, at every threshold, and picks thresholds within a budget.");
        var model = command.ModelOption();
        var positives = command.Texts("--positives", "Folders LABEL/*.wav of clips, one label's folder, recordings with a table label,start,end or an Audacity label track beside them (talk.wav, talk.csv or talk.txt), or folders of such. In a clip whose folder is no label any detection is a false alarm.");
        var negatives = command.Texts("--negatives", "Recordings, or folders of them, without anything that is to be detected: false alarms an hour are counted there.");
        var rule = command.RuleOption();
        var noVerify = command.NoVerifyOption();
        var verifier = command.Text("--verifier", "A .look file, or an .onnx head of openWakeWord: only what this second look confirms is detected, and thresholds are its own. Needs surnn-onnx.");
        var maxFaPerHour = command.Number<double>("--max-fa-per-hour", "Seeks for each label the threshold with the fewest misses while the false alarms an hour of all labels together stay within this. With a model of sensors also prints what it does at other thresholds.");
        var write = command.Text("--write", "File for a copy of the model with the thresholds found and a note in its card. May be the model's own file.");
        var report = command.Text("--report", "Folder for events.csv and events.jsonl (every event and false alarm), summary.json, report.json (the whole sweep), clips and Audacity label tracks of what was missed or fired, det.svg, confusion.svg, scores.svg and report.html.");
        var clips = command.Number<int>("--clips", "With --report: clips of misses and false alarms at most. By default 200.");
        var against = command.Text("--against", "Another model of the same labels, or first-stage, which is the same model without its own second look, judged on the same sounds: differences paired by event and by speaker, and both curves in det.svg.");
        var speakers = command.Choice<SpeakersFrom>("--speakers", "name: who speaks is the file's name up to the first _ or -; folder: the folder above the label's; record: each recording is one of its own. A table's column speaker goes before. By default name.");
        var resume = command.Text("--resume", "A file that keeps what is done: the same command goes on where it was interrupted, to the same figures. Scores for --max-fa-per-hour lie there, too.");
        var ledger = command.Text("--ledger", "A file that remembers who has looked at which judged set: a second look at it with other settings is marked as such.", "--lock");
        var trainingFolder = command.Text("--training-folder", "Folder of the model's training: warns where it is judged on those sounds or speakers. Models that were trained since 2026-11-29 have it in their card.");
        var transcripts = command.Text("--transcripts", "Table with the columns file and text: false alarms by what was said.");
        var conditions = command.Text("--conditions", "Judges every sound under each of these, with commas between: clean, noise, room, telephone, child, quiet, loudspeaker.");
        var format = command.ReportFormatOption();
        var saveFalseAlarms = command.Text("--save-false-alarms", "Folder without WAV files for what was taken for an event in the negatives, SOURCE-LABEL-SECONDS.wav, from 1 s before to 1 s after.");
        var mixNoise = command.Text("--mix-noise", "Folder of recordings of noise to mix into every sound.");
        var snr = command.Number<double>("--snr", "With --mix-noise or --conditions noise: level of the events over the noise in dB; in negatives, of the whole recording. By default 10.");
        var room = command.Text("--room", "Folder of impulse responses of rooms; every sound is judged in them.");
        var jobs = command.Number<int>("--jobs", "Files at a time. By default one a processor.");
        var seed = command.Number<int>("--seed", 1, "Chooses noises and rooms.");
        var channel = command.ChannelOption();
        var codes = command.Text("--codes", "Of a model of sensors: what the codes of annotations and labels mean, LABEL=CODE CODE;LABEL|OTHER=CODE. By default the heartbeat's of ANSI/AAMI EC57, or each label's own name.");
        var tolerance = command.Number<double>("--tolerance", "Of a model of sensors: seconds between an event and a detection that finds it. By default 0.15.");
        var map = command.MapOption();
        return command.Runs((given, cancellation) => new EvaluateCommand(terminal).Evaluate(
            given.GetValue(model), given.GetRequiredValue(positives), given.GetRequiredValue(negatives), given.GetValue(rule), given.GetValue(noVerify),
            given.GetValue(verifier), given.GetValue(maxFaPerHour), given.GetValue(write), given.GetValue(report), given.GetValue(clips),
            given.GetValue(against), given.GetValue(speakers), given.GetValue(resume), given.GetValue(ledger), given.GetValue(trainingFolder),
            given.GetValue(transcripts), given.GetValue(conditions), given.GetValue(format), given.GetValue(saveFalseAlarms),
            given.GetValue(mixNoise), given.GetValue(snr), given.GetValue(room), given.GetValue(jobs), given.GetValue(seed),
            given.GetValue(channel), given.GetValue(codes), given.GetValue(tolerance), given.GetValue(map), cancellation));
    }

    int Evaluate(
        string? model, string[] positives, string[] negatives, GateRule? rule, bool noVerify, string? verifier, double? maxFaPerHour,
        string? write, string? report, int? clips, string? against, SpeakersFrom? speakers, string? resume, string? ledger,
        string? trainingFolder, string? transcripts, string? conditions, ReportFormat format, string? saveFalseAlarms, string? mixNoise,
        double? snr, string? room, int? jobs, int seed, int? channel,
        string? codes, double? tolerance, string? map, CancellationToken cancellation)
    {
        if (positives.Length + negatives.Length == 0) throw new UsageException("evaluate needs --positives, --negatives or both; see surnn evaluate --help");
        if (maxFaPerHour is { } most && !(most >= 0 && double.IsFinite(most))) throw new UsageException($"--max-fa-per-hour is a number from 0, not {most}");
        if (write is not null && maxFaPerHour is null) throw new UsageException("--write needs --max-fa-per-hour, which finds the thresholds to write");
        if (write is not null && verifier is not null) throw new UsageException("--write keeps thresholds in the model, but those found are the second look's: fit it again with 'surnn-train second-look'");
        if (saveFalseAlarms is not null && negatives.Length == 0) throw new UsageException("--save-false-alarms needs --negatives, where they are cut out");
        if (snr is not null && mixNoise is null && conditions?.Contains("noise", StringComparison.OrdinalIgnoreCase) != true) throw new UsageException("--snr needs --mix-noise, or --conditions with noise");
        if (clips is not null && report is null) throw new UsageException("--clips needs --report, the folder that they are written to");
        if (clips < 0) throw new UsageException($"--clips is a number from 0, not {clips}");
        LiveAddress.RequireNone("evaluate", [.. positives, .. negatives]);
        var renderings = Renderings(conditions);
        if (channel < 0) throw new UsageException("--channel is counted from 0");
        if (jobs < 1) throw new UsageException($"--jobs is a number from 1, not {jobs}");
        if (saveFalseAlarms is not null) FalseAlarmClips.RequireRoom(saveFalseAlarms);

        var path = Models.PathOf(model);
        var network = ModelFile.Load(path);
        if (network.Config.Sensor is not null)
        {
            RefuseForSensors(("--negatives", negatives.Length > 0), ("--no-verify", noVerify), ("--verifier", verifier is not null), ("--report", report is not null),
                ("--against", against is not null), ("--speakers", speakers is not null), ("--resume", resume is not null), ("--ledger", ledger is not null), ("--training-folder", trainingFolder is not null),
                ("--transcripts", transcripts is not null), ("--conditions", conditions is not null), ("--mix-noise", mixNoise is not null), ("--room", room is not null), ("--jobs", jobs is not null), ("--channel", channel is not null));
            if (tolerance is { } apart && !(apart > 0 && apart <= 10)) throw new UsageException(Words.Text($"--tolerance is a number of seconds above 0 and up to 10, not {apart}"));
            return new SensorEvaluation(terminal, path, network) { Codes = codes, Tolerance = tolerance, Map = map, Options = network.Defaults.WithRule(rule), Budget = maxFaPerHour, WriteTo = write }.Run(positives, format, cancellation);
        }
        if (codes is not null || tolerance is not null || map is not null) throw new UsageException($"{(codes is not null ? "--codes" : tolerance is not null ? "--tolerance" : "--map")} is for models of sensors, but {path} detects events of sound");
        if (maxFaPerHour is not null && (positives.Length == 0 || negatives.Length == 0)) throw new UsageException("--max-fa-per-hour needs --positives, where misses are counted, and --negatives, where false alarms are");
        var rate = network.Config.RequireFrontEnd().SampleRate;
        var evaluator = new Evaluator(network, network.Settings(noVerify, verifier).WithRule(rule).With(network, terminal, verifier, null));
        var complaints = new Complaints(terminal);
        var found = new EvaluationInputs(network.Config.Labels, speakers ?? SpeakersFrom.Name, (folder, error) => complaints.Add(AudioPaths.Complaint(folder, error)));
        var said = transcripts is null ? null : new Transcripts(transcripts);
        var everywhere = new Conditions(room is null ? null : new RoomMixer(room, rate, seed), mixNoise is null ? null : new NoiseMixer(mixNoise, snr ?? 10, rate, seed));
        Conditions[] heardUnder = renderings.Length == 0 ? [everywhere] : [.. renderings.Select(rendering => everywhere.With(rendering, rate, snr ?? 10, seed))];
        EvaluationInput[] files = [.. positives.SelectMany(found.Positives), .. negatives.SelectMany(found.Negatives)];
        EvaluationInput[] inputs = [.. from condition in heardUnder from input in files select input with { Channel = channel, Conditions = condition, Said = said?.Of(input.Path) ?? "" }];

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = jobs ?? Environment.ProcessorCount, CancellationToken = cancellation };
        EvaluateRun Run(Evaluator evaluator, Complaints complaints, bool keepTrack, JudgeJournal? journal) => new(terminal, complaints, (input, told) => input.Judge(evaluator, keepTrack, told, cancellation), parallel, journal);
        string Looks(string path) => string.Join('\n', FileHash(path), rule, verifier is null ? "" : FileHash(verifier), $"{channel} {seed}{(noVerify ? " first" : "")}", string.Join(" | ", heardUnder.Select(condition => condition.ToString())));
        byte[] Settings(string path) => JudgeJournal.KeyOf(Looks(path), $"{maxFaPerHour is not null}", typeof(EvaluateCommand).Assembly.ManifestModule.ModuleVersionId.ToString()); // another program may hear otherwise
        using var journal = resume is not null ? new JudgeJournal(resume, Settings(path), network.Config)
            : maxFaPerHour is not null ? new JudgeJournal(Path.Combine(Path.GetTempPath(), $"surnn-{Guid.NewGuid():N}.journal"), Settings(path), network.Config, temporary: true) : null;
        var firstStage = against == FirstStage;
        if (firstStage && (network.Config.Verifier is null || noVerify)) throw new UsageException($"--against {FirstStage}: there is no second look to compare it with");
        using var otherJournal = resume is not null && against is not null ? new JudgeJournal(resume + ".against", firstStage ? JudgeJournal.KeyOf(FirstStage, Looks(path)) : Settings(Models.PathOf(against)), network.Config) : null;
        var heard = Run(evaluator, complaints, maxFaPerHour is not null, journal).Hear(inputs, showProgress: format == ReportFormat.Table);
        complaints.End();
        JudgedStream[] streams = [.. heard.OfType<JudgedStream>()];
        if (streams.Length == 0) throw new InputException("not one of the sounds could be read");
        var result = evaluator.Report(path, streams, string.Join(" | ", heardUnder.Select(condition => condition.ToString()).Where(text => text.Length > 0)), parallel);
        result = WithHistory(result, streams, network, trainingFolder, ledger, Convert.ToHexStringLower(JudgeJournal.KeyOf(Looks(path))), speakers ?? SpeakersFrom.Name, cancellation);
        if (maxFaPerHour is { } budget) result = evaluator.Recommend(result, streams, budget);
        if (against is not null) result = result with { Against = Compare(result, firstStage ? path : Models.PathOf(against), firstStage, rule, other => [.. Run(other, new Complaints(terminal with { Error = TextWriter.Null }), false, otherJournal).Hear(inputs, format == ReportFormat.Table).OfType<JudgedStream>()], parallel) };

        if (format == ReportFormat.Json) terminal.Print(Json.Line(json => EvaluationJson.Write(json, result, whole: false)));
        else foreach (var line in EvaluationTable.Lines(result)) terminal.Print(line);
        if (saveFalseAlarms is not null) FalseAlarmClips.Save(saveFalseAlarms, inputs.Zip(heard), rate);
        if (write is not null) ModelFile.Save(write, EvaluatedModel.Of(network, result, evaluator.RecommendedOptions(result), DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime)));
        if (report is not null)
        {
            var clipped = FalseAlarmClips.SaveMissesAndAlarms(Path.Combine(report, "clips"), [.. inputs.Zip(heard)], evaluator, clips ?? DefaultClips);
            ReportFolder.Write(report, result with { Events = [.. result.Events.Select(row => clipped.GetValueOrDefault(row, row))] });
            ReportFolder.WriteTracks(report, inputs.Zip(heard));
        }
        return complaints.Count > 0 ? 1 : 0;
    }

    const int DefaultClips = 200;

    /// <exception cref="UsageException">An option is given that means something for models of sound alone.</exception>
    static void RefuseForSensors(params ReadOnlySpan<(string Name, bool IsGiven)> options)
    {
        foreach (var (name, isGiven) in options)
            if (isGiven) throw new UsageException($"{name} is for models of sound, but this one takes sensors: give their recordings with --positives, those without events too, with an empty table NAME.labels.csv");
    }

    /// <summary>Says whether the set was looked at before, and whether the model was trained on it; adds this look.</summary>
    EvaluationReport WithHistory(EvaluationReport report, JudgedStream[] streams, SuRnnModel model, string? trainingFolder, string? ledger, string settings, SpeakersFrom speakers, CancellationToken cancellation)
    {
        if (report.Set is not { } set) return report;
        var print = trainingFolder is null ? TrainingPrint.Of(model.Card) : PrintOf(trainingFolder, model.Config.RequireFrontEnd().SampleRate, speakers, cancellation);
        if (print is not null)
        {
            var leaks = print.Check(streams);
            set = set with { Leaks = leaks };
            if (leaks.KnownClips + leaks.KnownSpeakers > 0) terminal.Complain(Words.Text($"{leaks.KnownClips:N0} of {leaks.Clips:N0} judged sounds and {leaks.KnownSpeakers:N0} of {leaks.Speakers:N0} speakers are of the model's training: the figures flatter; judge it on others"));
        }
        if (ledger is not null)
        {
            set = set with { IsLocked = true, EarlierLooks = JudgedLedger.Find(ledger, set.Hash, settings) };
            if (set.EarlierLooks.Count > 0) terminal.Complain(Words.Text($"look {set.EarlierLooks.Count + 1} at this set with other settings than before: what was chosen by its figures is not judged by it"));
        }
        report = report with { Set = set };
        if (ledger is not null) JudgedLedger.Add(ledger, report, settings, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));
        return report;
    }

    static TrainingPrint PrintOf(string folder, int sampleRate, SpeakersFrom speakers, CancellationToken cancellation)
    {
        var print = TrainingPrint.Whole();
        foreach (var file in AudioFile.In(folder))
        {
            cancellation.ThrowIfCancellationRequested();
            print.Add(AudioFile.ReadAll(file, sampleRate), SpeakerNames.Of(speakers, file, Path.GetRelativePath(folder, file), isClip: true));
        }
        return print;
    }

    static string FileHash(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(file));
    }

    const string FirstStage = "first-stage";

    static ModelComparison Compare(EvaluationReport report, string path, bool firstStage, GateRule? rule, Func<Evaluator, JudgedStream[]> hear, ParallelOptions parallel)
    {
        var model = ModelFile.Load(path);
        var evaluator = new Evaluator(model, model.Settings(firstStage, null).WithRule(rule));
        if (!report.Labels.Order().SequenceEqual(evaluator.Labels.Order()))
            throw new InputException($"--against {path}: it detects {string.Join(", ", evaluator.Labels)}, and the model {string.Join(", ", report.Labels)}; only models of the same labels can be compared");
        return ModelComparison.Of(report, evaluator.Report(firstStage ? $"first stage of {Path.GetFileName(path)}" : path, hear(evaluator), report.Conditions, parallel));
    }

    /// <exception cref="UsageException">A name is none.</exception>
    static Rendering[] Renderings(string? conditions) => [.. (conditions ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(name => Enum.TryParse<Rendering>(name, ignoreCase: true, out var rendering) && !char.IsDigit(name[0]) ? rendering
            : throw new UsageException($"--conditions {name}: it is one of {string.Join(", ", Enum.GetNames<Rendering>()).ToLowerInvariant()}, with commas between")).Distinct()];

}
