using System.Runtime.InteropServices;

namespace SuRnnStream;

/// <summary>
/// Samples to log-mel frames, in a stream: frame n covers samples n * HopLength up to n * HopLength + WindowLength. One instance per stream.
/// Training and running share this one implementation. Triangular bands are evenly spaced on the mel scale 2595 log10(1 + f / 700).
/// </summary>
public sealed class MelFrontEnd
{
    readonly FrontEndConfig _config;
    readonly float[] _pending;     // [WindowLength] samples of the frame that is being filled
    int _filled;

    /// <exception cref="ArgumentException">A setting lies outside its range.</exception>
    public MelFrontEnd(FrontEndConfig config)
    {
        (_config, Transform) = (config, new MelTransform(config));
        _pending = new float[config.WindowLength];
    }

    /// <summary>
    /// Takes samples off the front of <paramref name="samples"/> until a frame is complete. True: <paramref name="frame"/> [Bands] holds it,
    /// call again. False: all samples are taken and the next frame needs more.
    /// </summary>
    public bool TryNext(ref ReadOnlySpan<float> samples, Span<float> frame)
    {
        var taken = Math.Min(samples.Length, _pending.Length - _filled);
        samples[..taken].CopyTo(_pending.AsSpan(_filled));
        samples = samples[taken..];
        _filled += taken;
        if (_filled < _pending.Length) return false;
        Transform.Compute(_pending, frame, shortCut: !AlwaysTransform);
        _pending.AsSpan(_config.HopLength).CopyTo(_pending);
        _filled -= _config.HopLength;
        return true;
    }

    /// <summary>Samples held for the frame that is being filled.</summary>
    internal int Pending => _filled;

    /// <summary>Forgets the samples of the frame that is being filled.</summary>
    public void Reset() => _filled = 0;

    internal void Save(BinaryWriter to)
    {
        to.Write(_filled);
        to.Write(MemoryMarshal.AsBytes(_pending.AsSpan(0, _filled)));
    }

    internal void Restore(BinaryReader from)
    {
        _filled = from.ReadInt32();
        if (_filled < 0 || _filled >= _pending.Length) throw new InvalidDataException($"A saved front end holds 0 to {_pending.Length - 1} samples, not {_filled}.");
        from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(_pending.AsSpan(0, _filled)));
    }

    /// <summary>For tests: true turns the short cut for silent frames off. The frames are the same, bit for bit.</summary>
    internal bool AlwaysTransform { get; init; }

    /// <summary>The part that is no stream's own. Another of the same configuration makes the same frames.</summary>
    internal MelTransform Transform { get; set; }
}
