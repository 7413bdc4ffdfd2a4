using SuRnnStream.Training.Net;

namespace SuRnnStream.Training.Tests.Support;

/// <summary>
/// The recurrence of one stream in double with g = hard + soft(a) - soft, hard and soft frozen at one point: the differentiable function
/// whose gradient straight-through estimation takes at that point.
/// </summary>
sealed class SoftRecurrence(CellKind cell, int steps, int hidden, int inputs, Surrogate surrogate, float[] shut, float[] hiddenWeight, float[] gateWeight)
{
    readonly double[] _hard = new double[steps * hidden], _soft = new double[steps * hidden];

    public void Freeze(IReadOnlyDictionary<string, double[]> at) => Run(at, freeze: true);

    public double Loss(IReadOnlyDictionary<string, double[]> at) => Run(at, freeze: false);

    double Run(IReadOnlyDictionary<string, double[]> given, bool freeze)
    {
        double[] x = given["x"], w = given["w"], b = given["b"], ga = given["ga"], u = given["u"], own = given["own"], h = new double[hidden], memory = new double[hidden];
        var loss = 0.0;
        for (var t = 0; t < steps; t++)
        {
            double[] next = new double[hidden], nextMemory = new double[hidden];
            for (var i = 0; i < hidden; i++)
            {
                var at = t * hidden + i;
                var a = ga[at] + own[i] * h[i];
                if (freeze) (_hard[at], _soft[at]) = (a > 0 ? 1 : 0, Soft(a));
                var g = (_hard[at] + Soft(a) - _soft[at]) * (1 - shut[t]);
                double X(int gate) => b[gate * hidden + i] + Enumerable.Range(0, inputs).Sum(j => w[(gate * hidden + i) * inputs + j] * x[t * inputs + j]);
                double U(int gate) => Enumerable.Range(0, hidden).Sum(j => u[(gate * hidden + i) * hidden + j] * h[j]);
                double f, inner = 0;
                switch (cell)
                {
                    case CellKind.Rnn:
                        f = Math.Tanh(X(0) + U(0));
                        break;
                    case CellKind.Gru:
                        double z = Sigmoid(X(0) + U(0)), r = Sigmoid(X(1) + U(1));
                        f = (1 - z) * Math.Tanh(X(2) + r * (U(2) + given["c"][i])) + z * h[i];
                        break;
                    default:
                        inner = Sigmoid(X(1) + U(1)) * memory[i] + Sigmoid(X(0) + U(0)) * Math.Tanh(X(2) + U(2));
                        f = Sigmoid(X(3) + U(3)) * Math.Tanh(inner);
                        break;
                }
                next[i] = h[i] + g * (f - h[i]);
                nextMemory[i] = memory[i] + g * (inner - memory[i]);
                loss += hiddenWeight[at] * next[i] + gateWeight[at] * g;
            }
            (h, memory) = (next, nextMemory);
        }
        return loss;
    }

    double Soft(double a)
    {
        if (surrogate.Kind == SurrogateKind.Identity) return a;
        if (surrogate.Kind == SurrogateKind.Sigmoid) return Sigmoid(surrogate.Slope * a);
        var u = Math.Clamp(surrogate.Slope * a / 4, -1, 1);
        return u - u * Math.Abs(u) / 2;
    }

    static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
