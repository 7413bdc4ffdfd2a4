namespace SuRnnStream;

/// <summary>
/// Finds the bursts of open switches that a verifier is asked about. A burst begins with the first frame that has enough open switches and ends
/// when frames with fewer have lasted for the rule's calm. In stream time; a gap is no calm.
/// </summary>
sealed class BurstTracker
{
    readonly IFrameTiming _timing;
    readonly VerifierRule _rule;
    readonly int[] _background;     // places of the background labels but silence
    readonly float[] _heard;        // [Back frames] highest background score of a frame with an open switch, else 0; at frame number % length
    readonly float[] _own, _ownBefore; // [Labels] highest scores since the burst began or was cut last, and of the piece before that
    readonly float[] _after, _afterBefore; // [Labels] highest background score since each of them
    readonly int _calm, _least, _most, _cut; // frames
    readonly int _hop;
    readonly int _silence;          // place of the label silence; -1: it does not count
    readonly float _below, _falls;  // how far a frame may be below the loudest level, and how far that falls per frame; zero: the level does not count

    long _next;                     // first sample of the frame that is expected
    long _first = -1, _last;        // first samples of the burst's first and last open frame; -1: there is no burst
    long _cutAt;                    // frame at which a long burst is cut next
    int _shut;                      // frames in a row with too few open switches
    float _other;                   // background score of the newest frame; 0: it does not count
    bool _wasCut;                   // the last frame ended a piece
    float _before;                  // background before the burst
    bool _waitsForFall;             // the background does not count until it has fallen once
    float _loudest;                 // mean of the loudest frame's features, falling

    public BurstTracker(VerifierRule rule, SuRnnConfig config)
    {
        (_rule, _timing) = (rule, config.RequireTiming());
        _hop = _timing.HopLength;
        _calm = rule.CalmFrames(_timing);
        _least = VerifierRule.Frames(rule.AtLeast, _timing);
        _most = VerifierRule.Frames(rule.AtMost, _timing);
        _cut = VerifierRule.Frames(rule.CutEvery, _timing);
        if (rule.BelowLoudest > 0)
        {
            var decibel = (config.FrontEnd ?? throw new ArgumentException($"{nameof(rule.BelowLoudest)} is of models of sound, but this one has no front end.")).Scale * MathF.Log(10) / 10; // of a feature
            (_below, _falls) = (rule.BelowLoudest * decibel, (float)(VerifierRule.LoudestFalls * decibel * _timing.Hop.TotalSeconds));
        }
        _silence = rule.SilentFrom > 0 ? config.Labels.ToList().IndexOf(ClipClassifier.Silence) : -1;
        if (rule.SilentFrom > 0 && _silence < 0) throw new ArgumentException($"{nameof(rule.SilentFrom)} is of models with the label '{ClipClassifier.Silence}', but this one has {string.Join(", ", config.Labels)}.");
        _background = [.. Enumerable.Range(0, config.Labels.Count).Where(i => config.Background.Contains(config.Labels[i]) && config.Labels[i] != ClipClassifier.Silence)];
        _heard = new float[Math.Max(1, VerifierRule.Frames(rule.Back, _timing))];
        (_own, _ownBefore) = (new float[config.Labels.Count], new float[config.Labels.Count]);
        (_after, _afterBefore) = (new float[config.Labels.Count], new float[config.Labels.Count]);
    }

    /// <summary>True: a burst has begun.</summary>
    public bool IsOpen => _first >= 0;

    /// <summary>First sample of the first open frame of what is proposed; of the last piece of a long burst, that of the piece.</summary>
    public long Start { get; private set; }

    /// <summary>First sample of its last open frame; where a long burst is cut, of the newest frame.</summary>
    public long Last { get; private set; }

    /// <summary>Highest score of a background label before the burst.</summary>
    public float Before => _before;

    /// <summary>The network's highest score of a label within it.</summary>
    public float Own(int label) => MathF.Max(_own[label], _ownBefore[label]);

    /// <summary>The highest score of a background label within it after that score of the label.</summary>
    public float After(int label) => _own[label] >= _ownBefore[label] ? _after[label] : _afterBefore[label];

    /// <summary>Takes the next frame. True: something is proposed, which stays readable until the next frame.</summary>
    /// <param name="now">Its first sample.</param>
    /// <param name="open">Open switches in all layers.</param>
    /// <param name="scores">[Labels]</param>
    /// <param name="frame">[FrameLength], of which only the level counts, and only with <see cref="VerifierRule.BelowLoudest"/>.</param>
    public bool TryAdvance(long now, int open, ReadOnlySpan<float> scores, ReadOnlySpan<float> frame)
    {
        if (_below > 0 && IsInTheBackground(now, frame)) open = 0;
        if (_silence >= 0 && scores[_silence] >= _rule.SilentFrom) open = 0;
        if (_wasCut) NextPiece();
        if (_first < 0)
        {
            Array.Clear(_ownBefore);
            Array.Clear(_afterBefore);
        }
        var isOpen = open >= _rule.Open;
        Forget(now);
        if (isOpen)
        {
            if (_first < 0) Begin(now);
            (_last, _shut) = (now, 0);
        }
        else if (_first >= 0) _shut++;
        Remember(now, open, scores);
        if (_first < 0) return false;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] > _own[i]) (_own[i], _after[i]) = (scores[i], 0);
            else _after[i] = MathF.Max(_after[i], _other);
            _afterBefore[i] = MathF.Max(_afterBefore[i], _other);
        }
        if (_shut >= _calm) return End();
        if (_cut == 0 || !isOpen || now < _cutAt) return false;
        (Start, Last) = (now - (_most - 1L) * _hop, now);
        (_cutAt, _wasCut) = (now + (long)_cut * _hop, true);
        return true;
    }

    /// <summary>Forgets everything, as at the start of a stream.</summary>
    public void Reset(long position)
    {
        Array.Clear(_heard);
        foreach (var numbers in (ReadOnlySpan<float[]>)[_own, _ownBefore, _after, _afterBefore]) Array.Clear(numbers);
        _other = 0;
        (_next, _first, _shut, _wasCut, _before, _waitsForFall, _loudest) = (position, -1, 0, false, 0, false, 0);
    }

    /// <inheritdoc cref="SwitchBursts.WaitForFall"/>
    public void WaitForFall() => _waitsForFall = true;

    void NextPiece()
    {
        _own.CopyTo(_ownBefore, 0);
        _after.CopyTo(_afterBefore, 0);
        Array.Clear(_own);
        Array.Clear(_after);
        _wasCut = false;
    }

    void Begin(long now)
    {
        Array.Clear(_own);
        Array.Clear(_after);
        _before = 0;
        if (_rule.Back > TimeSpan.Zero) foreach (var score in _heard) _before = MathF.Max(_before, score);
        (_first, _cutAt) = (now, now + (_most - 1L) * _hop);
    }

    bool End()
    {
        var frames = (_last - _first) / _hop + 1;
        (Start, Last) = (_cut > 0 && frames > _most ? _last - (_most - 1L) * _hop : _first, _last);
        _first = -1;
        return frames >= _least && (frames <= _most || _cut > 0);
    }

    /// <summary>True: the frame is far below the loudest level. A louder frame sets that level.</summary>
    bool IsInTheBackground(long now, ReadOnlySpan<float> frame)
    {
        var level = 0f;
        foreach (var feature in frame) level += feature; // one after the other: the same at every vector width
        level /= frame.Length;
        _loudest = MathF.Max(level, _loudest - _falls * ((now - _next) / _hop + 1));
        return level < _loudest - _below;
    }

    /// <summary>Frames that were lost count as silent ones.</summary>
    void Forget(long now)
    {
        for (var lost = Math.Min((now - _next) / _hop, _heard.Length); lost > 0; lost--) _heard[(now / _hop - lost) % _heard.Length] = 0;
        _next = now + _hop;
    }

    void Remember(long now, int open, ReadOnlySpan<float> scores)
    {
        var most = 0f;
        if (open > 0 || _waitsForFall) foreach (var label in _background) most = MathF.Max(most, scores[label]);
        if (most < SwitchBursts.FallenBelow) _waitsForFall = false;
        _heard[now / _hop % _heard.Length] = _other = open > 0 && !_waitsForFall ? most : 0;
    }

    public void Save(BinaryWriter to)
    {
        foreach (var numbers in new[] { _heard, _own, _ownBefore, _after, _afterBefore })
            foreach (var number in numbers) to.Write(number);
        foreach (var place in new[] { _next, _first, _last, _cutAt }) to.Write(place);
        to.Write(_shut);
        to.Write(_wasCut);
        to.Write(_waitsForFall);
        to.Write(_before);
        if (_below > 0) to.Write(_loudest);
    }

    public void Restore(BinaryReader from)
    {
        foreach (var numbers in new[] { _heard, _own, _ownBefore, _after, _afterBefore })
            for (var i = 0; i < numbers.Length; i++) numbers[i] = from.ReadSingle();
        (_next, _first, _last, _cutAt, _shut, _wasCut, _waitsForFall, _before) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt32(), from.ReadBoolean(), from.ReadBoolean(), from.ReadSingle());
        if (_below > 0 && !((_loudest = from.ReadSingle()) is >= 0 and < float.PositiveInfinity)) throw new InvalidDataException($"A saved burst's loudest frame is {_loudest}.");
        if (_next < 0 || _first < -1 || _first > _next || _last < 0 || _last > _next || _shut < 0 || !SavedScore.IsPossible(_before) || !Array.TrueForAll(_heard, SavedScore.IsPossible) || !Array.TrueForAll(_own, SavedScore.IsPossible) || !Array.TrueForAll(_ownBefore, SavedScore.IsPossible) || !Array.TrueForAll(_after, SavedScore.IsPossible) || !Array.TrueForAll(_afterBefore, SavedScore.IsPossible)) throw new InvalidDataException("A saved burst lies outside its stream.");
    }
}
