namespace SuRnnStream;

/// <summary>By what one of several devices that detected the same word is chosen to answer.</summary>
public enum ArbitrationRule
{
    /// <summary>The first detection passes at once; later ones within the window lose. Costs no time.</summary>
    First,

    /// <summary>The highest <see cref="Detection.Level"/> at the end of the window; a detection without one loses to any that has it.</summary>
    Loudest,

    /// <summary>The highest <see cref="Detection.LevelAboveFloor"/> at the end of the window: fairer where microphones differ in gain.</summary>
    Clearest,

    /// <summary>The highest score at the end of the window.</summary>
    BestScore,
}

/// <summary>
/// Decides which of several devices that detected the same word answers: one passes, the others are held back and learn which one does
/// (<see cref="DetectionVerdict.Winner"/>). A detection that comes later than the decision, but within another window, loses too. The winner's own
/// next detections pass.
/// </summary>
public sealed class Arbitration : Decision
{
    readonly TimeSpan _window;
    readonly ArbitrationRule _rule;
    readonly WaitingDetections _claims = new();     // of words that are not decided yet
    readonly WaitingDetections _winners = new();    // of decided ones, until their window ends

    /// <param name="window">Time from the first detection of a word in which others are of the same word; above zero, at most a minute.</param>
    /// <param name="rule">By what to choose.</param>
    /// <param name="clock">Which times count; between machines <see cref="DecisionClock.Wall"/>.</param>
    /// <exception cref="ArgumentException">A value is outside its range.</exception>
    public Arbitration(TimeSpan window, ArbitrationRule rule = ArbitrationRule.First, DecisionClock clock = DecisionClock.Stream) : base(clock)
    {
        if (window <= TimeSpan.Zero || window > TimeSpan.FromMinutes(1)) throw new ArgumentException($"The window of an arbitration is {window}, but must be above zero and at most a minute.");
        if (!Enum.IsDefined(rule)) throw new ArgumentException($"The rule of an arbitration is {rule}, but must be First, Loudest, Clearest or BestScore.");
        (_window, _rule) = (window, rule);
    }

    /// <inheritdoc/>
    public override TimeSpan? Due => _claims.Due;

    /// <inheritdoc/>
    public override int Waiting => _claims.Count;

    /// <inheritdoc/>
    public override string Description => FormattableString.Invariant($"one device answers: {_rule}, within {_window.TotalSeconds} s");

    internal override void Decide(in Detection detection, Action<DetectionVerdict> to)
    {
        while (_winners.Due < Taken) _winners.TakeDue();
        for (var i = 0; i < _winners.Count; i++)
        {
            var winner = _winners[i].Detection;
            if (winner.Label != detection.Label) continue;
            if (winner.Source == detection.Source) Pass(detection, to);
            else Hold(detection, HoldReason.LostArbitration, to, winner);
            return;
        }
        if (_rule == ArbitrationRule.First)
        {
            _winners.Add(detection, Taken + _window);
            Pass(detection, to);
        }
        else Claim(detection, to);
    }

    void Claim(in Detection detection, Action<DetectionVerdict> to)
    {
        var due = Taken + _window;
        for (var i = 0; i < _claims.Count; i++)
        {
            var (other, end) = _claims[i];
            if (other.Label != detection.Label) continue;
            due = end;
            if (other.Source != detection.Source) continue;
            if (IsBetter(detection, other)) // a device has one claim
            {
                Merge(_claims.RemoveAt(i), detection, to);
                break;
            }
            Merge(detection, other, to);
            return;
        }
        _claims.Add(detection, due);
    }

    internal override void DecideNext(Action<DetectionVerdict> to)
    {
        var winner = _claims.TakeDue();
        for (var i = 0; i < _claims.Count;)
        {
            var other = _claims[i].Detection;
            if (other.Label != winner.Label)
            {
                i++;
                continue;
            }
            _claims.RemoveAt(i);
            if (IsBetter(other, winner)) (winner, other) = (other, winner);
            _losers.Add(other);
        }
        _winners.Add(winner, Now + _window);
        Pass(winner, to);
        foreach (var loser in _losers) Hold(loser, HoldReason.LostArbitration, to, winner);
        _losers.Clear();
    }

    readonly List<Detection> _losers = [];          // empty between calls

    bool IsBetter(in Detection one, in Detection other) => Value(one) > Value(other); // of equal ones the first

    float Value(in Detection detection) => _rule switch
    {
        ArbitrationRule.Loudest => detection.Level ?? float.NegativeInfinity,
        ArbitrationRule.Clearest => detection.LevelAboveFloor ?? float.NegativeInfinity,
        _ => detection.Score,
    };

    internal override void Forget()
    {
        _claims.Clear();
        _winners.Clear();
    }

    internal override void SaveState(BinaryWriter to)
    {
        _claims.Save(to);
        _winners.Save(to);
    }

    internal override void RestoreState(BinaryReader from)
    {
        _claims.Restore(from);
        _winners.Restore(from);
    }
}
