using System.Globalization;
using System.Text.Json.Serialization;
using SuRnnStream.Training.Net;

namespace SuRnnStream.Research.LongRange;

/// <summary>What decides about updates in a long-range run: the switches, and the two baselines that learn none.</summary>
public enum LongRangeSwitch
{
    /// <summary>Always open: the dense twin.</summary>
    None,

    /// <summary>Random skip at the wanted rate, drawn again for every training step.</summary>
    Random,

    /// <summary>A fixed random rhythm: harmonic switches that keep what they begin with, their bias at the wanted rate.</summary>
    Rhythm,

    /// <summary>The paper's switch, which sees time only.</summary>
    Harmonic,

    /// <summary>This project's switch, which sees the input.</summary>
    Event,

    /// <summary>The sum of both.</summary>
    Both,
}

/// <summary>Everything that decides how a long-range run comes out.</summary>
sealed record LongRangeOptions
{
    public required string Task { get; init; }
    public required int Length { get; init; }
    public bool Full { get; init; }
    public CellKind Cell { get; init; } = CellKind.Gru;
    public LongRangeSwitch Switch { get; init; }
    public int Hidden { get; init; } = 128;
    public int Layers { get; init; } = 1;

    /// <summary>Numbers of the residual stream on which the layers are blocks; 0: each layer sees the one before it.</summary>
    public int BlockWidth { get; init; }

    /// <summary>Sines of a harmonic switch.</summary>
    public int Harmonics { get; init; } = 8;

    /// <summary>Numbers that represent a token until export, when they are folded into the weights.</summary>
    public int Embedding { get; init; } = 32;

    /// <summary>The head sees the mean over all steps in place of the last state; for tasks with one answer.</summary>
    public bool Mean { get; init; }

    public int Steps { get; init; } = 2_000;
    public int Batch { get; init; } = 64;
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>Wanted part of open switches.</summary>
    public double Open { get; init; } = 0.2;

    /// <summary>Weight in the loss of what the open part is above the wanted one.</summary>
    public double RatePressure { get; init; } = 4;

    public SurrogateKind Surrogate { get; init; } = SurrogateKind.Triangle;
    public double Slope { get; init; } = 8;

    /// <summary>Part of the sequences that work out the gradient of a shut harmonic switch, see <see cref="SuRnnNet.Probing"/>.</summary>
    public double Probing { get; init; } = 1;

    /// <summary>A causal stem with learnable spacing before the recurrent layers, as <see cref="StemShape.Parse"/> reads it; empty: none.</summary>
    public string Stem { get; init; } = "";

    /// <summary>Diagonal S4 layers of 64 channels before the recurrent layers, for training only; see <see cref="DiagonalS4"/>.</summary>
    public int S4Layers { get; init; }

    /// <summary>Open part below which no neuron should fall by itself, so that none dies; 0: none.</summary>
    public double Floor { get; init; }

    /// <summary>Test sequences, of a file's drawn ones; 0: all.</summary>
    public int Tested { get; init; }

    /// <summary>Longest memory that the gates begin with, in updates; 0: gate biases as any other.</summary>
    public double Memory { get; init; }

    /// <summary>Lengths to train on in turn, as <see cref="LengthPlan"/> reads them; empty: <see cref="Length"/> alone.</summary>
    public string Curriculum { get; init; } = "";

    /// <summary>Training steps at a shorter length may open more in proportion: the wanted part is Open x Length / their length, up to 0.7.</summary>
    public bool ScaleOpen { get; init; }

    /// <summary>Parts of the training at which the wanted rate begins to fall from 1, and at which it is down.</summary>
    public double FallFrom { get; init; } = 0.05;
    public double FallTo { get; init; } = 0.5;

    /// <summary>Learning rate of the switches' parameters, as a multiple of the others'.</summary>
    public double SwitchLearningRate { get; init; } = 1;

    /// <summary>Data tokens of selective copying; 0: the setting's.</summary>
    public int Copied { get; init; }

    /// <summary>Steps that the net is shown before an answer, see <see cref="SequenceTask.Window"/>; 0: all.</summary>
    public int Window { get; init; }

    /// <summary>Seed of a generated task's test sequences; 0: those of before 29 November 2026, with which newer results must not be mixed.</summary>
    public int TestSeed { get; init; }

    /// <summary>Where Torch computes, see <see cref="TrainingDevice"/>.</summary>
    public string Device { get; init; } = TrainingDevice.Cpu;

    public int Seed { get; init; } = 1;

    /// <summary>Name of the run's files.</summary>
    [JsonIgnore] public string Name => $"{Cell}-{Switch}-seed{Seed}".ToLowerInvariant();

    [JsonIgnore]
    public SwitchKind Kind => Switch switch
    {
        LongRangeSwitch.None => SwitchKind.None,
        LongRangeSwitch.Random => SwitchKind.Random,
        LongRangeSwitch.Event => SwitchKind.Event,
        LongRangeSwitch.Both => SwitchKind.Both,
        _ => SwitchKind.Harmonic,
    };

    /// <summary>The network's shape; tokens enter it as vectors of the embedding.</summary>
    /// <exception cref="ArgumentException">A mean is asked for where there is more than one answer.</exception>
    public SuRnnConfig Config(SequenceTask task, int inputs)
    {
        var answers = task.Length - task.ScoredFrom;
        if (Mean && answers > 1) throw new ArgumentException($"The head can see the mean over all steps only where there is one answer; {task.Name} has {answers}.");
        return new SuRnnConfig
        {
            FrontEnd = null,
            Inputs = inputs,
            SalienceSize = 8,
            BlockWidth = BlockWidth,
            Layers = [.. Enumerable.Repeat(new RecurrentLayer(Cell, Hidden, Kind, Kind is SwitchKind.Harmonic or SwitchKind.Both ? Harmonics : 0), Layers)],
            Readout = answers > 1 ? Readout.PerStep : Mean ? Readout.Mean : Readout.Last,
            Head = task.Regression ? HeadKind.Linear : HeadKind.Softmax,
            Labels = [.. Enumerable.Range(0, task.Outputs).Select(label => label.ToString(CultureInfo.InvariantCulture))],
        };
    }

    /// <summary>What suits a task and a switch; sizes, steps and rates are ours, the paper's are not known.</summary>
    public static LongRangeOptions For(SequenceTask task, LongRangeSwitch kind, bool full, double open = 0.2)
    {
        var options = new LongRangeOptions { Task = task.Name, Length = task.Length, Full = full, Switch = kind, Open = open };
        options = task.Name switch
        {
            "adding" => options with { Hidden = 64, Steps = full ? 10_000 : 1_000, Batch = full ? 64 : 32, LearningRate = 5e-3 },
            "selective-copy" => options with { Hidden = full ? 256 : 128, Layers = full ? 2 : 1, Steps = full ? 100_000 : 1_200, Batch = full ? 64 : 32 },
            "mackey-glass" => options with { Hidden = 64, Steps = full ? 5_000 : 600, Batch = 32 },
            "smnist" or "pmnist" => options with { Steps = full ? 20_000 : 1_200, LearningRate = 6e-3 },
            "listops" => options with { Steps = full ? 50_000 : 1_500, Batch = full ? 64 : 32 },
            "imdb" => options with { Steps = full ? 20_000 : 1_500, Batch = full ? 32 : 16 },
            "image" or "scifar" or "pcifar" or "rcifar" => options with { Steps = full ? 50_000 : 1_500, Batch = 50 },
            "pathfinder" => options with { Steps = full ? 100_000 : 1_500, Batch = full ? 64 : 32 },
            _ => options with { Hidden = full ? 512 : 128, Steps = full ? 50_000 : 800, Batch = full ? 32 : 16, LearningRate = 5e-3 },
        };
        // Gates that begin with long memories help all (dense sequential MNIST, T = 196, 600 steps: 0.89, and 0.65 without; ListOps, harmonic:
        // 0.36 and 0.17). A harmonic neuron updates in a known part of the steps, so a quarter of the length is that many fewer updates.
        // A switch that sees the input must be able to shut from far open: its triangle is wider.
        return options with
        {
            TestSeed = task.TestSeed,
            Memory = task.Length / 4.0 * (options.Kind == SwitchKind.Harmonic ? options.Open : 1),
            Slope = options.Kind is SwitchKind.Event or SwitchKind.Both ? 4 : 8,
        };
    }
}
