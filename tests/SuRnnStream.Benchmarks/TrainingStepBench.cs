using BenchmarkDotNet.Attributes;
using SuRnnStream.Training.Net;
using static TorchSharp.torch;

namespace SuRnnStream.Benchmarks;

/// <summary>
/// What does the fused recurrence save in training? One step of the commands model (forward, loss, backward, AdamW) on a batch of 64
/// three-second segments of random frames, on one thread.
/// </summary>
public class TrainingStepBench
{
    const int Batch = 64, Frames = 150;

    SuRnnNet _net = null!;
    AdamW _optimizer = null!;
    Tensor _frames = null!, _labels = null!; // [B, T, Bands], [T * B]

    [GlobalSetup]
    public void Setup()
    {
        set_num_threads(1);
        FusedRecurrence.Threads = 1;
        random.manual_seed(1);
        var model = ModelFile.Load(Path.Combine(AppContext.BaseDirectory, "models", "commands.surnn"));
        _net = SuRnnNet.From(model);
        _net.train();
        _optimizer = new AdamW(_net.parameters(), weightDecay: 0.01, clip: 2, averaging: 0.999);
        _frames = (1.5 + randn(Batch, Frames, model.Config.FrameLength)).clamp_min(0);
        _labels = randint(0, model.Config.Labels.Count, [Frames * Batch], ScalarType.Int64);
    }

    [GlobalCleanup]
    public void Cleanup() => _net.Dispose();

    /// <summary>The step loop in Torch operations.</summary>
    [Benchmark(Baseline = true)]
    public float Plain() => Step(plain: true);

    [Benchmark]
    public float Fused() => Step(plain: false);

    float Step(bool plain)
    {
        using var scope = NewDisposeScope();
        _net.Plain = plain;
        _optimizer.ZeroGradients();
        var loss = nn.functional.cross_entropy(_net.Forward(_frames).Logits.flatten(0, 1), _labels);
        loss.backward();
        _optimizer.Step(1e-4);
        return loss.item<float>();
    }
}
