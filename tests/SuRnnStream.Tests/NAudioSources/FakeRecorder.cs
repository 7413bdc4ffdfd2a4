using NAudio.Wave;

namespace SuRnnStream.Tests.NAudioSources;

/// <summary>A recorder whose packets the test makes.</summary>
sealed class FakeRecorder(WaveFormat format, Exception? failsToStart = null) : IWaveIn
{
    public WaveFormat WaveFormat { get; set; } = format;

    public bool Recording { get; private set; }

    public bool HasListeners => DataAvailable is not null || RecordingStopped is not null;

    public event EventHandler<WaveInEventArgs>? DataAvailable;

    public event EventHandler<StoppedEventArgs>? RecordingStopped;

    public void StartRecording()
    {
        if (failsToStart is not null) throw failsToStart;
        Recording = true;
    }

    public void StopRecording() => Recording = false;

    public void Give(byte[] packet) => DataAvailable?.Invoke(this, new WaveInEventArgs(packet, packet.Length));

    public void Fail(Exception reason) => RecordingStopped?.Invoke(this, new StoppedEventArgs(reason));

    public void Dispose() => Recording = false;
}
