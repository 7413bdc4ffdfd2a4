using System.Diagnostics;
using System.Globalization;

namespace SuRnnStream;

/// <summary>One stream's second look: finds bursts, keeps the sound and the frames around them, asks the verifier and decides.</summary>
sealed class SecondLook
{
    /// <summary>Samples that are taken at once at most, so that the ring need not hold a whole block.</summary>
    public const int MostSamples = 4_096;

    readonly IVerifier _verifier;
    readonly VerifierRule _rule;
    readonly VerifierWindow _window;
    readonly SuRnnConfig _config;
    readonly FrontEndConfig _front;
    readonly BurstTracker _bursts;
    readonly SampleRing? _sound;
    readonly FrameRing? _frames;
    readonly int _kept;                          // samples that may still be asked for
    readonly string[] _labels;                   // the verifier's
    readonly int[] _own;                         // [verifier's labels] place in the model's labels; -1: it cannot be detected
    readonly float[] _samples, _seen, _probabilities; // what the verifier is given, and what it says
    readonly long[] _emitted;                    // [verifier's labels] when each was detected last
    readonly float[] _thresholds;                // [verifier's labels]
    ComputeStats _stats;                         // since it was taken last
    long _position;                              // after the newest frame: its first sample and a hop

    /// <param name="verifier">What is asked.</param>
    /// <param name="config">Of the model that proposes.</param>
    /// <param name="options">The detector's: whose thresholds hold where the second look is the model's own.</param>
    /// <param name="late">Samples by which frames may come later than their sound: those of a detector that is armed afterwards.</param>
    /// <exception cref="ArgumentException">The verifier does not fit the model.</exception>
    public SecondLook(IVerifier verifier, SuRnnConfig config, DetectorOptions options, int late = 0)
    {
        (_verifier, _rule, _config) = (verifier, verifier.Rule.Validate(), config);
        _front = config.RequireSoundDetector();
        if (!config.HasSalience && !config.KnowsHeard) throw new ArgumentException($"A verifier is asked about bursts of open switches, but no layer of the model has an event switch or holds: {string.Join(", ", config.Layers.Select(layer => layer.Switch))}.");
        _window = verifier.Window.Validate(_front, _rule);
        _labels = [.. verifier.Labels];
        _own = [.. _labels.Select(label => config.Background.Contains(label) ? -1 : config.Labels.ToList().IndexOf(label))];
        if (_own.All(label => label < 0)) throw new ArgumentException($"The verifier tells apart {string.Join(", ", _labels)}, and the model detects none of them but {string.Join(", ", config.Labels.Except(config.Background))}.");
        _bursts = new BurstTracker(_rule, config);
        (_samples, _seen, _probabilities) = (new float[_window.Samples], new float[_window.Frames * config.FrameLength], new float[_own.Length]);
        (_emitted, _thresholds) = (new long[_own.Length], new float[_own.Length]);
        Retune(options);
        _kept = _window.Samples == 0 ? 0 : _window.SamplesBefore + _rule.CalmFrames(_front) * _front.HopLength + _front.WindowLength + _front.HopLength + late;
        if (_kept > 0) _sound = new SampleRing(_kept + MostSamples);
        if (_window.Frames > 0) _frames = new FrameRing(config.FrameLength, _window.Frames + _rule.CalmFrames(_front) + 1);
        Reset(0);
    }

    public IVerifier Verifier => _verifier;

    /// <summary>Takes over thresholds of options with the same second look.</summary>
    public void Retune(DetectorOptions options)
    {
        for (var i = 0; i < _labels.Length; i++) _thresholds[i] = _verifier is IOwnVerifier ? options.Thresholds.GetValueOrDefault(_labels[i], options.Threshold) : _rule.Threshold;
    }

    /// <summary>What a saved state depends on.</summary>
    public string Shape => string.Create(CultureInfo.InvariantCulture, $"verifier 3 {_window} {_rule.Open} {_rule.Calm} {_rule.AtLeast} {_rule.AtMost} {_rule.CutEvery} {_rule.Back} {string.Join(',', _labels)}{(_rule.BelowLoudest > 0 ? $" {_rule.BelowLoudest} dB" : "")}{(_rule.SilentFrom > 0 ? $" silent from {_rule.SilentFrom}" : "")}");

    /// <summary>Told of every verdict with its best label, detected or not; for judging at other thresholds. Null: no one is told.</summary>
    public Action<Detection>? OnVerdict { get; set; }

    /// <summary>Told of every verdict as a candidate. Null: no one is told.</summary>
    public Action<Candidate>? OnCandidate { get; set; }

    /// <summary>What was asked and what it cost, since the last call.</summary>
    public ComputeStats Take()
    {
        var stats = _stats;
        _stats = new ComputeStats();
        return stats;
    }

    /// <summary>The stream's next samples, at most <see cref="MostSamples"/>, before the frames that they complete.</summary>
    public void Hear(ReadOnlySpan<float> samples) => _sound?.Write(samples);

    /// <summary>Takes the next frame. True: something is detected.</summary>
    /// <param name="now">The frame's first sample.</param>
    /// <param name="frame">[FrameLength]</param>
    /// <param name="open">Open switches in all layers.</param>
    /// <param name="scores">[Labels]</param>
    /// <param name="refractory">Least time between two detections of a label, in samples.</param>
    /// <param name="detection">What is detected.</param>
    public bool TryAdvance(long now, ReadOnlySpan<float> frame, int open, ReadOnlySpan<float> scores, long refractory, out Detection detection)
    {
        Keep(now, frame);
        detection = default;
        return _bursts.TryAdvance(now, open, scores, frame) && Judge(now, refractory, out detection);
    }

    /// <summary>True: a burst is open that may be proposed.</summary>
    public bool IsBusy => _bursts.IsOpen;

    /// <summary>Frames before this place belong to another detector: bursts start empty, and background scores count only after they have been low once. The sound is kept.</summary>
    public void Arm(long position)
    {
        _bursts.Reset(position);
        _bursts.WaitForFall();
        _frames?.Clear();
        Array.Fill(_emitted, long.MinValue / 2);
        _position = position;
    }

    /// <summary>Forgets everything; the next sample is number <paramref name="position"/>.</summary>
    public void Reset(long position)
    {
        _bursts.Reset(position);
        _sound?.Reset(position);
        _frames?.Clear();
        Array.Fill(_emitted, long.MinValue / 2);
        _position = position;
    }

    /// <summary>The samples before number <paramref name="position"/> that have not come are lost.</summary>
    public void Skip(long position) => _sound?.Skip(position);

    /// <summary>Keeps a frame that is no part of a burst, as <see cref="TryAdvance"/> keeps its own.</summary>
    public unsafe void Keep(long now, ReadOnlySpan<float> frame)
    {
        var before = _position;
        _position = now + _front.HopLength;
        if (_frames is null) return;
        for (var lost = Math.Min((now - before) / _front.HopLength, _window.Frames + _rule.CalmFrames(_front)); lost > 0; lost--)
        {
            _frames!.Advance();
            new Span<float>(_frames.Slot(0), frame.Length).Clear();
        }
        _frames!.Advance();
        frame.CopyTo(new Span<float>(_frames.Slot(0), frame.Length));
    }

    unsafe bool Judge(long now, long refractory, out Detection detection)
    {
        var started = Stopwatch.GetTimestamp();
        var last = Math.Min(_bursts.Last, now - (long)_window.FramesAfter * _front.HopLength); // a burst that is cut has nothing after it yet
        last = Math.Max(last, now - (long)_rule.CalmFrames(_front) * _front.HopLength);        // and older frames are not kept: samples were lost
        var end = Math.Min(_bursts.Last + _front.WindowLength, now + _front.WindowLength - Math.Max(0, _window.SamplesAfter));
        _sound?.Read(end - _window.SamplesBefore, _samples);
        if (_frames is not null)
            fixed (float* seen = _seen) _frames.Window((int)((now - last) / _front.HopLength) - _window.FramesAfter, _window.Frames, seen);
        var candidate = new VerifierCandidate
        {
            Samples = _samples,
            Frames = _seen,
            Start = _front.StreamTime(_bursts.Start),
            End = _front.StreamTime(end),
        };
        var work = _verifier.Verify(candidate, _probabilities);
        var (best, most, excess) = (-1, 0f, 0f);
        for (var i = 0; i < _own.Length; i++)
        {
            if (_own[i] < 0) continue;
            var score = MathF.Min(1, _rule.Score(_probabilities[i], _bursts.Own(_own[i]), _bursts.Before, _bursts.After(_own[i])));
            if (best < 0 || score / _thresholds[i] > excess) (best, most, excess) = (i, score, score / _thresholds[i]);
        }
        var threshold = _thresholds[best];
        detection = new Detection(_labels[best], most, candidate.Start, candidate.End, _front.StreamTime(now + _front.WindowLength));
        OnVerdict?.Invoke(detection);
        var outcome = !(most >= threshold) ? CandidateOutcome.BelowThreshold : now - _emitted[best] < refractory ? CandidateOutcome.Refractory : CandidateOutcome.Detected;
        OnCandidate?.Invoke(Candidate.Of(detection, threshold, outcome));
        var accepted = outcome == CandidateOutcome.Detected;
        if (accepted) _emitted[best] = now;
        _stats += new ComputeStats { Candidates = 1, Accepted = accepted ? 1 : 0, VerifierMultiplyAdds = work, VerifierTime = Stopwatch.GetElapsedTime(started) };
        return accepted;
    }

    public void Save(BinaryWriter to)
    {
        to.Write(_position);
        _bursts.Save(to);
        _sound?.Save(to, _kept);
        _frames?.Save(to);
        foreach (var place in _emitted) to.Write(place);
    }

    /// <param name="from">What <see cref="Save"/> wrote.</param>
    /// <param name="next">Place of the stream's next sample.</param>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public void Restore(BinaryReader from, long next)
    {
        _position = from.ReadInt64();
        if (_position < 0 || _position > next + _front.WindowLength) throw new InvalidDataException($"A saved second look is at sample {_position} of {next}.");
        _bursts.Restore(from);
        _sound?.Restore(from, _kept, next);
        _frames?.Restore(from);
        for (var i = 0; i < _emitted.Length; i++) _emitted[i] = from.ReadInt64() is var place && (place == long.MinValue / 2 || place >= 0 && place <= next) ? place : throw new InvalidDataException($"A saved second look detected something at sample {place} of {next}.");
    }
}
