using System.Globalization;
using System.Text.Json;
using ConsoleAppFramework;
using SuRnnStream.Research.LongRange;

namespace SuRnnStream.Research.Commands;

/// <summary>`surnn-research long-range-test`.</summary>
sealed class LongRangeTestCommand
{
    /// <summary>
    /// Tests finished models of a long-range task at other lengths than they were trained on, by the shipped runtime alone: accuracy, work, and the time of a sequence beside the model's own dense pass.
    /// </summary>
    /// <param name="task">The task that the models were trained on.</param>
    /// <param name="models">-m, The .surnn files, with commas between.</param>
    /// <param name="lengths">Steps of a sequence, with commas between.</param>
    /// <param name="output">-o|--out, Name of the files to write, without .md and .json.</param>
    /// <param name="data">Folder of the files that the task reads.</param>
    /// <param name="full">The papers' size of the task.</param>
    /// <param name="copied">Data tokens of selective-copy; 0: the setting's.</param>
    /// <param name="sequences">Test sequences, of a file's drawn ones, the same in every run.</param>
    /// <param name="timed">Of these are timed: five passes each, skipping and dense in turns, the fastest of every 256 steps.</param>
    /// <param name="windows">Memory cut to as many steps, with commas between: each is a row more; 0 is the whole sequence.</param>
    /// <param name="stop">Ends at Ctrl-C.</param>
    [Command("long-range-test")]
    public void Test([Argument] string task, string models, string lengths, string output, string? data = null, bool full = false, int copied = 0, int sequences = 1_000, int timed = 8, string windows = "0", CancellationToken stop = default)
    {
        if (sequences < 1) throw new ArgumentException($"--sequences is 1 or more, not {sequences}.");
        if (timed < 1) throw new ArgumentException($"--timed is 1 or more, not {timed}.");
        int[] steps = Numbers("--lengths", lengths, 1), cuts = Numbers("--windows", windows, 0);
        var rows = new List<LengthFigures>();
        foreach (var file in models.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!File.Exists(file)) throw new FileNotFoundException($"There is no model {file}{Beside(file)}: `surnn-research long-range {task} --out RUNS` trains some, as RUNS/{task}-LENGTH/gru-SWITCH-seedN.surnn.");
            var model = ModelFile.Load(file);
            foreach (var length in steps)
            {
                foreach (var cut in cuts)
                {
                    var sequence = SequenceTasks.Create(task, new LongRangeSetting { Full = full, Length = length, Copied = copied > 0 ? copied : null, Window = cut > 0 ? cut : null }, data);
                    rows.Add(RuntimeTest.Test(model, sequence, sequences, timed, stop) with { Model = Path.Combine(Path.GetFileName(Path.GetDirectoryName(file)) ?? "", Path.GetFileNameWithoutExtension(file)) });
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows[^1].Model} T={length}{(cut > 0 ? $" window {cut}" : "")}: {rows[^1].Metric} {rows[^1].Shown}, {rows[^1].OpenRatio:P1} open, {rows[^1].TimesFaster:F1} times faster"));
                }
            }
        }
        if (rows.Count == 0) throw new ArgumentException("Name a model: --models runs/.../gru-event-seed1.surnn.");
        SafeFile.Replace(output + ".json", JsonSerializer.Serialize(rows, LongRangeFolder.Json) + "\n");
        SafeFile.Replace(output + ".md", LengthFigures.Table(rows));
        Console.WriteLine($"{rows.Count} rows in {output}.md and .json");
    }

    /// <summary>Says how much of a task whoever sees a sequence whole can answer: the accuracy of a linear classifier and of one with a hidden layer. A generator whose pictures these tell apart is none to boast of.</summary>
    /// <param name="task">A task of numbers with one class a sequence, as pathfinder.</param>
    /// <param name="length">Steps of a sequence; 0: the setting's.</param>
    /// <param name="examples">Training sequences.</param>
    /// <param name="epochs">Passes over them.</param>
    /// <param name="hidden">Units of the hidden layer.</param>
    /// <param name="data">Folder of the files that the task reads.</param>
    /// <param name="full">The papers' size of the task.</param>
    /// <param name="seed">Of start, order and training sequences.</param>
    /// <param name="stop">Ends at Ctrl-C.</param>
    [Command("long-range-probe")]
    public void Probe([Argument] string task, int length = 0, int examples = 10_240, int epochs = 20, int hidden = 128, string? data = null, bool full = false, int seed = 1, CancellationToken stop = default)
    {
        foreach (var (name, value) in new[] { ("--examples", examples / 64), ("--epochs", epochs), ("--hidden", hidden) })
            if (value < 1) throw new ArgumentException($"{name} is {(name == "--examples" ? 64 : 1)} or more.");
        TorchSharp.torch.set_num_threads(1);
        var sequences = SequenceTasks.Create(task, new LongRangeSetting { Full = full, Length = length > 0 ? length : null }, data);
        foreach (var units in new[] { 0, hidden })
        {
            var (training, test) = WholeProbe.Accuracy(sequences, units, examples, epochs, seed, stop);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{task} T={sequences.Length}, {(units == 0 ? "linear" : $"{units} hidden units")}: {training:P1} of {examples} training sequences, {test:P1} of the test (chance {sequences.Chance:P1})"));
        }
    }

    /// <summary>The models in the folder that was named, or in which the file should be.</summary>
    static string Beside(string file)
    {
        var folder = Directory.Exists(file) ? file : Path.GetDirectoryName(Path.GetFullPath(file))!;
        string[] there = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.surnn").Select(Path.GetFileName).OfType<string>().Order()] : [];
        return there.Length > 0 ? $"; {folder} has {string.Join(", ", there)}" : "";
    }

    static int[] Numbers(string option, string text, int least)
    {
        int[] numbers = [.. text.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least ? number
            : throw new ArgumentException($"{option} are whole numbers from {least} on with commas between, not '{text}'."))];
        return numbers;
    }
}
