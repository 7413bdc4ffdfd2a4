namespace SuRnnStream.Research.Anomalies;

/// <summary>How unusual each value of a stream is, by what was before it and nothing later. Larger is more unusual.</summary>
static class AnomalyScores
{
    const int Recent = 8, Past = 1_000, Window = 200, Least = 50; // values

    /// <summary>Deviations by which the mean of the last few errors lies above that of the thousand before.</summary>
    public static double[] OfErrors(double[] errors)
    {
        var scores = new double[errors.Length];
        var sums = new RunningSums(errors);
        for (var t = Recent + Least; t < errors.Length; t++)
        {
            var from = Math.Max(0, t + 1 - Recent - Past);
            var (mean, deviation) = sums.Of(from, t + 1 - Recent);
            scores[t] = (sums.Of(t + 1 - Recent, t + 1).Mean - mean) / Math.Max(deviation, 1e-6);
        }
        return scores;
    }

    /// <summary>The moving z-score: deviations by which a value lies away from the mean of those before it.</summary>
    public static double[] OfValues(double[] values)
    {
        var scores = new double[values.Length];
        var sums = new RunningSums(values);
        for (var t = Least; t < values.Length; t++)
        {
            var (mean, deviation) = sums.Of(Math.Max(0, t - Window), t);
            scores[t] = Math.Abs(values[t] - mean) / Math.Max(deviation, 1e-9 + 1e-6 * Math.Abs(mean));
        }
        return scores;
    }

    /// <summary>Means and deviations of any piece.</summary>
    sealed class RunningSums
    {
        readonly double _middle; // the first value: sums of squares of what lies off it lose fewer digits
        readonly double[] _sum, _square;

        public RunningSums(double[] values)
        {
            _middle = values.Length > 0 ? values[0] : 0;
            (_sum, _square) = (new double[values.Length + 1], new double[values.Length + 1]);
            for (var t = 0; t < values.Length; t++)
            {
                var off = values[t] - _middle;
                (_sum[t + 1], _square[t + 1]) = (_sum[t] + off, _square[t] + off * off);
            }
        }

        public (double Mean, double Deviation) Of(int from, int to)
        {
            var (count, sum) = (to - from, _sum[to] - _sum[from]);
            var mean = sum / count;
            return (_middle + mean, Math.Sqrt(Math.Max(0, (_square[to] - _square[from]) / count - mean * mean)));
        }
    }
}
