using static System.FormattableString;

namespace SuRnnStream;

/// <summary>
/// Says once when the first seconds of a channel are far from what the model was trained on and another unit of its quantity would explain it. A sensor at
/// rest is not far: what counts as small is less than the calmest segments of the training. This project's own rule.
/// </summary>
sealed class StatisticsCheck
{
    const double Seconds = 5, Far = 4, Fits = 2.5; // factors
    const double LeastOfGravity = 0.7;             // of an accelerometer that was trained on with gravity: one axis says nothing of how it is held, GravityCheck looks at all three
    const int LeastMoments = 50, MostMoments = 5_000;

    readonly SensorFrontEndConfig _sensor;
    readonly List<float>?[] _values; // [channels] null: nothing to compare with
    readonly int _looks;
    int _seen;

    public StatisticsCheck(SensorFrontEndConfig sensor)
    {
        _sensor = sensor;
        var gravity = GravityCheck.AxesOf(sensor);
        bool HasGravity(int c) => gravity.Contains(c) && gravity.Sum(axis => SquareOf(sensor.Channels[axis].Statistics)) > Math.Pow(LeastOfGravity * GravityCheck.GravityIn(sensor.Channels[c].Unit), 2);
        _values = [.. sensor.Channels.Select((channel, c) => channel.Statistics is null || HasGravity(c) ? null : new List<float>())];
        _looks = _values.All(values => values is null) ? 0 : (int)Math.Clamp(Seconds * sensor.SampleRate, LeastMoments, MostMoments);
    }

    /// <summary>Looks at a moment. A sentence without a full stop when enough have been seen and one channel is far off; else null.</summary>
    public string? Look(ReadOnlySpan<float> moment)
    {
        if (_seen >= _looks) return null;
        for (var c = 0; c < moment.Length; c++)
            if (float.IsFinite(moment[c])) _values[c]?.Add(moment[c]);
        if (++_seen < _looks) return null;
        for (var c = 0; c < moment.Length; c++)
            if (_values[c] is { } values && values.Count >= LeastMoments && Judge(_sensor.Channels[c], values) is { } told) return told;
        return null;
    }

    static double SquareOf(ChannelStatistics? trained) => trained is null ? 0 : trained.Mean * trained.Mean + trained.Deviation * trained.Deviation;

    static string? Judge(SensorChannel channel, List<float> values)
    {
        var trained = channel.Statistics!;
        var largest = Math.Max(Math.Abs(trained.Least), Math.Abs(trained.Most));
        double[] sizes = [.. values.Select(value => (double)Math.Abs(value)).Order()];
        var (peak, rms) = (sizes[(int)(0.99 * (sizes.Length - 1))], Math.Sqrt(sizes.Sum(x => x * x) / sizes.Length));
        var expected = Math.Max(1e-30, Math.Sqrt(SquareOf(trained)));
        var (large, small) = (largest > 0 && peak > Far * largest, rms > 0 && rms < trained.Calm / Far);
        if (!large && !small) return null;
        var name = channel.MappedName.Length > 0 ? channel.MappedName : channel.Name;
        var unit = SensorUnit.Others(channel.Unit).Where(other => Explains(other)).MinBy(other => Math.Abs(Math.Log(Size(other) / expected)));
        if (unit is null && !(peak > 100 * largest)) return null; // unusual, but nothing says that it is wrong
        var has = large ? Invariant($"comes to {peak:0.####}") : Invariant($"is {rms:0.####} (root mean square)");
        var knew = large ? Invariant($"from {trained.Least:0.####} to {trained.Most:0.####}") : Invariant($"{trained.Calm:0.####} or more");
        var first = Invariant($"{name} {has} in the first {values.Count} moments, and the model was trained on {knew} {channel.Unit}").TrimEnd();
        return unit is null ? $"{first}: check its unit and its scale" : $"{first}: is it in {unit}? Say so in the header or a map, as in \"{name} [{unit}]\"";

        double Size(string other) => Math.Max(1e-30, Math.Abs(SensorUnit.Between(other, channel.Unit)!.Value.Of(rms)));
        bool Explains(string other) => SensorUnit.Between(other, channel.Unit)!.Value is var conversion
            && Math.Abs(conversion.Of(peak)) <= Fits * largest && Math.Abs(conversion.Of(rms)) >= trained.Calm / Fits;
    }
}
