using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuRnnStream.Research.LongRange;

/// <summary>Where runs are kept: a folder a task with a result, a checkpoint and a model a run, and beside it the task's report.</summary>
sealed class LongRangeFolder(string path)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a loss may be NaN
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    string Folder(LongRangeOptions options) => Path.Combine(path, $"{options.Task}-{options.Length}");

    string File(LongRangeOptions options, string extension)
    {
        Directory.CreateDirectory(Folder(options));
        return Path.Combine(Folder(options), options.Name + extension);
    }

    public string Checkpoint(LongRangeOptions options) => File(options, ".checkpoint");
    public string Model(LongRangeOptions options) => File(options, ".surnn");

    /// <summary>The run's result, if it is finished.</summary>
    /// <exception cref="InvalidDataException">There is one of a run with other options, or a damaged one.</exception>
    public LongRangeRun? Finished(LongRangeOptions options)
    {
        var file = File(options, ".json");
        if (!System.IO.File.Exists(file)) return null;
        var run = Read(file);
        return run.Options == options ? run : throw Other(file, JsonSerializer.Serialize(run.Options, Json), options);
    }

    /// <summary>A file is of a run with other options: which.</summary>
    public static InvalidDataException Other(string file, string then, LongRangeOptions now) =>
        new($"{file} is of a run with other options ({OptionDifference.Between(then, JsonSerializer.Serialize(now, Json))}): give the same ones, name another --out folder, or remove the file.");

    public void Save(LongRangeRun run) => Write(File(run.Options, ".json"), JsonSerializer.Serialize(run, Json));

    /// <summary>Every finished run of a task and length.</summary>
    public IReadOnlyList<LongRangeRun> Runs(LongRangeOptions like) => [.. Directory.EnumerateFiles(Folder(like), "*.json").Order().Select(Read)];

    /// <summary>Every finished run of all tasks.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public IReadOnlyList<LongRangeRun> AllRuns() => [.. Directory.EnumerateDirectories(path).Order().SelectMany(folder => Directory.EnumerateFiles(folder, "*.json").Order()).Select(Read)];

    /// <summary>The task's report: rows and learning curves as JSON, and a picture.</summary>
    public string Report(IReadOnlyList<LongRangeRun> runs)
    {
        var file = Path.Combine(path, $"{runs[0].Options.Task}-{runs[0].Options.Length}");
        Write(file + ".json", JsonSerializer.Serialize(LongRangeRow.Of(runs), Json));
        LongRangePlot.Draw(runs, file + ".png");
        return file;
    }

    /// <summary>Rows as a Markdown table, the paper's figures below.</summary>
    public static string Table(IReadOnlyList<LongRangeRow> rows)
    {
        var text = new StringBuilder();
        text.AppendLine("| task | T | cell | switch | H | seeds | metric | mean ± spread | chance | open | multiply-adds a step | µs a step (dense) | steps | trained in |");
        text.AppendLine("|---|--:|---|---|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var row in rows)
        {
            string[] cells =
            [
                row.Task, Text($"{row.Length:N0}"), row.Layers > 1 ? $"{row.Cell} x {row.Layers}" : row.Cell, row.Switch, Text($"{row.Hidden}"), Text($"{row.Seeds}"), row.Metric,
                Number(row, row.Mean) + (row.Seeds > 1 ? $" ± {Number(row, row.Spread)}" : ""), Number(row, row.Chance), Text($"{row.OpenRatio:P1}"), double.IsNaN(row.MultiplyAddsPerStep) ? "-" : Text($"{row.MultiplyAddsPerStep:N0} of {row.MultiplyAddsPerStepDense:N0}"),
                double.IsNaN(row.MicrosecondsPerStep) ? "-" : Text($"{row.MicrosecondsPerStep:F2} ({row.MicrosecondsPerStepDense:F2})"), Text($"{row.TrainSteps:N0}"), Text($"{row.TrainSeconds:N0} s"),
            ];
            text.AppendLine($"| {string.Join(" | ", cells)} |");
        }
        foreach (var (task, paper) in rows.Where(row => row.Paper is not null).Select(row => (row.Task, row.Paper!)).Distinct()) text.AppendLine(Text($"\nThe paper on {task}: {paper.Value} ({paper.Of})."));
        return text.ToString();
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    static string Number(LongRangeRow row, double value) => row.Metric == "accuracy" ? value.ToString("P2", CultureInfo.InvariantCulture) : value.ToString("G3", CultureInfo.InvariantCulture);

    static LongRangeRun Read(string file)
    {
        try { return JsonSerializer.Deserialize<LongRangeRun>(System.IO.File.ReadAllText(file), Json) ?? throw new JsonException("nothing in it"); }
        catch (JsonException wrong) { throw new InvalidDataException($"{file} is no result of a long-range run ({wrong.Message}): remove it, and the run is done again.", wrong); }
    }

    static void Write(string file, string text)
    {
        SafeFile.Replace(file, to => to.Write(new UTF8Encoding(false).GetBytes(text)));
    }
}
