namespace SuRnnStream.Cli;

/// <summary>A segment of a recording in which something moves.</summary>
/// <param name="From">First moment.</param>
/// <param name="To">The moment after the last.</param>
readonly record struct Movement(int From, int To);

/// <summary>
/// Finds gestures in a recording by their energy: channels less their mean over a second, each divided by its own deviation, summed, smoothed, and compared
/// with a level between the recording's quiet and its loudest parts. What a person then confirms. This project's own rule.
/// </summary>
static class MovementFinder
{
    const double Drift = 1, Smooth = 0.15, Bridge = 0.35, Shortest = 0.2; // seconds
    const double Level = 0.2, LeastContrast = 3;

    /// <param name="channels">[channels][moments]; NaN: missing.</param>
    /// <param name="rate">Moments a second.</param>
    public static List<Movement> Find(float[][] channels, double rate)
    {
        var energy = Energy(channels, rate);
        var found = new List<Movement>();
        if (energy.Length == 0) return found;
        double[] sorted = [.. energy.Order()];
        var (quiet, loud) = (sorted[sorted.Length / 5], sorted[(int)(0.98 * (sorted.Length - 1))]);
        if (!(loud > LeastContrast * Math.Max(quiet, 1e-9))) return found; // all of it moves, or nothing does
        var least = quiet + Level * (loud - quiet);
        for (var m = 0; m < energy.Length; m++)
        {
            if (energy[m] < least) continue;
            if (found.Count > 0 && m - found[^1].To < Bridge * rate) found[^1] = found[^1] with { To = m + 1 };
            else found.Add(new(m, m + 1));
        }
        found.RemoveAll(one => one.To - one.From < Shortest * rate);
        return found;
    }

    /// <summary>[moments] how much moves.</summary>
    internal static double[] Energy(float[][] channels, double rate)
    {
        var moments = channels[0].Length;
        var sum = new double[moments];
        foreach (var channel in channels)
        {
            double[] values = Held(channel);
            var slow = Mean(values, (int)(Drift * rate));
            for (var m = 0; m < moments; m++) values[m] -= slow[m];
            var deviation = Math.Sqrt(values.Sum(x => x * x) / Math.Max(1, moments));
            if (deviation < 1e-9) continue;
            for (var m = 0; m < moments; m++) sum[m] += values[m] * values[m] / (deviation * deviation);
        }
        return [.. Mean(sum, (int)(Smooth * rate)).Select(Math.Sqrt)];
    }

    static double[] Held(float[] channel)
    {
        var values = new double[channel.Length];
        for (var m = 0; m < values.Length; m++) values[m] = float.IsFinite(channel[m]) ? channel[m] : m == 0 ? 0 : values[m - 1];
        return values;
    }

    /// <summary>The mean of the values up to half of <paramref name="over"/> before and after each.</summary>
    static double[] Mean(double[] values, int over)
    {
        var (half, mean, before) = (Math.Max(1, over / 2), new double[values.Length], new double[values.Length + 1]);
        for (var m = 0; m < values.Length; m++) before[m + 1] = before[m] + values[m];
        for (var m = 0; m < values.Length; m++)
        {
            var (from, to) = (Math.Max(0, m - half), Math.Min(values.Length, m + half + 1));
            mean[m] = (before[to] - before[from]) / (to - from);
        }
        return mean;
    }
}
