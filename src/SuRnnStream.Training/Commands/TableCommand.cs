using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Training.Judging;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train table`: every figure of a model on the project's own data, chosen by one part of the speakers and reported on another.</summary>
sealed class TableCommand
{
    /// <summary>Prints everything that a model's card claims, with bounds: for commands, wake words or heartbeats, as the model's labels say.</summary>
    /// <param name="model">-m, The .surnn file.</param>
    /// <param name="data">The folder that unpack.sh unpacked into; SURNN_DATA unless given.</param>
    /// <param name="more">The folder that more-speech.py wrote to: telephone, non-native and children's speech. Without it these are left out.</param>
    /// <param name="set">choosing: speakers that thresholds, rules and checkpoints are chosen by; reporting: speakers that figures are reported on.</param>
    /// <param name="against">Another .surnn file of the same labels: its figures, and the differences paired by speaker.</param>
    /// <param name="threshold">Detection threshold of all labels; default: the model's.</param>
    /// <param name="json">Writes the figures to this file, too.</param>
    /// <param name="seed">Chooses the draws of the bootstrap.</param>
    /// <param name="threads">Streams at a time; 0: one a core.</param>
    [Command("table")]
    public void Table(string model, string? data = null, string? more = null, string set = "reporting", string? against = null, float? threshold = null, string? json = null, int seed = 1, int threads = 0)
    {
        var purpose = set.ToLowerInvariant() switch
        {
            "choosing" => Purpose.Choosing,
            "reporting" => Purpose.Reporting,
            _ => throw new ArgumentException($"--set is choosing or reporting, not '{set}'."),
        };
        var root = data ?? Environment.GetEnvironmentVariable("SURNN_DATA") ?? throw new ArgumentException("There is no data to judge on: give --data, the folder that unpack.sh unpacked into.");
        JudgedModel[] models = [.. new[] { model, against }.OfType<string>().Select(file => Load(file, threshold))];
        if (models.Length > 1 && !models[0].Labels.Order().SequenceEqual(models[1].Labels.Order()))
            throw new ArgumentException($"{model} detects {string.Join(", ", models[0].Labels)}, but {against} {string.Join(", ", models[1].Labels)}: only models of the same labels can be compared.");
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount };
        var (figures, draws) = Judge(models, new JudgingData(root, more), purpose, seed, parallel);
        var other = models.Length > 1 ? figures[1] : null;
        Console.WriteLine($"{model}{(against is null ? "" : $" against {against}")}, {set} speakers{(more is null ? ", without --more: no telephone, non-native and children's speech" : "")}");
        Console.WriteLine();
        foreach (var line in JudgeTable.Lines(figures[0], other, draws)) Console.WriteLine(line);
        if (json is null) return;
        using var file = File.Create(json);
        JudgeJson.Write(file, [("model", model), ("against", against), ("set", set), ("threshold", threshold?.ToString(CultureInfo.InvariantCulture))], figures[0], other, draws);
    }

    static JudgedModel Load(string file, float? threshold)
    {
        var model = ModelFile.Load(file);
        return new JudgedModel(file, model, threshold is { } level ? model.Defaults with { Threshold = level, Thresholds = new Dictionary<string, float>() } : null);
    }

    static (IReadOnlyList<Figure>[] Figures, Draws Draws) Judge(JudgedModel[] models, JudgingData data, Purpose purpose, int seed, ParallelOptions parallel)
    {
        var labels = models[0].Labels;
        if (!labels.Any(JudgingData.CommandWords.Contains)) throw new ArgumentException($"{models[0].Name} detects {string.Join(", ", labels)}: there is no data here to judge that on.");
        var scenes = new CommandScenes(data, purpose, labels, models[0].Model.Config.RequireFrontEnd().SampleRate, parallel);
        return (new CommandJudge(scenes, models, parallel, Progress).Run(), new Draws(scenes.Populations, seed));
    }

    static void Progress(string step)
    {
        if (!Console.IsErrorRedirected) Console.Error.WriteLine($"{step} ...");
    }
}
