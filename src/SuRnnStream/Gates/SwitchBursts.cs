namespace SuRnnStream;

/// <summary>What the switches of a stream do: bursts of open ones and the calm between them, and how loud the background labels were. All in stream time.</summary>
sealed class SwitchBursts(IFrameTiming timing, int switches)
{
    /// <summary>Level below which a background label has fallen, where it counts only from then on: half of the veto that was measured.</summary>
    public const float FallenBelow = 0.25f;

    readonly long _hop = timing.HopLength;
    int _least;                        // open switches of a frame in a burst
    int _calm;                         // frames
    long _shortest, _longest, _lookBack; // samples; whole frames

    long[] _at = [];                   // a ring: frames with any switch open, by their first sample,
    float[] _others = [];              // and the background's highest score in them
    int _next, _count;
    bool _waitsForFall;                // the background does not count until it has fallen once

    /// <summary>Frames in a row that were shut, up to what calm needs.</summary>
    int _shut;

    /// <summary>First sample of the burst that goes on; -1: none does.</summary>
    public long Begin { get; private set; } = -1;

    /// <summary>First sample of the burst that goes on or was the last.</summary>
    public long LatestBegin { get; private set; }

    /// <summary>First sample of the last frame that was in a burst.</summary>
    public long Last { get; private set; }

    /// <summary>Highest score of the background in <see cref="BurstOptions.LookBack"/> before the burst.</summary>
    public float OtherBefore { get; private set; }

    /// <summary>The background's score in the last frame, or 0 where it does not count.</summary>
    public float Other { get; private set; }

    /// <summary>True: shut for as long as calm needs.</summary>
    public bool IsCalm => _shut >= _calm;

    /// <summary>Frames of calm that end a burst.</summary>
    public int CalmFrames => _calm;

    public void Retune(BurstOptions options)
    {
        int Frames(TimeSpan time) => (int)Math.Round(time / timing.Hop);
        _least = Math.Max(1, (int)Math.Ceiling(options.OpenPart * switches - 1e-4));
        _calm = Math.Max(1, Frames(options.Calm));
        _shut = Math.Min(_shut, _calm);
        (_shortest, _longest, _lookBack) = (Frames(options.Shortest) * _hop, Frames(options.Longest) * _hop, Frames(options.LookBack) * _hop);
        var room = Frames(options.LookBack) + 1;
        if (room <= _at.Length) return;
        var (at, others) = (new long[room], new float[room]);
        for (var i = 0; i < _count; i++) (at[i], others[i]) = Entry(_count - i);
        (_at, _others, _next) = (at, others, _count);
    }

    /// <summary>The start of a stream, before which all was calm.</summary>
    public void Reset() =>
        (Begin, LatestBegin, Last, _shut, _count, _next, _waitsForFall, OtherBefore, Other) = (-1, 0, 0, _calm, 0, 0, false, 0, 0);

    /// <summary>The background counts only from when it has once been low: what it says is of a sound that another detector has taken.</summary>
    public void WaitForFall() => _waitsForFall = true;

    /// <summary>Takes the next frame, after which <see cref="Begin"/>, <see cref="Other"/> and the rest hold.</summary>
    /// <param name="now">Its first sample.</param>
    /// <param name="open">Open switches.</param>
    /// <param name="other">Highest score of the background labels but silence.</param>
    /// <returns>True: a burst begins with it.</returns>
    public bool Advance(long now, int open, float other)
    {
        if (_waitsForFall && other < FallenBelow) _waitsForFall = false;
        Other = _waitsForFall ? 0 : other;
        var begins = false;
        if (open >= _least)
        {
            begins = Begin < 0;
            if (begins) (Begin, LatestBegin, OtherBefore) = (now, now, HighestSince(now - _lookBack));
            (Last, _shut) = (now, 0);
        }
        else if (_shut < _calm) _shut++;
        if (open > 0) Remember(now);
        return begins;
    }

    /// <summary>True: what goes on is a burst of a length that counts.</summary>
    public bool IsCandidate => Last + _hop - Begin is var length && length >= _shortest && length <= _longest;

    /// <summary>True: what began there and has gone on until now is too long for a burst.</summary>
    public bool IsTooLong(long begin) => Last + _hop - begin > _longest;

    /// <summary>True: the samples lost since the burst's last frame are at least as long as calm, so that it is taken as over.</summary>
    public bool EndsInGapBefore(long now, long lost) => Begin >= 0 && lost >= _calm * _hop && now > Last;

    /// <summary>The burst is over; the next frame with enough open switches begins another.</summary>
    public void End() => Begin = -1;

    void Remember(long now)
    {
        (_at[_next], _others[_next]) = (now, Other);
        _next = (_next + 1) % _at.Length;
        if (_count < _at.Length) _count++;
    }

    float HighestSince(long from)
    {
        var highest = 0f;
        for (var age = 1; age <= _count && Entry(age) is var (at, other) && at >= from; age++) highest = Math.Max(highest, other);
        return highest;
    }

    (long At, float Other) Entry(int age)
    {
        var place = (_next + _at.Length - age) % _at.Length;
        return (_at[place], _others[place]);
    }

    public void Save(BinaryWriter to)
    {
        to.Write(Begin);
        to.Write(LatestBegin);
        to.Write(Last);
        to.Write(OtherBefore);
        to.Write(_shut);
        to.Write(_waitsForFall);
        to.Write(_count);
        for (var age = _count; age > 0; age--)
        {
            var (at, other) = Entry(age);
            to.Write(at);
            to.Write(other);
        }
    }

    public void Restore(BinaryReader from, long position)
    {
        Reset();
        (Begin, LatestBegin, Last, OtherBefore, _shut, _waitsForFall) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadSingle(), Math.Clamp(from.ReadInt32(), 0, _calm), from.ReadBoolean());
        var count = from.ReadInt32();
        if (Begin < -1 || Begin > Last || LatestBegin < 0 || LatestBegin > Last || Last < 0 || Last > position || !SavedScore.IsPossible(OtherBefore) || count is < 0 or > 1_000_000) throw new InvalidDataException("A saved gate holds a burst that cannot be.");
        for (; count > 0; count--)
        {
            var (at, other) = (from.ReadInt64(), from.ReadSingle());
            if (!SavedScore.IsPossible(other) || at < 0 || at > position) throw new InvalidDataException($"A saved gate holds a score of {other} at sample {at}.");
            if (_at.Length == 0) continue;
            Other = other;
            Remember(at);
        }
        Other = 0;
    }
}
