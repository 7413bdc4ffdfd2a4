namespace SuRnnStream.Training.Tests.Support;

/// <summary>
/// The recurrence of one stream in double with g = hard + soft(a) - soft, hard and soft frozen at one point: the differentiable function
/// whose gradient straight-through estimation takes at that point.
/// </summary>
sealed class Surrogate(CellKind cell, int steps, int hidden, double beta, float[] shut, float[] hiddenWeight, float[] gateWeight)
{
    readonly double[] _hard = new double[steps * hidden], _soft = new double[steps * hidden];

    public void Freeze(IReadOnlyDictionary<string, double[]> at) => Run(at, freeze: true);

    public double Loss(IReadOnlyDictionary<string, double[]> at) => Run(at, freeze: false);

    double Run(IReadOnlyDictionary<string, double[]> inputs, bool freeze)
    {
        double[] gx = inputs["gx"], ga = inputs["ga"], u = inputs["u"], c = inputs["c"], own = inputs["own"], h = new double[hidden];
        var width = cell == CellKind.Gru ? 3 * hidden : hidden;
        var loss = 0.0;
        for (var t = 0; t < steps; t++)
        {
            var next = new double[hidden];
            for (var i = 0; i < hidden; i++)
            {
                var at = t * hidden + i;
                var a = ga[at] + own[i] * h[i];
                if (freeze) (_hard[at], _soft[at]) = (a > 0 ? 1 : 0, Sigmoid(beta * a));
                var g = (_hard[at] + Sigmoid(beta * a) - _soft[at]) * (1 - shut[t]);
                double X(int gate) => gx[t * width + gate * hidden + i];
                double U(int gate) => Enumerable.Range(0, hidden).Sum(j => u[(gate * hidden + i) * hidden + j] * h[j]);
                double f;
                if (cell == CellKind.Rnn) f = Math.Tanh(X(0) + U(0));
                else
                {
                    double z = Sigmoid(X(0) + U(0)), r = Sigmoid(X(1) + U(1));
                    f = (1 - z) * Math.Tanh(X(2) + r * (U(2) + c[i])) + z * h[i];
                }
                next[i] = h[i] + g * (f - h[i]);
                loss += hiddenWeight[at] * next[i] + gateWeight[at] * g;
            }
            h = next;
        }
        return loss;
    }

    static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
