using BenchmarkDotNet.Attributes;
using SuRnnStream.Research.LongRange;
using SuRnnStream.Training.Net;
using static TorchSharp.torch;

namespace SuRnnStream.Benchmarks;

/// <summary>
/// What does a training step cost when the switches see time only and a fifth of them is open? One step (forward, loss, backward, AdamW) of one GRU layer of
/// 128 neurons on 64 sequences of 256 steps, on one thread, beside the dense twin's. Aim: a quarter.
/// </summary>
public class HarmonicStepBench
{
    const int Batch = 64, Steps = 256;

    readonly SequenceTask _task = SequenceTasks.Create("adding", new LongRangeSetting { Length = Steps }, null);
    LongRangeNet _dense = null!, _harmonic = null!, _sampled = null!;
    AdamW _forDense = null!, _forHarmonic = null!, _forSampled = null!;
    SequenceBatch _batch = null!;

    [GlobalSetup]
    public void Setup()
    {
        set_num_threads(1);
        FusedRecurrence.Threads = 1;
        _batch = _task.Training(1, 0, Batch);
        (_dense, _forDense) = New(LongRangeSwitch.None, 1);
        (_harmonic, _forHarmonic) = New(LongRangeSwitch.Harmonic, 1);
        (_sampled, _forSampled) = New(LongRangeSwitch.Harmonic, 0.25);
    }

    (LongRangeNet Net, AdamW Optimizer) New(LongRangeSwitch kind, double probing)
    {
        random.manual_seed(1);
        var net = new LongRangeNet(_task, LongRangeOptions.For(_task, kind, full: false) with { Hidden = 128, Batch = Batch, Probing = probing });
        return (net, new AdamW(net.parameters(), weightDecay: 0, clip: 1, averaging: 0.99));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (var net in new[] { _dense, _harmonic, _sampled }) net.Dispose();
    }

    [Benchmark(Baseline = true)]
    public float Dense() => Step(_dense, _forDense);

    /// <summary>Every shut switch within the surrogate's reach is worked out for every sequence.</summary>
    [Benchmark]
    public float Harmonic() => Step(_harmonic, _forHarmonic);

    /// <summary>For a quarter of the sequences each: what `surnn-research long-range` does.</summary>
    [Benchmark]
    public float HarmonicProbedInTurns() => Step(_sampled, _forSampled);

    float Step(LongRangeNet net, AdamW optimizer)
    {
        using var scope = NewDisposeScope();
        optimizer.ZeroGradients();
        var (outputs, rate, _) = net.Forward(_batch);
        var loss = nn.functional.mse_loss(outputs, tensor(_batch.Targets!).view(outputs.shape));
        (loss + 4 * nn.functional.relu(rate - 0.2)).backward();
        optimizer.Step(1e-6);
        return loss.item<float>();
    }
}
