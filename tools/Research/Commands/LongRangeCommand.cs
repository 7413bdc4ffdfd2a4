using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using ConsoleAppFramework;
using SuRnnStream.Research.LongRange;
using SuRnnStream.Training.Net;
using TorchSharp;

namespace SuRnnStream.Research.Commands;

/// <summary>`surnn-research long-range` and `surnn-research long-range-table`.</summary>
sealed class LongRangeCommand
{
    /// <summary>Trains suRNNs and their baselines on a long-range task; a run that was broken off goes on, a finished one is not repeated.</summary>
    /// <param name="task">adding, selective-copy, mackey-glass, smnist, pmnist, listops, pathfinder, text, imdb, image, scifar, pcifar or rcifar.</param>
    /// <param name="output">-o|--out, Folder for results, checkpoints, models and the report (JSON and PNG).</param>
    /// <param name="data">Folder of the files that a task reads.</param>
    /// <param name="switches">-s|--switch, Kinds with commas between: none (the dense twin), random, rhythm, harmonic, event, both.</param>
    /// <param name="cell">rnn, gru or lstm.</param>
    /// <param name="seeds">Runs of each kind, seeds 1, 2, ...</param>
    /// <param name="firstSeed">The first seed.</param>
    /// <param name="full">The papers' size in place of one for minutes on two cores.</param>
    /// <param name="length">Steps of a sequence; 0: the setting's.</param>
    /// <param name="steps">Training steps; 0: the setting's.</param>
    /// <param name="hidden">Neurons a layer; 0: the setting's.</param>
    /// <param name="layers">Recurrent layers; 0: the setting's.</param>
    /// <param name="blocks">Numbers of the residual stream on which the layers are blocks (layer norm, cell, linear, residual); 0: each layer sees the one before it.</param>
    /// <param name="batch">Sequences a step; 0: the setting's.</param>
    /// <param name="learningRate">Highest learning rate; 0: the setting's.</param>
    /// <param name="open">Wanted part of open switches.</param>
    /// <param name="harmonics">Sines of a harmonic switch.</param>
    /// <param name="surrogate">Gradient of the hard switch: sigmoid, identity or triangle.</param>
    /// <param name="slope">The surrogate's steepness; 0: the setting's.</param>
    /// <param name="probing">Part of the sequences that work out the gradient of a shut harmonic switch, weighted by its inverse.</param>
    /// <param name="memory">Longest memory that the gates begin with, in updates; negative: the setting's.</param>
    /// <param name="curriculum">Lengths to train on in turn with their percent of the steps, such as 32:40,64:30,128:20,256:10; standard: an eighth, a quarter, half and all of the length so. Empty: none.</param>
    /// <param name="scaleOpen">Shorter lengths may open more in proportion: wanted is open x length / theirs, up to 0.7.</param>
    /// <param name="fall">Parts of the training between which the wanted rate falls from 1, such as 0.05,0.5.</param>
    /// <param name="switchLearningRate">Learning rate of the switches' parameters, as a multiple of the others'.</param>
    /// <param name="pressure">Weight in the loss of what the open part is above the wanted one.</param>
    /// <param name="copied">Data tokens of selective-copy; 0: the setting's.</param>
    /// <param name="window">The net is shown only as many steps before an answer: what of the figure is about long memory? 0: all steps.</param>
    /// <param name="stem">A causal stem with learnable spacing before the recurrent layers: channels, taps and span in steps, such as 32,8,64. Empty: none.</param>
    /// <param name="s4">Diagonal S4 layers before the recurrent layers, as an experiment: such a net is trained and tested, and there is no model of it.</param>
    /// <param name="floor">Open part below which no neuron should fall by itself, such as 0.02; 0: none.</param>
    /// <param name="tested">Test sequences, of a file's drawn ones, the same in every run; 0: all.</param>
    /// <param name="mean">The head sees the mean over all steps, for tasks with one answer.</param>
    /// <param name="device">Where Torch computes: cpu, cuda (if the libtorch that is loaded has it), or plain, which is what cuda does on the CPU.</param>
    /// <param name="threads">Threads of the recurrence.</param>
    /// <param name="stop">Ends at Ctrl-C.</param>
    [Command("long-range")]
    public int LongRange([Argument] string task, string output, string? data = null, string switches = "none,random,harmonic,event", CellKind cell = CellKind.Gru, int seeds = 1, int firstSeed = 1, bool full = false,
        int length = 0, int steps = 0, int hidden = 0, int layers = 0, int blocks = 0, int batch = 0, double learningRate = 0, double open = 0.2, int harmonics = 8, SurrogateKind surrogate = SurrogateKind.Triangle, double slope = 0,
        double probing = 0.25, double memory = -1, string curriculum = "", bool scaleOpen = false, string fall = "0.05,0.5", double switchLearningRate = 1, double pressure = 4, int copied = 0, int window = 0, string stem = "", int s4 = 0, double floor = 0, int tested = 0, bool mean = false, string device = TrainingDevice.Cpu, int threads = 1, CancellationToken stop = default)
    {
        if (open is <= 0 or > 1) throw new ArgumentException($"--open is a part above 0 and up to 1, not {open}.");
        if (probing is <= 0 or > 1) throw new ArgumentException($"--probing is a part above 0 and up to 1, not {probing}.");
        if (stem.Length > 0) _ = StemShape.Parse(stem);
        if (s4 is < 0 or > 8) throw new ArgumentException($"--s4 is 0 to 8 layers, not {s4}.");
        if (floor is < 0 or >= 1) throw new ArgumentException($"--floor is a part of 0 to 1, not {floor}.");
        if (tested < 0) throw new ArgumentException($"--tested is a number of sequences, or 0 for all, not {tested}.");
        if (switchLearningRate is <= 0 or > 1_000) throw new ArgumentException($"--switch-learning-rate is a multiple above 0 and up to 1000, not {switchLearningRate}.");
        if (pressure is not (>= 0 and <= 1_000)) throw new ArgumentException($"--pressure is a weight of 0 to 1000, not {pressure}.");
        var (fallFrom, fallTo) = Fall(fall);
        var kinds = switches.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name => Enum.TryParse<LongRangeSwitch>(name, ignoreCase: true, out var kind) && Enum.IsDefined(kind) ? kind
            : throw new ArgumentException($"There is no switch '{name}': choose {string.Join(", ", Enum.GetNames<LongRangeSwitch>()).ToLowerInvariant()}.")).ToArray();
        torch.set_num_threads(1);
        FusedRecurrence.Threads = threads;
        SequenceTask OfLength(int? steps) => SequenceTasks.Create(task, new LongRangeSetting { Full = full, Length = steps, Copied = copied > 0 ? copied : null, Window = window > 0 ? window : null }, data);
        var sequences = OfLength(length > 0 ? length : null);
        var folder = new LongRangeFolder(output);
        LongRangeOptions? last = null;
        for (var seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            foreach (var kind in kinds)
            {
                var setting = LongRangeOptions.For(sequences, kind, full, open);
                last = setting with
                {
                    Cell = cell,
                    Seed = seed,
                    Steps = steps > 0 ? steps : setting.Steps,
                    Hidden = hidden > 0 ? hidden : setting.Hidden,
                    Layers = layers > 0 ? layers : setting.Layers,
                    BlockWidth = blocks,
                    Batch = batch > 0 ? batch : setting.Batch,
                    LearningRate = learningRate > 0 ? learningRate : setting.LearningRate,
                    Harmonics = harmonics,
                    Surrogate = surrogate,
                    Slope = slope > 0 ? slope : setting.Slope,
                    Probing = probing,
                    Memory = memory >= 0 ? memory : setting.Memory,
                    Mean = mean,
                    RatePressure = pressure,
                    Curriculum = curriculum == "standard" ? LengthPlan.Standard(sequences.Length) : curriculum,
                    ScaleOpen = scaleOpen,
                    FallFrom = fallFrom,
                    FallTo = fallTo,
                    SwitchLearningRate = switchLearningRate,
                    Copied = copied,
                    Window = window,
                    Tested = tested,
                    Stem = stem,
                    S4Layers = s4,
                    Floor = floor,
                    Device = device,
                };
                Train(sequences, last, folder, length => OfLength(length), stop);
            }
        }
        var runs = folder.Runs(last ?? throw new ArgumentException("Name a switch and at least one seed."));
        Console.WriteLine(LongRangeFolder.Table(LongRangeRow.Of(runs)));
        Console.WriteLine($"{folder.Report(runs)}.json, .png");
        return 0;
    }

    /// <summary>Gathers the finished runs of a folder into one table.</summary>
    /// <param name="folder">The --out folder of long-range runs.</param>
    /// <param name="output">-o|--out, Name of the files to write, without .md and .json.</param>
    [Command("long-range-table")]
    public void Table([Argument] string folder, string output)
    {
        var rows = LongRangeRow.Of(new LongRangeFolder(folder).AllRuns());
        if (rows.Count == 0) throw new InvalidDataException($"{folder} holds no finished run: `surnn-research long-range TASK --out {folder}` makes some.");
        SafeFile.Replace(output + ".json", JsonSerializer.Serialize(rows, LongRangeFolder.Json) + "\n");
        SafeFile.Replace(output + ".md", $"# Long-range tasks\n\n{rows[0].Machine}, {RuntimeInformation.FrameworkDescription}.\n\n{LongRangeFolder.Table(rows)}");
        Console.WriteLine($"{rows.Count} rows in {output}.md and .json");
    }

    static (double From, double To) Fall(string text)
    {
        var parts = text.Split(',');
        if (parts.Length == 2 && double.TryParse(parts[0], CultureInfo.InvariantCulture, out var from) && double.TryParse(parts[1], CultureInfo.InvariantCulture, out var to) && from >= 0 && to > from && to <= 1)
            return (from, to);
        throw new ArgumentException($"--fall is two rising parts of the training with a comma between, such as 0.05,0.5, not '{text}'.");
    }

    static void Train(SequenceTask task, LongRangeOptions options, LongRangeFolder folder, Func<int, SequenceTask> ofLength, CancellationToken stop)
    {
        var about = $"{options.Task} T={options.Length} {options.Name}";
        if (folder.Finished(options) is { } before)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{about}: finished before, {before.MetricName} {before.Metric:G4}"));
            return;
        }
        using var trainer = new LongRangeTrainer(task, options, ofLength);
        var checkpoint = folder.Checkpoint(options);
        if (CheckpointFile.Exists(checkpoint)) trainer.Load(checkpoint);
        trainer.Run(point =>
        {
            trainer.Save(checkpoint);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{about}: {point.Step}/{options.Steps}  T={point.Length}  loss {point.Loss:F4}  {task.Metric} {point.Metric:G4}  open {point.Open:P1}  {point.Seconds:F0} s, {point.Seconds / point.Step * (options.Steps - point.Step):F0} s left"));
        }, stop: stop);
        var (run, model) = trainer.Finish();
        var file = folder.Model(options);
        if (model is not null) ModelFile.Save(file, model);
        folder.Save(run);
        File.Delete(checkpoint);
        File.Delete(SafeFile.PreviousOf(checkpoint));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{about}: test {run.MetricName} {run.Metric:G4} (chance {run.Chance:G3}), open {run.OpenRatio:P1}, {(model is null ? "no model since the runtime has no S4 layers, " : "")}runtime {run.Runtime.Metric:G4} against Torch's {run.Runtime.TorchMetric:G4}, {run.Runtime.MicrosecondsPerStep:F2} us a step, dense {run.Runtime.MicrosecondsPerStepDense:F2}{(model is null ? "" : $"; {file}")}"));
    }
}
