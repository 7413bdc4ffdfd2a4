using SuRnnStream.Research.LongRange;
using SuRnnStream.Training.Net;
using SuRnnStream.Training.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Tests.Research.LongRange;

/// <summary>What may come before the recurrent layers of a long-range net: a stem with learnable spacing, and diagonal S4 layers as an experiment.</summary>
[Trait("Category", "Thorough")]
public class BeforeTheCellsTest
{
    static readonly SequenceTask Adding = SequenceTasks.Create("adding", new LongRangeSetting { Length = 40 }, null);

    static LongRangeOptions Options(LongRangeSwitch kind, int steps = 10) => LongRangeOptions.For(Adding, kind, full: false) with { Hidden = 20, Steps = steps, Batch = 16 };

    [Theory, InlineData(LongRangeSwitch.None, 0), InlineData(LongRangeSwitch.Harmonic, 0), InlineData(LongRangeSwitch.Harmonic, 14), InlineData(LongRangeSwitch.Random, 0)]
    public void Stem_IsAnOrdinaryOneInTheRuntime(LongRangeSwitch kind, int blocks)
    {
        using var torch = new TorchScope();
        using var trainer = new LongRangeTrainer(Adding, Options(kind) with { Stem = "12,3,9", Layers = 2, BlockWidth = blocks, LearningRate = 0.02 });
        trainer.Run(_ => { }, stop: TestContext.Current.CancellationToken);
        var (run, model) = trainer.Finish();
        Assert.Equal([new StemLayer(12, 9, false, false)], model!.Config.Stem);
        Assert.True(run.Runtime.LargestDifference is >= 0 and < 1e-4, $"{run.Runtime.LargestDifference} apart");
    }

    [Fact]
    public void StemsTaps_LearnWhereTheyAre()
    {
        using var torch = new TorchScope();
        manual_seed(5);
        var stem = new SpacedStem(1, new StemShape(1, 1, 16));
        var parameters = stem.named_parameters().ToDictionary(parameter => parameter.name, parameter => parameter.parameter);
        using (no_grad())
        {
            parameters["weight"].fill_(1);
            parameters["bias"].zero_();
            parameters["place"].fill_(2.25);
        }
        var x = cat([zeros(1, 5, 1), ones(1, 1, 1), zeros(1, 10, 1)], 1);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0.75f, 0.25f, 0, 0, 0, 0, 0, 0, 0], stem.call(x).data<float>().ToArray()); // two and a quarter steps later
        stem.call(x).slice(1, 8, 9, 1).sum().backward();                                                              // more of it at three steps
        Assert.Equal(1, parameters["place"].grad!.item<float>(), 1e-6);
    }

    [Theory, InlineData("32,8"), InlineData("0,1,8"), InlineData("4,9,8"), InlineData("4,2,65"), InlineData("4,x,8")]
    public void StemThatIsNone_IsRefused(string stem) => Assert.Contains("--stem is channels", Assert.Throws<ArgumentException>(() => StemShape.Parse(stem)).Message);

    [Fact]
    public void StemBeforeSwitchesThatSeeTheInput_IsRefused() =>
        Assert.Contains("switches that see time only", Assert.Throws<ArgumentException>(() => new LongRangeTrainer(Adding, Options(LongRangeSwitch.Event) with { Stem = "4,2,8" })).Message);

    /// <summary>The convolution is the recurrence x_l = exp(dt A) x_(l-1) + (exp(dt A) - 1) / A u_l, y = 2 Re C x, in complex numbers and double.</summary>
    [Fact]
    public void S4Kernel_IsTheRecurrencesImpulseResponse()
    {
        using var torch = new TorchScope();
        manual_seed(6);
        var layer = new DiagonalS4(3);
        var named = layer.named_parameters().ToDictionary(parameter => parameter.name, parameter => parameter.parameter.detach().data<float>().ToArray());
        var kernel = layer.Kernel(50).detach().contiguous().data<float>().ToArray();
        for (var d = 0; d < 3; d++)
        {
            var states = new System.Numerics.Complex[16];
            for (var l = 0; l < 50; l++)
            {
                var y = 0.0;
                for (var n = 0; n < 16; n++)
                {
                    var at = d * 16 + n;
                    System.Numerics.Complex a = new(-Math.Exp(named["decay"][at]), named["turn"][at]), c = new(named["real"][at], named["imaginary"][at]);
                    var moved = System.Numerics.Complex.Exp(Math.Exp(named["log_step"][d]) * a);
                    states[n] = l == 0 ? (moved - 1) / a : moved * states[n];
                    y += 2 * (c * states[n]).Real;
                }
                Assert.Equal(y, kernel[d * 50 + l], 1e-4);
            }
        }
    }

    [Fact]
    public void S4Layer_SeesNoFuture()
    {
        using var torch = new TorchScope();
        manual_seed(7);
        var layer = new DiagonalS4(4);
        var x = randn(2, 30, 4);
        var other = x.clone();
        other.slice(1, 20, 30, 1).add_(1);
        var (one, two) = (layer.call(x).detach(), layer.call(other).detach());
        Assert.True((one - two).slice(1, 0, 20, 1).abs().max().item<float>() < 1e-5);
        Assert.True((one - two).slice(1, 20, 30, 1).abs().min().item<float>() > 1e-4);
    }

    [Fact]
    public void NetWithS4_IsTrainedAndTested_AndHasNoModel()
    {
        using var torch = new TorchScope();
        using var trainer = new LongRangeTrainer(Adding, Options(LongRangeSwitch.Harmonic, steps: 4) with { S4Layers = 2, Tested = 20 });
        trainer.Run(_ => { }, stop: TestContext.Current.CancellationToken);
        var (run, model) = trainer.Finish();
        Assert.Null(model);
        Assert.True(double.IsFinite(run.Metric) && double.IsNaN(run.Runtime.Metric) && run.Runtime.Sequences == 0);
    }

    /// <summary>Without a loss that wants it, a floor keeps every neuron's rate up while the mean is pushed down.</summary>
    [Fact]
    public void Floor_KeepsEachNeuronAlive()
    {
        using var torch = new TorchScope();
        int Dead(double floor)
        {
            var options = Options(LongRangeSwitch.Harmonic, steps: 120) with { Open = 0.05, FallFrom = 0, FallTo = 0.3, RatePressure = 50, Surrogate = SurrogateKind.Sigmoid, Slope = 4, SwitchLearningRate = 20, Floor = floor };
            using var trainer = new LongRangeTrainer(Adding, options);
            trainer.Run(_ => { }, stop: TestContext.Current.CancellationToken);
            var (model, state) = (trainer.Finish().Model!, default(SuRnnState));
            state = model.NewState();
            var ever = new bool[20];
            for (var t = 0; t < 40; t++)
            {
                model.Step([0, 0], state);
                for (var i = 0; i < 20; i++) ever[i] |= state.Layers[0].Open[i];
            }
            return ever.Count(open => !open);
        }
        var (without, with) = (Dead(0), Dead(0.04));
        Assert.True(without > 0 && with < without, $"{without} neurons never open, with a floor {with}");
    }

    [Fact]
    public void TestedSequences_AreTheFirstOnes()
    {
        using var torch = new TorchScope();
        double Metric(int tested)
        {
            using var trainer = new LongRangeTrainer(Adding, Options(LongRangeSwitch.None, steps: 1) with { Tested = tested });
            return trainer.Finish().Run.Metric;
        }
        Assert.NotEqual(Metric(0), Metric(30));
        Assert.Equal(Metric(30), Metric(30));
    }
}
