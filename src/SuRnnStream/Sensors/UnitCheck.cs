namespace SuRnnStream;

/// <summary>
/// Says once when the first five seconds of a sensor look as if a channel were in another unit than the model needs: by the length of gravity, and by what the model was trained on. For
/// sources of one's own; those of this project look by themselves. Not thread-safe.
/// </summary>
public sealed class UnitCheck
{
    readonly GravityCheck _gravity;
    readonly StatisticsCheck _statistics;
    bool _told; // one hint is enough: the other check says the same of another channel

    /// <param name="sensor">The model's channels.</param>
    public UnitCheck(SensorFrontEndConfig sensor)
    {
        ArgumentNullException.ThrowIfNull(sensor);
        (_gravity, _statistics) = (new GravityCheck(sensor), new StatisticsCheck(sensor));
    }

    /// <summary>Looks at a moment.</summary>
    /// <param name="moment">A value of each channel; NaN: missing.</param>
    /// <returns>A sentence for people, without a full stop: what was seen and how to say another unit. Null: nothing is wrong, or it was said before.</returns>
    public string? Look(ReadOnlySpan<float> moment)
    {
        var (gravity, statistics) = (_gravity.Look(moment), _statistics.Look(moment));
        if (_told || (gravity ?? statistics) is not { } told) return null;
        _told = true;
        return told;
    }
}
