using SuRnnStream.Training.Mel;
using SuRnnStream.Training.Net;
using Xunit;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Tests.Mel;

public sealed class HoldNetTest
{
    static readonly SuRnnConfig Config = new()
    {
        FrontEnd = new FrontEndConfig(),
        Stem = [new(12, 3, false, false), new(12, 4, true, true, 2), new(12, 5, true, true)],
        FrameSwitch = new FrameSwitch(16, 0, MelRunner.Hangover, MelRunner.Lead),
        HeadSeesStem = true,
        Layers = [new RecurrentLayer(CellKind.Hold, 21, SwitchKind.Increase, Period: 7, Rest: 10)],
        Labels = ["silence", "unknown", "yes", "no"],
        Background = ["silence", "unknown"],
    };

    /// <summary>Beside Torch's own maximum, which is differentiable: values and gradients.</summary>
    [Theory, InlineData(0), InlineData(5)]
    public void Memory_HasTheValuesAndGradientsOfPlainMaxima(int period)
    {
        const int Steps = 40, Batch = 3, Hidden = 6;
        random.manual_seed(3);
        var draw = new Random(4);
        var heard = Enumerable.Range(0, Steps * Batch).Select(_ => draw.NextDouble() < 0.8).ToArray();
        var plan = HoldPlan.Of(heard, Steps, Batch, period, rest: 2);
        using var features = nn.functional.relu(randn(Steps, Batch, Hidden)).requires_grad_();
        using var wanted = randn(Steps, Batch, Hidden);
        using var held = HoldMemory.Run(features, plan);
        (held * wanted).sum().backward();

        using var again = features.detach().clone().requires_grad_();
        var rows = new List<Tensor>();
        for (var t = 0; t < Steps; t++)
        {
            var columns = new List<Tensor>();
            for (var b = 0; b < Batch; b++)
            {
                var from = First(plan, t, b, Batch);
                var frames = Enumerable.Range(0, t + 1).Where(past => past >= from && heard[past * Batch + b]).ToArray();
                columns.Add(frames.Length == 0 ? zeros(Hidden) : stack([.. frames.Select(past => again[past, b])]).amax([0]).clamp_min(0));
            }
            rows.Add(stack(columns));
        }
        var plain = stack(rows);
        (plain * wanted).sum().backward();
        Assert.Equal(plain.flatten().data<float>().ToArray(), held.flatten().data<float>().ToArray());
        var (expected, actual) = (again.grad!.flatten().data<float>().ToArray(), features.grad!.flatten().data<float>().ToArray());
        var values = features.flatten().data<float>().ToArray();
        for (var i = 0; i < expected.Length; i++) if (values[i] > 0) Assert.Equal(expected[i], actual[i], 1e-5); // at zero many frames tie
    }

    /// <summary>The first frame that the bank which is read at t may know of, from the plan alone.</summary>
    static int First(HoldPlan plan, int t, int b, int batch)
    {
        int older = 0, younger = 0;
        for (var past = 0; past <= t; past++)
        {
            var step = plan.Steps[past * batch + b];
            if ((step & HoldStep.Swap) != 0) (older, younger) = (younger, past);
            if ((step & HoldStep.Forget) != 0) (older, younger) = (past, past);
        }
        return older;
    }

    [Fact]
    public void MeanAndMaximum_AreThoseOfTheBankThatIsRead()
    {
        const int Steps = 30, Batch = 2, Channels = 3;
        random.manual_seed(7);
        var draw = new Random(8);
        var heard = Enumerable.Range(0, Steps * Batch).Select(_ => draw.NextDouble() < 0.8).ToArray();
        var plan = HoldPlan.Of(heard, Steps, Batch, period: 5, rest: 2);
        using var scope = NewDisposeScope();
        var y = rand(Steps, Batch, Channels) * tensor(heard.Select(x => x ? 1f : 0).ToArray(), [Steps, Batch, 1]);
        var held = new MeanMaxMemory(Channels).Run(y, null, plan).Held;
        for (var t = 0; t < Steps; t++)
            for (var b = 0; b < Batch; b++)
            {
                var from = First(plan, t, b, Batch);
                var frames = Enumerable.Range(from, t + 1 - from).Where(past => heard[past * Batch + b]).ToArray();
                for (var c = 0; c < Channels; c++)
                {
                    float[] values = [.. frames.Select(past => y[past, b, c].item<float>())];
                    Assert.Equal(values.DefaultIfEmpty(0).Average(), held[t, b, c].item<float>(), 1e-5);
                    Assert.Equal(values.DefaultIfEmpty(0).Max(), held[t, b, Channels + c].item<float>());
                }
            }
    }

    /// <summary>Checkpoints are read by these names: of a memory that holds, those from before there were others.</summary>
    [Theory, InlineData(nameof(MemoryKind.Hold), "memory.bias memory.weight"), InlineData(nameof(MemoryKind.MeanMax), "")]
    public void Names_OfWhatAMemoryLearns_Stay(string memory, string names)
    {
        using var net = new HoldNet(Config, targets: 0, Enum.Parse<MemoryKind>(memory));
        Assert.Equal(names, string.Join(' ', net.state_dict().Keys.Where(name => name.StartsWith("memory", StringComparison.Ordinal)).Order()));
    }

    [Theory, InlineData(nameof(MemoryKind.Hold)), InlineData(nameof(MemoryKind.Gru)), InlineData(nameof(MemoryKind.Dense))]
    public void Export_RunsAsTorchDoes(string memory)
    {
        var kind = Enum.Parse<MemoryKind>(memory);
        random.manual_seed(5);
        var shape = kind == MemoryKind.Hold ? Config : Config with { Layers = [new RecurrentLayer(CellKind.Gru, 21, kind == MemoryKind.Gru ? SwitchKind.Event : SwitchKind.None)], SalienceSize = 9, SalienceFrames = 1, SalienceDepth = 3 };
        using var net = new HoldNet(shape, targets: 0, kind);
        using var frameSwitch = new FrameSwitchNet(16);
        using (var scope = NewDisposeScope())
        {
            net.train();
            for (var n = 0; n < 5; n++) net.Forward(rand(4, 60, 40), null, HoldPlan.Of([.. Enumerable.Repeat(true, 240)], 60, 4, 7, 10)); // norms of their own
        }
        net.eval();
        Dictionary<string, float[]> tensors;
        using (var scope = NewDisposeScope())
            tensors = net.Export().Concat(frameSwitch.Export()).ToDictionary(pair => pair.Key, pair => pair.Value.contiguous().detach().data<float>().ToArray());
        var draw = new Random(6);
        var sounds = Enumerable.Range(0, 6).Select(_ => Sound(draw)).ToArray();
        var opening = Median(frameSwitch, sounds);
        var config = shape with { FrameSwitch = Config.FrameSwitch! with { Opening = opening } };
        var model = new SuRnnModel(config, new SuRnnWeights(config, tensors));
        var runner = new MelRunner(config, frameSwitch, net, 7) { Opening = opening, Rest = 10 };
        using var frames = tensor(sounds.SelectMany(x => x).ToArray(), [sounds.Length, Steps, 40]);
        using var none = zeros(1);
        var agreement = MelAgreement.Measure(model, runner, new MelBatch(frames, none, none, none, [], []), Steps);
        Assert.True(agreement.Frames > 500 && agreement.Ties <= 1, agreement.ToString());
        Assert.InRange(agreement.LargestScoreDifference, 0, 1e-5);
    }

    const int Steps = 120;

    /// <summary>Loud and quiet segments, some of them digital silence.</summary>
    static float[] Sound(Random random)
    {
        var frames = new float[Steps * 40];
        for (var t = 0; t < Steps;)
        {
            var level = random.Next(4) * 0.8f;
            for (var n = random.Next(5, 25); n > 0 && t < Steps; n--, t++)
                for (var i = 0; i < 40 && level > 0; i++) frames[t * 40 + i] = level + random.NextSingle();
        }
        return frames;
    }

    /// <summary>An opening with as many frames above it as below.</summary>
    static float Median(FrameSwitchNet net, float[][] sounds)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (numbers, silence) = FrameSwitchNet.Inputs([.. sounds.SelectMany(x => x)], sounds.Length, Steps, 40);
        var logits = net.Forward(numbers, silence).flatten().data<float>().ToArray();
        Array.Sort(logits);
        return (logits[logits.Length / 2] + logits[logits.Length / 2 + 1]) / 2;
    }
}
