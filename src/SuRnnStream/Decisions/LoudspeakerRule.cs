namespace SuRnnStream;

/// <summary>
/// Holds back what this machine's own loudspeaker said. While the microphone's envelope follows what is played, a detection needs a higher score, and frames
/// that agree with it; what the same model detected in the played sound itself is always held back. Give it the samples of both before the
/// detections in them. It removes no echo: where commands are to be understood while something plays, the sound server's echo cancellation is needed as well.
/// </summary>
public sealed class LoudspeakerRule : Decision
{
    static readonly TimeSpan Before = TimeSpan.FromMilliseconds(300); // a played word may be detected later at the loudspeaker than at the microphone

    const int Kept = 2_048;             // hops of which is remembered whether they followed: 41 s, for detections that come late from another machine
    const int Frames = 512;             // of which the best score is remembered

    readonly LoudspeakerOptions _options;
    readonly EnvelopeFollower _follower;
    readonly bool[] _follows = new bool[Kept];          // ring
    long _hops;
    readonly (long End, int Label, float Score)[] _best = new (long, int, float)[Frames]; // ring: of each frame, its highest score
    readonly string[] _labels;
    long _frames;
    readonly WaitingDetections _played = new();         // detected in what is played, until it no longer matters

    /// <param name="options">Levels and thresholds.</param>
    /// <param name="sampleRate">Of both, in samples per second.</param>
    /// <param name="labels">Of the model, in the order of its scores.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public LoudspeakerRule(LoudspeakerOptions options, int sampleRate, IReadOnlyList<string> labels) : base(DecisionClock.Stream)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        (_options, _follower, _labels) = (options.Validate(), new EnvelopeFollower(options, sampleRate), [.. labels]);
    }

    /// <summary>Samples of the microphone and, of the same time, what was played; fewer of the latter mean silence.</summary>
    public void Hear(ReadOnlySpan<float> microphone, ReadOnlySpan<float> played)
    {
        while (_follower.TryNext(ref microphone, ref played, out var follows)) _follows[(int)(_hops++ % Kept)] = follows;
    }

    /// <summary>Samples were lost: what was played before them is no longer known.</summary>
    /// <param name="position">Stream time of the next sample.</param>
    public void Skip(TimeSpan position)
    {
        _follower.Reset();
        Array.Clear(_follows);
        _hops = (long)(position / EnvelopeFollower.Hop);
    }

    /// <summary>A frame of the microphone: the scores before smoothing.</summary>
    /// <param name="end">Stream time of the end of the frame's window.</param>
    /// <param name="scores">[Labels]</param>
    public void OnFrame(TimeSpan end, ReadOnlySpan<float> scores)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Length, _labels.Length);
        var best = 0;
        for (var i = 1; i < scores.Length; i++) if (scores[i] > scores[best]) best = i;
        _best[(int)(_frames++ % Frames)] = (end.Ticks, best, scores[best]);
    }

    /// <summary>Frames that agree with the next detection, where the network runs on another machine, which counted them. Null: <see cref="OnFrame"/> tells them.</summary>
    public int? Agreeing { get; set; }

    /// <summary>The model has detected something in what is played itself.</summary>
    public void OnPlayed(in Detection detection) => _played.Add(detection, detection.Time + _options.LongestDelay + Before);

    /// <summary>True: the microphone followed the loudspeaker for most of a time.</summary>
    public bool Followed(TimeSpan from, TimeSpan to)
    {
        var (first, last) = (Math.Max(_hops - Kept, (long)(from / EnvelopeFollower.Hop)), Math.Min(_hops - 1, (long)(to / EnvelopeFollower.Hop)));
        if (last < first) return false;
        var count = 0;
        for (var hop = Math.Max(0, first); hop <= last; hop++) if (_follows[(int)(hop % Kept)]) count++;
        return 2 * count > last - first;
    }

    /// <inheritdoc/>
    public override TimeSpan? Due => null;

    /// <inheritdoc/>
    public override int Waiting => 0;

    /// <inheritdoc/>
    public override string Description => FormattableString.Invariant(
        $"own loudspeaker: from {_options.LoudFrom} dBFS and a correlation of {_options.Follows}, a score of {_options.Threshold} in {_options.AgreeingFrames} frames{(_options.DetectPlayed ? ", and nothing that it says itself" : "")}");

    internal override void Decide(in Detection detection, Action<DetectionVerdict> to)
    {
        while (_played.Due < Taken) _played.TakeDue();
        if (WasPlayed(detection) || Followed(detection.Start, detection.End) && !IsSure(detection)) Hold(detection, HoldReason.OwnLoudspeaker, to);
        else Pass(detection, to);
    }

    bool WasPlayed(in Detection detection)
    {
        for (var i = 0; i < _played.Count; i++)
        {
            var played = _played[i].Detection;
            if (played.Label == detection.Label && played.Time <= detection.Time && played.End <= detection.End + Before && detection.End <= played.End + _options.LongestDelay + Before) return true;
        }
        return false;
    }

    /// <summary>The score is high enough, and so are frames in which the label is ahead.</summary>
    bool IsSure(in Detection detection)
    {
        if (detection.Score < _options.Threshold) return false;
        if (Agreeing is { } counted) return counted >= _options.AgreeingFrames;
        var agreeing = 0;
        for (var i = Math.Max(0, _frames - Frames); i < _frames; i++)
        {
            var (end, label, score) = _best[(int)(i % Frames)];
            if (end >= detection.Start.Ticks && end <= detection.End.Ticks && score >= _options.Threshold && _labels[label] == detection.Label) agreeing++;
        }
        return agreeing >= _options.AgreeingFrames;
    }

    internal override void DecideNext(Action<DetectionVerdict> to) => throw new InvalidOperationException("Nothing waits.");

    internal override void Forget()
    {
        Skip(TimeSpan.Zero);
        _frames = 0;
        _played.Clear();
    }

    internal override void SaveState(BinaryWriter to)
    {
        _follower.Save(to);
        to.Write(_hops);
        foreach (var follows in _follows) to.Write(follows);
        to.Write(_frames);
        foreach (var (end, label, score) in _best)
        {
            to.Write(end);
            to.Write(label);
            to.Write(score);
        }
        _played.Save(to);
    }

    internal override void RestoreState(BinaryReader from)
    {
        _follower.Restore(from);
        _hops = from.ReadInt64();
        for (var i = 0; i < Kept; i++) _follows[i] = from.ReadBoolean();
        _frames = from.ReadInt64();
        if (_hops < 0 || _frames < 0) throw new InvalidDataException($"A saved loudspeaker rule is at hop {_hops} and frame {_frames}.");
        for (var i = 0; i < Frames; i++)
        {
            _best[i] = (from.ReadInt64(), from.ReadInt32(), from.ReadSingle());
            if (_best[i].Label < 0 || _best[i].Label >= _labels.Length) throw new InvalidDataException($"A saved loudspeaker rule names label {_best[i].Label} of {_labels.Length}.");
        }
        _played.Restore(from);
    }
}
