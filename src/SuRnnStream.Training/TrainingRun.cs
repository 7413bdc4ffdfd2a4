using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SuRnnStream.Training.Commands;

namespace SuRnnStream.Training;

/// <summary>A training's folder: what was asked for, the last checkpoint, and a line per epoch.</summary>
sealed class TrainingRun(string folder)
{
    static readonly JsonSerializerOptions LogLine = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals }; // a loss may be NaN

    string OptionsFile => Path.Combine(folder, "options.json");
    string LogFile => Path.Combine(folder, "log.jsonl");

    public string Checkpoint => Path.Combine(folder, "checkpoint.bin");

    /// <summary>Opens a new folder, or on resume checks that the same was asked for. Returns the epochs logged so far.</summary>
    /// <exception cref="InvalidDataException">There is something to lose, nothing to resume, or other options than before.</exception>
    public List<EpochReport> Start(FitOptions options, bool resume)
    {
        var asked = JsonSerializer.Serialize(options, FitCommand.Json);
        if (!resume)
        {
            if (CheckpointFile.Exists(Checkpoint)) throw new InvalidDataException($"{folder} holds a training already: go on with --resume, or remove it.");
            Directory.CreateDirectory(folder);
            File.Delete(LogFile);
            File.Delete(SafeFile.PreviousOf(Checkpoint)); // of a training that was removed: its last state is none of this one
            SafeFile.Replace(OptionsFile, to => to.Write(Encoding.UTF8.GetBytes(asked)));
            return [];
        }
        if (!CheckpointFile.Exists(Checkpoint)) throw new InvalidDataException($"{folder} holds no checkpoint to resume: leave --resume out.");
        // As this version writes them: a training may be older than an option, or than its name.
        var begun = JsonSerializer.Serialize(ReadOptions(), FitCommand.Json);
        if (begun != asked) throw new InvalidDataException($"This training was begun with other options ({OptionDifference.Between(begun, asked)}): give those in {OptionsFile}, or begin a new one.");
        return ReadLog();
    }

    /// <summary>The log up to the checkpoint. A kill may have left an epoch more, or half a line: what comes now is written after the rest.</summary>
    List<EpochReport> ReadLog()
    {
        if (!File.Exists(LogFile)) return [];
        var done = Trainer.EpochOf(Checkpoint);
        var lines = File.ReadAllLines(LogFile);
        List<EpochReport> log = [.. lines.Select(Read).OfType<EpochReport>().Where(report => report.Epoch <= done)];
        if (log.Count < lines.Length)
        {
            SafeFile.Replace(LogFile, to => to.Write(Encoding.UTF8.GetBytes(string.Concat(log.Select(report => Line(report) + "\n")))));
        }
        return log;
    }

    static EpochReport? Read(string line)
    {
        try { return JsonSerializer.Deserialize<EpochReport>(FormerNames.Replace(line), LogLine); }
        catch (JsonException) { return null; } // half a line
    }

    static string Line(EpochReport report) => JsonSerializer.Serialize(report, LogLine);

    /// <exception cref="FileNotFoundException">There was no training here.</exception>
    public FitOptions ReadOptions() => File.Exists(OptionsFile)
        ? JsonSerializer.Deserialize<FitOptions>(FormerNames.Replace(File.ReadAllText(OptionsFile)), FitCommand.Json)!
        : throw new FileNotFoundException($"There is no training in {folder}.");

    /// <summary>Comes before the epoch's checkpoint: then a kill between them loses neither.</summary>
    public void Append(EpochReport report) => File.AppendAllText(LogFile, Line(report) + "\n");
}
