namespace SuRnnStream;

/// <summary>
/// The pauses between tries: each up to twice as long as the one before, up to the last. Up to half of a pause is left out by chance, so that all
/// those who lost the same peer do not come back at the same moment ("jitter").
/// </summary>
/// <param name="first">Longest length of the first pause.</param>
/// <param name="last">Longest length of any pause.</param>
/// <param name="chance">Draws the part that is left out; null: the process's own generator.</param>
public sealed class RetryPause(TimeSpan first, TimeSpan last, Random? chance = null)
{
    readonly Random _chance = chance ?? Random.Shared;
    TimeSpan? _longest;         // of the pause that comes next; null: the first
    TimeSpan? _coming;          // that pause, once it is drawn

    /// <summary>The pause that <see cref="Next"/> will give.</summary>
    public TimeSpan Coming => _coming ??= Longest * (1 - 0.5 * _chance.NextDouble());

    /// <summary>The pause before the next try; the one after it is longer.</summary>
    public TimeSpan Next()
    {
        var pause = Coming;
        (_longest, _coming) = (Longest * 2 < last ? Longest * 2 : last, null);
        return pause;
    }

    /// <summary>It has worked: the next pause is the first again.</summary>
    public void Reset() => (_longest, _coming) = (null, null);

    TimeSpan Longest => _longest ?? first;
}
