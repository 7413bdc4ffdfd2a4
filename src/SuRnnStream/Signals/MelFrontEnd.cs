using System.Runtime.InteropServices;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>
/// Samples to log-mel frames, in a stream: frame n covers samples n * HopLength up to n * HopLength + WindowLength. One instance per stream.
/// Training and running share this one implementation. Triangular bands are evenly spaced on the mel scale 2595 log10(1 + f / 700).
/// </summary>
sealed class MelFrontEnd : IFrontEnd
{
    readonly int _hop;             // samples
    readonly float[] _pending;     // [WindowLength] samples of the frame that is being filled
    int _filled;
    int _audible;                  // from here to _filled all samples are zero, and not written down: what is here is left from before

    /// <exception cref="ArgumentException">A setting is outside its range.</exception>
    public MelFrontEnd(FrontEndConfig config) : this(new MelTransform(config)) { }

    /// <summary>Shares <paramref name="transform"/> with other streams of the same thread.</summary>
    internal MelFrontEnd(MelTransform transform)
    {
        (Transform, _hop) = (transform, transform.Config.HopLength);
        _pending = new float[transform.Config.WindowLength];
    }

    /// <summary>
    /// Takes samples off the front of <paramref name="samples"/> until a frame is complete. True: <paramref name="frame"/> [Bands] holds it,
    /// call again. False: all samples are taken and the next frame needs more.
    /// </summary>
    public bool TryNext(ref ReadOnlySpan<float> samples, Span<float> frame)
    {
        var taken = Math.Min(samples.Length, _pending.Length - _filled);
        var fresh = samples[..taken];
        samples = samples[taken..];
        if (_filled + taken < _pending.Length)
        {
            Take(fresh);
            return false;
        }
        var audible = Audible(fresh);
        if (_audible == 0 && audible == 0 && !AlwaysTransform)
        {
            frame.Clear(); // digital silence, seen when it came
            Energy = 0;
        }
        else if (_audible == _filled && _filled % MelTransform.Together == 0 && _hop >= _filled)
        {
            Transform.Compute(_pending.AsSpan(0, _filled), fresh, frame, shortCut: !AlwaysTransform); // where they lie
            Energy = Transform.Energy;
            _audible = Math.Max(0, (audible > 0 ? _filled + audible : _audible) - _hop);
            fresh.Slice(_hop - _filled, _audible).CopyTo(_pending);
        }
        else
        {
            var window = Transform.Window; // the worker's: of the stream's own memory only what the next frame sees again is written
            _pending.AsSpan(0, _audible).CopyTo(window);
            window[_audible.._filled].Clear();
            fresh.CopyTo(window[_filled..]);
            Transform.Compute(window, frame, shortCut: !AlwaysTransform);
            Energy = Transform.Energy;
            if (audible > 0) _audible = _filled + audible;
            _audible = Math.Max(0, _audible - _hop);
            window.Slice(_hop, _audible).CopyTo(_pending);
        }
        _filled = _pending.Length - _hop;
        return true;
    }

    void Take(ReadOnlySpan<float> samples)
    {
        var audible = Audible(samples);
        if (audible > 0)
        {
            WriteZeros();
            samples[..audible].CopyTo(_pending.AsSpan(_filled));
            _audible = _filled + audible;
        }
        _filled += samples.Length;
    }

    /// <summary>Samples up to the last one that is not zero.</summary>
    static int Audible(ReadOnlySpan<float> samples)
    {
        var bits = MemoryMarshal.Cast<float, int>(samples); // for these are compared in vectors
        return bits.ContainsAnyExcept(0) ? bits.LastIndexOfAnyExcept(0) + 1 : 0; // forwards first: memory is fetched ahead
    }

    void WriteZeros() => _pending.AsSpan(_audible, _filled - _audible).Clear();

    /// <summary>Energy of the last frame, see <see cref="MelTransform.Energy"/>.</summary>
    internal float Energy { get; private set; }

    float IFrontEnd.Energy => Energy;

    int IFrontEnd.Pending => _filled;

    /// <summary>True: a frame that is not full has samples other than zeros.</summary>
    public bool HoldsSound => _audible > 0;

    ReadOnlySpan<float> IFrontEnd.NextAtEnd(int frames, bool rests) =>
        HoldsSound || (!rests && frames < EventGate.FramesToRunOut(Transform.Config)) ? new float[_hop] : [];

    /// <summary>Forgets the samples of the frame that is being filled.</summary>
    public void Reset() => _filled = _audible = 0;

    long IFrontEnd.Reset(long position) => ((IFrontEnd)this).Skip(position); // nothing else is remembered

    long IFrontEnd.Skip(long position)
    {
        Reset();
        return position;
    }

    void IFrontEnd.Fetch() => CacheLines.Fetch(_pending.AsSpan(0, _audible));

    void IFrontEnd.Save(BinaryWriter to)
    {
        WriteZeros();
        to.Write(_filled);
        to.Write(MemoryMarshal.AsBytes(_pending.AsSpan(0, _filled)));
    }

    void IFrontEnd.Restore(BinaryReader from)
    {
        Reset();
        var filled = from.ReadInt32();
        if (filled < 0 || filled >= _pending.Length) throw new InvalidDataException($"A saved front end holds 0 to {_pending.Length - 1} samples, not {filled}.");
        var samples = new float[filled];
        from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(samples.AsSpan()));
        foreach (var sample in samples) if (!float.IsFinite(sample)) throw new InvalidDataException("A saved front end holds a sample that is no number.");
        Take(samples);
    }

    /// <summary>For tests: true turns the short cuts for silent frames off. The frames are the same, bit for bit.</summary>
    internal bool AlwaysTransform { get; init; }

    /// <summary>The part that is no stream's own. Another of the same configuration makes the same frames.</summary>
    internal MelTransform Transform { get; set; }
}
