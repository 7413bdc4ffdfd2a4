using System.Runtime.InteropServices;
using NAudio.Wave;

namespace SuRnnStream;

/// <summary>
/// Any of NAudio's sample providers (readers, effects, mixers), of one channel. It ends with the first read that gives nothing, as NAudio's readers do. So it is not for a live
/// BufferedWaveProvider: with ReadFully, the default, it gives endless silence; without ReadFully it gives nothing as soon as it is empty. Push live sound into a <see cref="PushSource"/>.
/// </summary>
public sealed class SampleProviderSource : ISampleSource
{
    readonly ISampleProvider _provider;
    readonly PcmFormat _format;
    readonly int? _channel;
    readonly float[] _frames;   // [_held] whole frames and the beginning of one
    int _held;

    /// <param name="provider">Read by this from now on; stays the caller's to close.</param>
    /// <param name="channel">The channel to take, counted from 0; null for the mean of all of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    public SampleProviderSource(ISampleProvider provider, int? channel = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        (_provider, _channel) = (provider, channel);
        _format = new PcmFormat(SampleEncoding.F32, provider.WaveFormat.SampleRate, provider.WaveFormat.Channels);
        _format.Decode([], [], channel); // throws if there is no such channel
        _frames = new float[Math.Max(1, 4096 / _format.Channels) * _format.Channels];
    }

    /// <inheritdoc/>
    public int SampleRate => _format.SampleRate;

    /// <inheritdoc/>
    public int Read(Span<float> samples)
    {
        if (samples.IsEmpty) return 0;
        var want = Math.Min(samples.Length, _frames.Length / _format.Channels) * _format.Channels;
        do
        {
            var got = _provider.Read(_frames.AsSpan(_held, want - _held));
            if (got == 0) return 0;
            _held += got;
        }
        while (_held < _format.Channels);
        var rest = _held % _format.Channels;
        var count = _format.Decode(MemoryMarshal.AsBytes(_frames.AsSpan(0, _held - rest)), samples, _channel);
        _frames.AsSpan(_held - rest, rest).CopyTo(_frames);
        _held = rest;
        return count;
    }
}
