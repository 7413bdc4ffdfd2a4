namespace SuRnnStream;

/// <summary>The pauses between tries: each twice as long as the one before, up to the last.</summary>
sealed class RetryPause(TimeSpan first, TimeSpan last)
{
    TimeSpan? _next; // null: the first

    /// <summary>The pause that <see cref="Next"/> will give.</summary>
    public TimeSpan Coming => _next ?? first;

    public TimeSpan Next()
    {
        var pause = Coming;
        _next = pause * 2 < last ? pause * 2 : last;
        return pause;
    }

    /// <summary>It has worked: the next pause is the first again.</summary>
    public void Reset() => _next = null;
}
