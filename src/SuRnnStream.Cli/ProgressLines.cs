namespace SuRnnStream.Cli;

/// <summary>Says on standard error how far a long run is, where no picture can move.</summary>
sealed class ProgressLines : IDisposable
{
    readonly Terminal _terminal;
    readonly TimeProvider _clock;
    readonly double _all;
    readonly string _what;
    readonly long _started;
    readonly ITimer _timer;
    readonly Lock _lock = new();
    double _done;

    /// <param name="terminal">Where it is said.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="every">How often.</param>
    /// <param name="all">What <see cref="Add"/> adds up to.</param>
    /// <param name="what">What is done, as "7 files".</param>
    public ProgressLines(Terminal terminal, TimeProvider clock, TimeSpan every, double all, string what)
    {
        (_terminal, _clock, _all, _what, _started) = (terminal, clock, all, what, clock.GetTimestamp());
        _timer = clock.CreateTimer(_ => Say(), null, every, every);
    }

    /// <summary>More is done.</summary>
    /// <param name="amount">In the unit of the total.</param>
    public void Add(double amount)
    {
        lock (_lock) _done += amount;
    }

    public void Dispose() => _timer.Dispose();

    void Say()
    {
        double done;
        lock (_lock) done = _done / _all;
        var left = done > 0 ? Words.Text($", {(_clock.GetElapsedTime(_started) * (1 - done) / done).TotalMinutes:0} min left") : "";
        _terminal.Complain(Words.Text($"{100 * done:0} % of {_what}{left}"));
    }
}
