namespace SuRnnStream.Training;

/// <summary>
/// How long a training still takes: the mean over its first epochs, then a moving average over about eight, so that one slow epoch of a busy machine does not
/// make minutes of hours. Time is the caller's.
/// </summary>
sealed class TimeLeft
{
    const double Weight = 1 / 8.0; // of the newest epoch

    double _seconds;                // an epoch, averaged
    int _epochs;                    // of this run

    /// <summary>An epoch took this long.</summary>
    public void Add(TimeSpan epoch)
    {
        _epochs++;
        _seconds += (epoch.TotalSeconds - _seconds) * Math.Max(Weight, 1.0 / _epochs);
    }

    /// <summary>For this many epochs more; null: nothing is known yet.</summary>
    public TimeSpan? For(double epochs) => _epochs == 0 ? null : TimeSpan.FromSeconds(_seconds * epochs);

    /// <summary>In words no more exact than they can be: seconds below two minutes, then minutes.</summary>
    public string Text(double epochs) => For(epochs) is not { } left ? "" : left.TotalSeconds < 120 ? FormattableString.Invariant($"about {Math.Round(left.TotalSeconds / 5) * 5:0} s left")
        : left.TotalHours < 2 ? FormattableString.Invariant($"about {left.TotalMinutes:0} min left") : FormattableString.Invariant($"about {left.TotalHours:0.0} h left");
}
