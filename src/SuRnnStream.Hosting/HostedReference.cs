using Microsoft.Extensions.Logging;

namespace SuRnnStream;

/// <summary>What a hosted detector's loudspeaker plays. A device is opened again when it is lost; meanwhile silence is played, as far as is known.</summary>
sealed class HostedReference : IDisposable
{
    readonly IDisposable? _closed;      // a file, or the device that a thread reads

    /// <exception cref="IOException">A file cannot be opened.</exception>
    public HostedReference(PlannedReference plan, int sampleRate, TimeProvider time, ILogger log, CancellationToken stop)
    {
        if (!plan.Live)
        {
            var recording = plan.Open();
            (_closed, Played) = (recording as IDisposable, PlayedSound.Recording(recording, sampleRate));
            return;
        }
        var source = new ReopenedSource(plan.Name, plan.Options, plan.Open, time, log, stop);
        (_closed, Played) = (source, new PlayedSound(sampleRate));
        new Thread(() => Pump(source, log)) { IsBackground = true, Name = $"surnn reference {plan.Name}" }.Start();
    }

    public PlayedSound Played { get; }

    public void Dispose() => _closed?.Dispose();

    void Pump(ReopenedSource source, ILogger log)
    {
        try
        {
            if (!source.Open()) return;
            var sound = Resampler.To(source, Played.SampleRate);
            var piece = new float[Math.Max(1, Played.SampleRate / 50)];
            while (sound.Read(piece) is > 0 and var got) Played.Push(piece.AsSpan(0, got));
            log.SourceEnded(source.Name);
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or ArgumentException)
        {
            log.SourceFailed(broken, source.Name);
        }
    }
}
