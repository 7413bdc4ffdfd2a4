using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using NAudio.CoreAudioApi;
using NAudio.Wave;
using RecorderState = NAudio.Wave.CaptureState;

namespace SuRnnStream;

/// <summary>A microphone of Windows, or what one of its devices plays. What Windows itself loses is counted by the device's position.</summary>
[SupportedOSPlatform("windows")]
public sealed class WasapiMicrophone : ILossySource, IDisposable
{
    const string Default = "default", Remedy = "name a device that surnn listen --list-devices shows, and let apps use the microphone (Settings, Privacy)";
    static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(5);

    readonly string _name;
    readonly WasapiRecorder _recorder;
    readonly PushSource _queue;
    readonly PacketFrames _frames;
    readonly Lock _closing = new();
    bool _closed;                       // under it
    long? _next;                        // the device's position after the last packet; the recorder's thread

    WasapiMicrophone(string name, WasapiRecorder recorder, int? channel)
    {
        (_name, _recorder) = (name, recorder);
        var format = recorder.WaveFormat.ToPcm();
        _queue = new PushSource(format, channel);
        _frames = new PacketFrames(_queue, format.FrameBytes);
        recorder.DataAvailable += OnData;
        recorder.RecordingStopped += OnStopped;
        recorder.StartRecording();
    }

    /// <summary>Opens a microphone and starts it.</summary>
    /// <param name="name">"default", or a name or id of <see cref="Devices"/>.</param>
    /// <param name="channel">The channel to take, counted from 0; null for the mean of all of them.</param>
    /// <exception cref="CaptureException">There is no such device, it cannot be used, or this is not Windows; the message says what to do.</exception>
    public static WasapiMicrophone Open(string name = Default, int? channel = null) => Open(new WasapiOptions { Device = name, Channel = channel });

    /// <summary>Opens a device and starts it.</summary>
    /// <exception cref="ArgumentException">An option lies outside its range, or two exclude each other.</exception>
    /// <exception cref="CaptureException">There is no such device, it cannot be used, or this is not Windows; the message says what to do.</exception>
    public static WasapiMicrophone Open(WasapiOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (!OperatingSystem.IsWindows()) throw NotWindows(options.Device);
        try
        {
            // On a thread of the pool: the recorder tells of its end through the synchronization context in which it was made, and a window's may be the one that waits in Read.
            var recorder = Task.Run(() => BuildAsync(options)).GetAwaiter().GetResult();
            try
            {
                return new WasapiMicrophone(options.Device, recorder, options.Channel);
            }
            catch
            {
                recorder.Dispose();
                throw;
            }
        }
        catch (Exception problem) when (problem is COMException or NotSupportedException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            throw new CaptureException(options.Device, problem.Message.TrimEnd('.'), Remedy);
        }
    }

    /// <summary>The microphones that can be opened: each by its name, or by its id, which is its description here.</summary>
    /// <exception cref="CaptureException">This is not Windows.</exception>
    public static IReadOnlyList<MicrophoneDevice> Devices()
    {
        if (!OperatingSystem.IsWindows()) throw NotWindows("devices");
        using var devices = new MMDeviceEnumerator();
        using var microphones = devices.EnumerateAudioEndPoints(DataFlow.Capture, DeviceState.Active);
        return [new MicrophoneDevice(Default, "the system's choice"), .. microphones.Select(device => new MicrophoneDevice(device.FriendlyName, device.ID))];
    }

    /// <inheritdoc/>
    public int SampleRate => _queue.SampleRate;

    /// <inheritdoc/>
    public long SamplesLost => _queue.SamplesLost;

    /// <inheritdoc/>
    /// <exception cref="CaptureException">The device has gone away.</exception>
    public int Read(Span<float> samples) => _queue.Read(samples);

    /// <summary>Ends the stream, and a Read that waits. Any thread.</summary>
    public void Stop()
    {
        _queue.Complete();
        // A stop while the recorder starts is overwritten by its thread (NAudio 3.3), which then records for ever.
        SpinWait.SpinUntil(() => _recorder.CaptureState != RecorderState.Starting, LongestStart);
        _recorder.StopRecording();
    }

    /// <summary>Ends the stream and closes the device.</summary>
    public void Dispose()
    {
        lock (_closing)
        {
            if (_closed) return;
            _closed = true;
        }
        Stop();
        _recorder.Dispose();
    }

    static async Task<WasapiRecorder> BuildAsync(WasapiOptions options)
    {
        var builder = new WasapiRecorderBuilder().WithSharedMode().WithEventSync();
        using var device = Find(options);
        if (options.FollowDefault) builder.WithDefaultDeviceStreamRouting();
        else builder.WithDevice(device);
        if (options.Loopback) builder.WithLoopbackCapture();
        if (options.RawMode) builder.WithRawMode();
        if (options.SampleRate is not null || options.Encoding is not null) builder.WithFormat(Wished(options, device));
        return await builder.BuildAsync();
    }

    static WaveFormat Wished(WasapiOptions options, MMDevice device)
    {
        using var client = device.CreateAudioClient();
        var own = client.MixFormat;
        return WaveFormats.Of(options.Encoding ?? own.ToPcm().Encoding, options.SampleRate ?? own.SampleRate, own.Channels);
    }

    static MMDevice Find(WasapiOptions options)
    {
        using var devices = new MMDeviceEnumerator();
        var flow = options.Loopback ? DataFlow.Render : DataFlow.Capture;
        if (options.Device == Default) return devices.GetDefaultAudioEndpoint(flow, Role.Console);
        return devices.EnumerateAudioEndPoints(flow, DeviceState.Active)
            .FirstOrDefault(device => device.ID == options.Device || string.Equals(device.FriendlyName, options.Device, StringComparison.OrdinalIgnoreCase))
            ?? throw new CaptureException(options.Device, options.Loopback ? "there is no such device that plays" : "there is no such microphone", Remedy);
    }

    static CaptureException NotWindows(string device) => new(device, "WASAPI is Windows' sound system, and this is not Windows", "on Linux open a Microphone, elsewhere push the sound into a PushSource");

    void OnData(ReadOnlySpan<byte> buffer, AudioClientBufferFlags flags, long devicePosition, long qpcPosition)
    {
        // The flag alone is not enough: the first packet usually has it.
        if ((flags & AudioClientBufferFlags.DataDiscontinuity) != 0 && devicePosition > _next) _queue.Lose(devicePosition - _next.Value);
        _next = devicePosition + buffer.Length / _frames.FrameBytes;
        _frames.Push(buffer);
    }

    void OnStopped(object? sender, StoppedEventArgs stopped) => _queue.Complete(
        stopped.Exception is { } reason ? new CaptureException(_name, reason.Message.TrimEnd('.'), Remedy) : null);
}
