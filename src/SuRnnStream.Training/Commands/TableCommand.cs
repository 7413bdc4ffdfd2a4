using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Evaluation;
using SuRnnStream.Training.Judging;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train table`: every figure of a model on the project's own data, chosen by one part of the speakers and reported on another.</summary>
sealed class TableCommand
{
    /// <summary>Prints everything that a model's card claims, with bounds: for commands, wake words or heartbeats, as the model's labels say.</summary>
    /// <param name="model">-m, The .surnn file; of heartbeats also several, with commas between, that leave records out in turn.</param>
    /// <param name="data">The folder that unpack.sh unpacked into; SURNN_DATA unless given.</param>
    /// <param name="more">The folder that more-speech.py wrote to: telephone, non-native and children's speech. Without it these are left out.</param>
    /// <param name="set">choosing: speakers that thresholds, rules and checkpoints are chosen by; reporting: speakers that figures are reported on.</param>
    /// <param name="against">Another .surnn file of the same labels: its figures, and the differences paired by speaker.</param>
    /// <param name="verifier">A .look file: what the first model proposes is detected only if this second look confirms it.</param>
    /// <param name="threshold">Detection threshold of all labels, or of the second look; default: the model's, or the second look's.</param>
    /// <param name="leftOut">Names of the records that a heartbeat model's training left out, with commas between; default: those that its card names.</param>
    /// <param name="trainingSpeech">Also counts false alarms of a commands model in the hours of speech that trainings may learn from: more hours, honest only of a model that did not.</param>
    /// <param name="json">Writes the figures to this file, too.</param>
    /// <param name="seed">Chooses the draws of the bootstrap.</param>
    /// <param name="threads">Streams at a time; 0: one a core.</param>
    [Command("table")]
    public void Table(string model, string? data = null, string? more = null, string set = "reporting", string? against = null, string? verifier = null, float? threshold = null, string? leftOut = null, bool trainingSpeech = false, string? json = null, int seed = 1, int threads = 0)
    {
        var purpose = PurposeOf(set);
        if (verifier is not null && trainingSpeech) throw new ArgumentException("--training-speech is for models that did not learn from it, and a second look did.");
        var root = Root(data);
        (string File, SuRnnModel Model)[][] read = [.. new[] { model, against }.OfType<string>().Select(files => FitCommand.Split(files).Select(file => (file, ModelFile.Load(file))).ToArray())];
        var head = verifier is null ? null : LookFile.Load(verifier);
        if (head is not null) foreach (var first in read[0]) first.Model.Config.RequireOwnLook(head.Rule, verifier!); // told before the embedding is asked for
        using var look = head is null ? null : new SpeechVerifier(new SpeechEmbedding(EmbeddingFiles.Load()), head);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount };
        JudgedModel[][] models = [.. read.Select((several, i) => several.Select(one => Judged(one.File, one.Model, i == 0 ? look : null, threshold)).ToArray())];
        if (models.Length > 1 && !models[0][0].Labels.Order().SequenceEqual(models[1][0].Labels.Order()))
            throw new ArgumentException($"{model} detects {string.Join(", ", models[0][0].Labels)}, but {against} {string.Join(", ", models[1][0].Labels)}: only models of the same labels can be compared.");
        var (figures, draws) = BeatJudge.CanJudge(models[0][0].Model) ? Beats(models, Path.Combine(root, "mit-bih"), leftOut is null ? null : FitCommand.Split(leftOut), seed, parallel)
            : models.Any(several => several.Length > 1) ? throw new ArgumentException($"{model}: several models together are for heartbeats only.")
            : Sounds([.. models.Select(several => several[0])], new JudgingData(root, more), purpose, trainingSpeech, seed, parallel);
        var other = models.Length > 1 ? figures[1] : null;
        var which = BeatJudge.CanJudge(models[0][0].Model) ? "records left out of training" : $"{set} speakers{(more is null ? ", without --more: no telephone, non-native and children's speech" : "")}";
        Console.WriteLine($"{model}{(verifier is null ? "" : $" with {verifier}")}{(against is null ? "" : $" against {against}")}, {which}");
        Console.WriteLine();
        foreach (var line in JudgeTable.Lines(figures[0], other, draws)) Console.WriteLine(line);
        if (json is null) return;
        SafeFile.Replace(json, to => JudgeJson.Write(to, [("model", model), ("verifier", verifier), ("against", against), ("set", set), ("threshold", threshold?.ToString(CultureInfo.InvariantCulture))], figures[0], other, draws));
    }

    /// <exception cref="ArgumentException">It is none that is judged by.</exception>
    internal static Purpose PurposeOf(string set) => set.ToLowerInvariant() switch
    {
        "choosing" => Purpose.Choosing,
        "reporting" => Purpose.Reporting,
        _ => throw new ArgumentException($"--set is choosing or reporting, not '{set}'."),
    };

    /// <summary>The folder of the data.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    internal static string Root(string? data) => data ?? (Environment.GetEnvironmentVariable("SURNN_DATA") is { Length: > 0 } folder ? folder : throw new ArgumentException("There is no data to judge on: give --data, the folder that unpack.sh unpacked into."));

    static JudgedModel Judged(string file, SuRnnModel model, IVerifier? look, float? threshold)
    {
        if (look is not null) return new JudgedModel(file, model, model.Defaults with { Verifier = threshold is { } own ? look.WithThreshold(own) : look });
        return new JudgedModel(file, model, threshold is { } level ? model.Defaults with { Threshold = level, Thresholds = new Dictionary<string, float>() } : null);
    }

    static (IReadOnlyList<Figure>[] Figures, Draws Draws) Sounds(JudgedModel[] models, JudgingData data, Purpose purpose, bool trainingSpeech, int seed, ParallelOptions parallel)
    {
        var labels = models[0].Labels;
        if (models[0].Model.Config.FrontEnd is not null && labels.Any(JudgingData.CommandWords.Contains))
        {
            var scenes = new CommandScenes(data, purpose, labels, models[0].Model.Config.RequireFrontEnd().SampleRate, parallel);
            if (scenes.Beginnings.Count == 0) Console.Error.WriteLine("Without espeak-ng the words that begin like a command are left out: apt-get install espeak-ng.");
            return (new CommandJudge(scenes, models, parallel, Progress, trainingSpeech).Run(), new Draws(scenes.Populations, seed));
        }
        if (models[0].Model.Config.FrontEnd is not null && labels.All(label => JudgingData.WakeWordNames.Contains(label)))
        {
            var judge = new WakeWordJudge(data, purpose, models, parallel, Progress);
            if (!judge.HasBeginnings) Console.Error.WriteLine("Without espeak-ng the words that begin like a wake word are left out: apt-get install espeak-ng.");
            return (judge.Run(), new Draws(judge.Populations, seed));
        }
        throw new ArgumentException($"{models[0].Name} detects {string.Join(", ", labels)}: there is no data here to judge that on; see judge and judge-events.");
    }

    static (IReadOnlyList<Figure>[] Figures, Draws Draws) Beats(JudgedModel[][] models, string folder, IReadOnlyList<string>? leftOut, int seed, ParallelOptions parallel)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"There is no folder {folder}: unpack it with unpack.sh {Path.GetDirectoryName(folder)} mit-bih.");
        var judged = models.Select(folds => BeatJudge.Run(folds, folder, leftOut, parallel)).ToArray();
        if (!judged[^1].Records.Order().SequenceEqual(judged[0].Records.Order()))
            throw new ArgumentException($"The models left out {string.Join(", ", judged[0].Records)} and {string.Join(", ", judged[^1].Records)}: only what both left out can be compared.");
        return ([.. judged.Select(one => one.Figures)], new Draws([judged[0].Records.ToArray()], seed));
    }

    internal static void Progress(string step)
    {
        if (!Console.IsErrorRedirected) Console.Error.WriteLine($"{step} ...");
    }
}
