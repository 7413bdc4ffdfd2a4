namespace SuRnnStream;

/// <summary>Tells of a channel whose value has not changed for a number of moments, once until it changes. A missing value is none.</summary>
sealed class StuckWatch(int channels, long moments)
{
    readonly float[] _value = new float[channels];
    readonly long[] _same = new long[channels]; // moments for which it has not changed, the first not counted

    /// <summary>The channel that has just been found stuck; -1: none.</summary>
    public int Look(ReadOnlySpan<float> moment)
    {
        var stuck = -1;
        for (var c = 0; c < channels; c++)
        {
            if (!float.IsFinite(moment[c])) continue;
            _same[c] = moment[c] == _value[c] ? _same[c] + 1 : 0;
            _value[c] = moment[c];
            if (_same[c] == moments) stuck = c;
        }
        return stuck;
    }
}
