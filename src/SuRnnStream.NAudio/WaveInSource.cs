using NAudio.Wave;

namespace SuRnnStream;

/// <summary>Any of NAudio's recorders, of one channel. The sound crosses a bounded queue, which counts what it loses.</summary>
public sealed class WaveInSource : ILossySource, IDisposable
{
    readonly IWaveIn _device;
    readonly PushSource _queue;
    readonly PacketFrames _frames;

    /// <summary>Starts recording.</summary>
    /// <param name="device">Not yet recording, its format set; stays the caller's to close, after this.</param>
    /// <param name="channel">The channel to take, counted from 0; null for the mean of all of them.</param>
    /// <param name="capacity">Sound that may wait to be read; by default half a second.</param>
    /// <exception cref="NotSupportedException">The device's format is neither PCM of 8, 16, 24 or 32 bits nor float.</exception>
    public WaveInSource(IWaveIn device, int? channel = null, TimeSpan? capacity = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        var format = device.WaveFormat.ToPcm();
        (_device, _queue) = (device, new PushSource(format, channel, capacity));
        _frames = new PacketFrames(_queue, format.FrameBytes);
        device.DataAvailable += OnData;
        device.RecordingStopped += OnStopped;
        try
        {
            device.StartRecording();
        }
        catch
        {
            LetGo();
            throw;
        }
    }

    /// <inheritdoc/>
    public int SampleRate => _queue.SampleRate;

    /// <inheritdoc/>
    public long SamplesLost => _queue.SamplesLost;

    /// <inheritdoc/>
    /// <exception cref="IOException">The recording has stopped by itself; the inner exception says why.</exception>
    public int Read(Span<float> samples) => _queue.Read(samples);

    /// <summary>Ends the stream, and a Read that waits. Any thread.</summary>
    public void Stop()
    {
        _queue.Complete();
        _device.StopRecording();
    }

    /// <summary>Ends the stream and lets go of the device.</summary>
    public void Dispose()
    {
        Stop();
        LetGo();
    }

    void LetGo()
    {
        _device.DataAvailable -= OnData;
        _device.RecordingStopped -= OnStopped;
    }

    void OnData(object? sender, WaveInEventArgs data) => _frames.Push(data.BufferSpan);

    void OnStopped(object? sender, StoppedEventArgs stopped) => _queue.Complete(
        stopped.Exception is { } reason ? new IOException($"The recording has stopped: {reason.Message}", reason) : null);
}
