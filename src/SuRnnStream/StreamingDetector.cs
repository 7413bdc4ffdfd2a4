using System.Globalization;
using System.Text;

namespace SuRnnStream;

/// <summary>Samples in, detections out; one instance per stream. Not thread-safe; the model behind it is shared.</summary>
public sealed class StreamingDetector
{
    readonly SuRnnModel _model;
    readonly TimeSpan _hop;
    readonly bool _dense;
    readonly MelFrontEnd _mel;     // samples -> log-mel frame
    readonly float[] _frame;
    readonly SuRnnState _state;    // what this stream remembers
    readonly EventGate _gate;      // scores -> events
    StageClock _clock = new(TimeProvider.System);

    /// <param name="model">Shared by any number of detectors.</param>
    /// <param name="options">When a score counts as an event; by default what the model was tuned with.</param>
    /// <exception cref="ArgumentException">
    /// An option lies outside its range, or the model does not tell in every frame what it hears: it has no front end, another
    /// <see cref="Readout"/> than PerStep, or a linear head.
    /// </exception>
    public StreamingDetector(SuRnnModel model, DetectorOptions? options = null) : this(model, options, new MelTransform(model.Config.RequireDetector())) { }

    /// <summary>Shares <paramref name="transform"/>, which is of the model's front end, with other streams of the same thread.</summary>
    internal StreamingDetector(SuRnnModel model, DetectorOptions? options, MelTransform transform)
    {
        options ??= model.Defaults;
        (_model, _hop, _dense) = (model, transform.Config.Hop, options.Dense);
        (_mel, _frame) = (new MelFrontEnd(transform), new float[model.Config.FrameLength]);
        (_state, _gate) = (model.NewState(), new EventGate(options, model.Config));
    }

    /// <summary>The network's memory and its last scores.</summary>
    public SuRnnState State => _state;

    /// <summary>Place in the stream of the next sample: those that were taken, skipped, or in front of a <see cref="Reset"/>.</summary>
    public long Position => _gate.Position + _mel.Pending;

    /// <summary>Looks at every frame, behind the network and before its detection; what it throws, <see cref="Process"/> throws. Null: nobody looks.</summary>
    public FrameObserver? OnFrame { get; init; }

    /// <summary>Tables and working memory that the streams of one thread can share: most of a front end's memory.</summary>
    internal MelTransform Transform { get => _mel.Transform; set => _mel.Transform = value; }

    /// <summary>
    /// Takes any number of samples in [-1, 1] at the model's sample rate; the detections do not depend on how they are cut up.
    /// <paramref name="onDetection"/> is called before Process returns.
    /// </summary>
    /// <returns>What these samples cost.</returns>
    public ComputeStats Process(ReadOnlySpan<float> samples, Action<Detection> onDetection)
    {
        var counts = new FrameCounts();
        _clock.Start();
        while (_mel.TryNext(ref samples, _frame))
        {
            _clock.FrontEndDone();
            var step = _model.Step(_frame, _state, _dense);
            var fired = _gate.TryAdvance(_state.Scores.Span, out var detection);
            counts.Add(step);
            _clock.NetworkDone();
            OnFrame?.Invoke(new FrameView(_state, _frame, _gate.EndOfLastFrame, step));
            if (fired) onDetection(detection);
            _clock.Start(); // the callers' time is not ours
        }
        _clock.FrontEndDone();
        var (frontEnd, network) = _clock.Take();
        return counts.With(frontEnd, network, _hop);
    }

    /// <summary>Forgets everything, as at the start of a stream.</summary>
    /// <param name="position">Place of the next sample; times count from sample 0. Not 0 where a stream goes on after a gap.</param>
    public void Reset(long position = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        _mel.Reset();
        _state.Reset();
        _gate.Reset(position);
    }

    /// <summary>
    /// The next <paramref name="samples"/> samples are lost. Network and scores keep what they remember, the frame that was being filled is
    /// forgotten because it would bridge the gap, and times go on behind it.
    /// </summary>
    public void Skip(long samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        if (samples == 0) return;
        _gate.Position = Position + samples;
        _mel.Reset();
    }

    /// <summary>Writes the stream's whole state; a detector of the same model that restores it goes on exactly as this one would.</summary>
    public void Save(Stream to)
    {
        using var writer = new BinaryWriter(to, Encoding.UTF8, leaveOpen: true);
        var format = Format(_model.Config);
        writer.Write(format.Length);
        writer.Write(format);
        _mel.Save(writer);
        _state.Save(writer);
        _gate.Save(writer);
    }

    /// <summary>Takes on a state that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The state was saved by a model of another shape, or is damaged. This detector is then reset.</exception>
    public void Restore(Stream from)
    {
        using var reader = new BinaryReader(from, Encoding.UTF8, leaveOpen: true);
        try
        {
            var format = Format(_model.Config);
            if (reader.ReadInt32() != format.Length || !reader.ReadBytes(format.Length).AsSpan().SequenceEqual(format))
                throw new InvalidDataException("The state was saved by a model of another shape.");
            _mel.Restore(reader);
            _state.Restore(reader);
            _gate.Restore(reader);
        }
        catch (Exception damaged) when (damaged is InvalidDataException or EndOfStreamException or FormatException)
        {
            Reset();
            throw damaged as InvalidDataException ?? new InvalidDataException("The saved state ends early or is damaged.", damaged);
        }
    }

    /// <summary>The same in every culture: a state may go on in another country.</summary>
    static byte[] Format(SuRnnConfig config)
    {
        var front = config.RequireFrontEnd();
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"""
            surnn-state 2
            {front.SampleRate} {front.WindowLength} {front.HopLength} {front.Bands} {front.LowHz} {front.HighHz} {front.Floor} {front.Scale}
            {string.Join(' ', config.Stem)} {config.SalienceFrames} {string.Join(' ', config.Layers)} {string.Join(',', config.Labels)}
            """));
    }
}
