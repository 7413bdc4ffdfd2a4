using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using NAudio.CoreAudioApi;
using NAudio.Wave;

namespace SuRnnStream;

/// <summary>A microphone of Windows, in its own rate. What Windows itself loses is counted by the device's position.</summary>
[SupportedOSPlatform("windows")]
public sealed class WasapiMicrophone : ILossySource, IDisposable
{
    const string Default = "default", Remedy = "name a device that surnn listen --list-devices shows, and let apps use the microphone (Settings, Privacy)";

    readonly string _name;
    readonly WasapiRecorder _recorder;
    readonly PcmFormat _format;
    readonly PushSource _queue;
    long? _next;                        // the device's position after the last packet; the recorder's thread

    WasapiMicrophone(string name, WasapiRecorder recorder, int? channel)
    {
        (_name, _recorder, _format) = (name, recorder, recorder.WaveFormat.ToPcm());
        _queue = new PushSource(_format, channel);
        recorder.DataAvailable += OnData;
        recorder.RecordingStopped += OnStopped;
        recorder.StartRecording();
    }

    /// <summary>Opens a microphone and starts it.</summary>
    /// <param name="name">"default", or a name of <see cref="Devices"/>.</param>
    /// <param name="channel">The channel to hear, counted from 0; null for the mean of all of them.</param>
    /// <exception cref="CaptureException">There is no such device, or it cannot be used; the message says what to do.</exception>
    public static WasapiMicrophone Open(string name = Default, int? channel = null)
    {
        try
        {
            var recorder = new WasapiRecorderBuilder().WithDevice(Find(name)).WithSharedMode().WithEventSync().Build();
            try
            {
                return new WasapiMicrophone(name, recorder, channel);
            }
            catch
            {
                recorder.Dispose();
                throw;
            }
        }
        catch (Exception problem) when (problem is COMException or NotSupportedException or ArgumentOutOfRangeException)
        {
            throw new CaptureException(name, problem.Message.TrimEnd('.'), Remedy);
        }
    }

    /// <summary>The microphones that can be opened by name.</summary>
    public static IReadOnlyList<MicrophoneDevice> Devices()
    {
        using var devices = new MMDeviceEnumerator();
        using var microphones = devices.EnumerateAudioEndPoints(DataFlow.Capture, DeviceState.Active);
        return [new MicrophoneDevice(Default, "the system's choice"), .. microphones.Select(device => new MicrophoneDevice(device.FriendlyName, ""))];
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
        _recorder.StopRecording();
    }

    /// <summary>Ends the stream and closes the device.</summary>
    public void Dispose()
    {
        Stop();
        _recorder.Dispose();
    }

    static MMDevice Find(string name)
    {
        using var devices = new MMDeviceEnumerator();
        if (name == Default) return devices.GetDefaultAudioEndpoint(DataFlow.Capture, Role.Console);
        return devices.EnumerateAudioEndPoints(DataFlow.Capture, DeviceState.Active)
            .FirstOrDefault(device => string.Equals(device.FriendlyName, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new CaptureException(name, "there is no such microphone", Remedy);
    }

    void OnData(ReadOnlySpan<byte> buffer, AudioClientBufferFlags flags, long devicePosition, long qpcPosition)
    {
        // The flag alone is not enough: the first packet usually has it.
        if ((flags & AudioClientBufferFlags.DataDiscontinuity) != 0 && devicePosition > _next) _queue.Lose(devicePosition - _next.Value);
        _next = devicePosition + buffer.Length / _format.FrameBytes;
        _queue.PushBytes(buffer);
    }

    void OnStopped(object? sender, StoppedEventArgs stopped) => _queue.Complete(
        stopped.Exception is { } reason ? new CaptureException(_name, reason.Message.TrimEnd('.'), Remedy) : null);
}
