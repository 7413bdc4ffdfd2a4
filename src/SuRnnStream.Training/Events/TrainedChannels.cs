namespace SuRnnStream.Training.Events;

/// <summary>What the channels of recordings are, for the model file: see <see cref="ChannelStatistics"/>.</summary>
static class TrainedChannels
{
    const double Seconds = 5;

    /// <summary>The front end with the statistics of these recordings; without any, as it is.</summary>
    public static SensorFrontEndConfig Of(SensorFrontEndConfig sensor, IReadOnlyList<EventStream> streams) => streams.Count == 0 ? sensor : sensor with
    {
        Channels = [.. sensor.Channels.Select((channel, c) => channel with { Statistics = Of([.. streams.Select(stream => stream.Channels[c])], sensor.SampleRate) })],
    };

    /// <param name="recordings">A channel's values in each; NaN: missing.</param>
    /// <param name="rate">Moments a second.</param>
    internal static ChannelStatistics? Of(IReadOnlyList<float[]> recordings, double rate)
    {
        float[] sorted = [.. recordings.SelectMany(values => values).Where(float.IsFinite).Order()];
        if (sorted.Length == 0) return null;
        var mean = sorted.Average(x => (double)x);
        var length = Math.Max(1, (int)(Seconds * rate));
        // A recording shorter than a segment is one.
        double[] segments = [.. recordings.SelectMany(values => values.Chunk(length)).Select(Size).Where(double.IsFinite).Order()];
        return new ChannelStatistics
        {
            Mean = mean,
            Deviation = Math.Sqrt(sorted.Average(x => (x - mean) * (x - mean))),
            Least = sorted[sorted.Length / 1_000],
            Most = sorted[^(sorted.Length / 1_000 + 1)],
            Calm = segments.Length == 0 ? 0 : segments[segments.Length / 20],
        };
    }

    /// <summary>Root of the mean square of the values that are there; NaN: none is.</summary>
    static double Size(float[] values)
    {
        var (sum, count) = (0.0, 0);
        foreach (var x in values.Where(float.IsFinite)) (sum, count) = (sum + (double)x * x, count + 1);
        return Math.Sqrt(sum / count);
    }
}
