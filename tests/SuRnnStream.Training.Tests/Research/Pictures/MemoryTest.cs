using SuRnnStream.Research.Pictures;
using SuRnnStream.Training.Net;
using SuRnnStream.Training.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Tests.Research.Pictures;

public class MemoryTest
{
    [Fact]
    public void Jacobian_OfARandomLayer_IsThatOfItsDifferences()
    {
        using var torch = new TorchScope();
        manual_seed(1);
        var config = Nets.Config(CellKind.Gru, SwitchKind.Event, stem: false, layers: 1, hidden: 9);
        using var net = new SuRnnNet(config);
        var model = new SuRnnModel(config, net.Export());
        var random = new Random(1);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];
        float[] h = Numbers(9), x = Numbers(20);
        bool[] open = [true, true, false, true, false, true, true, false, true];

        var jacobian = new Memory(model).Jacobian(h, x, open).data<double>().ToArray();

        for (var j = 0; j < 9; j++)
        {
            double[] more = [.. h], less = [.. h];
            (more[j], less[j]) = (h[j] + 1e-5, h[j] - 1e-5);
            double[] up = Next(model, more, x, open), down = Next(model, less, x, open);
            for (var i = 0; i < 9; i++) Assert.Equal((up[i] - down[i]) / 2e-5, jacobian[i * 9 + j], 1e-8);
        }
    }

    [Fact]
    public void Jacobian_WithEverySwitchShut_IsExactlyTheIdentity()
    {
        using var torch = new TorchScope();
        var jacobian = new Memory(Shipped.Commands).Jacobian(new float[128], new float[64], new bool[128]);
        Assert.Equal(eye(128, dtype: ScalarType.Float64).data<double>().ToArray(), jacobian.data<double>().ToArray());
    }

    [Fact]
    public void Norms_InDigitalSilence_StandForEver_WhileTheTwinForgets()
    {
        using var torch = new TorchScope();
        float[] before = [.. Shipped.Sample.AsSpan(0, 2 * 16_000), .. new float[512]], silence = new float[2 * 16_000];
        var switched = new Memory(Shipped.Commands).Norms(before, silence);
        Assert.True(switched.Length > 90);
        Assert.All(switched, norm => Assert.Equal(1, norm, 1e-15));
        Assert.InRange(new Memory(Shipped.Dense).Norms(before, silence)[^1], 0.01, 0.4);
    }

    [Fact]
    public void AModelOfTwoLayers_IsRefused()
    {
        using var torch = new TorchScope();
        var config = Nets.Config(CellKind.Gru, SwitchKind.Event, stem: false, layers: 2, hidden: 9);
        using var net = new SuRnnNet(config);
        Assert.Throws<ArgumentException>(() => new Memory(new SuRnnModel(config, net.Export())));
    }

    /// <summary>h_t from the equations, in double.</summary>
    static double[] Next(SuRnnModel model, double[] h, float[] x, bool[] open)
    {
        var n = h.Length;
        float[] Of(string name) => model.Weights["layer.0." + name].ToArray();
        float[] w = Of("input"), u = Of("recurrent"), b = Of("bias"), c = Of("candidate_bias");
        double X(int row) => b[row] + Enumerable.Range(0, x.Length).Sum(j => (double)w[row * x.Length + j] * x[j]);
        double H(int row) => Enumerable.Range(0, n).Sum(j => u[row * n + j] * h[j]);
        static double Sigmoid(double a) => 1 / (1 + Math.Exp(-a));
        return [.. Enumerable.Range(0, n).Select(i =>
        {
            if (!open[i]) return h[i];
            var (z, r) = (Sigmoid(X(i) + H(i)), Sigmoid(X(n + i) + H(n + i)));
            return (1 - z) * Math.Tanh(X(2 * n + i) + r * (H(2 * n + i) + c[i])) + z * h[i];
        })];
    }
}
