using System.Text.Json;
using SuRnnStream.Training.Commands;

namespace SuRnnStream.Training;

/// <summary>A training's folder: what was asked for, the last checkpoint, and a line per epoch.</summary>
sealed class TrainingRun(string folder)
{
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
            if (File.Exists(Checkpoint)) throw new InvalidDataException($"{folder} holds a training already: go on with --resume, or remove it.");
            Directory.CreateDirectory(folder);
            File.WriteAllText(OptionsFile, asked);
            return [];
        }
        if (!File.Exists(Checkpoint)) throw new InvalidDataException($"{folder} holds no checkpoint to resume: leave --resume out.");
        if (File.ReadAllText(OptionsFile) != asked) throw new InvalidDataException($"This training was begun with other options: give those in {OptionsFile}, or begin a new one.");
        return [.. File.ReadLines(LogFile).Select(line => JsonSerializer.Deserialize<EpochReport>(line)!)];
    }

    /// <exception cref="FileNotFoundException">There was no training here.</exception>
    public FitOptions ReadOptions() => JsonSerializer.Deserialize<FitOptions>(File.ReadAllText(OptionsFile), FitCommand.Json)!;

    public void Append(EpochReport report) => File.AppendAllText(LogFile, JsonSerializer.Serialize(report) + "\n");
}
