using System.Diagnostics.Metrics;

namespace SuRnnStream.Server;

/// <summary>What the server counts, in the meter <c>SuRnnStream.Server</c>.</summary>
sealed class ServerMetrics(IMeterFactory meters, TimeProvider time)
{
    public const string MeterName = "SuRnnStream.Server";

    readonly Instruments _instruments = new(meters.Create(MeterName));
    long _lastFrame = long.MinValue; // timestamp

    sealed class Instruments(Meter meter)
    {
        public readonly UpDownCounter<int> Sessions = meter.CreateUpDownCounter<int>("surnn.server.sessions", "{session}", "Sockets that are open.");
        public readonly Counter<long> Refused = meter.CreateCounter<long>("surnn.server.sessions.refused", "{session}", "Sockets that were turned away.");
        public readonly Counter<long> Closed = meter.CreateCounter<long>("surnn.server.sessions.closed", "{session}", "Sessions that ended, by close code.");
        public readonly Counter<long> Messages = meter.CreateCounter<long>("surnn.server.messages", "{message}", "Audio messages that came.");
        public readonly Counter<long> Frames = meter.CreateCounter<long>("surnn.server.frames", "{frame}", "Frames that the network has seen.");
        public readonly Counter<long> Skipped = meter.CreateCounter<long>("surnn.server.frames.skipped", "{frame}", "Frames in which every switch was shut.");
        public readonly Counter<long> Detections = meter.CreateCounter<long>("surnn.server.detections", "{detection}", "Detections that were made.");
        public readonly Counter<long> NotShown = meter.CreateCounter<long>("surnn.server.frames.dropped", "{frame}", "Frames not shown to clients that read slowly.");
        public readonly Counter<long> CutOff = meter.CreateCounter<long>("surnn.server.sessions.cut_off", "{session}", "Sessions whose client left too many detections unread.");
        public readonly Counter<long> Lost = meter.CreateCounter<long>("surnn.server.samples.lost", "{sample}", "Samples that clients' counters jumped over.");
    }

    /// <summary>Time since any session's last frame; null before the first.</summary>
    public TimeSpan? LastFrameAge => Volatile.Read(ref _lastFrame) is var at && at == long.MinValue ? null : time.GetElapsedTime(at);

    public void Opened() => _instruments.Sessions.Add(1);

    public void Closed(int code)
    {
        _instruments.Sessions.Add(-1);
        _instruments.Closed.Add(1, new KeyValuePair<string, object?>("code", code));
    }

    public void Refused(string reason) => _instruments.Refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Message() => _instruments.Messages.Add(1);

    public void Frame(bool skipped)
    {
        Volatile.Write(ref _lastFrame, time.GetTimestamp());
        _instruments.Frames.Add(1);
        if (skipped) _instruments.Skipped.Add(1);
    }

    /// <summary>Frames that a cluster has processed.</summary>
    public void Frames(long frames)
    {
        Volatile.Write(ref _lastFrame, time.GetTimestamp());
        _instruments.Frames.Add(frames);
    }

    public void Detected(string model, string label) =>
        _instruments.Detections.Add(1, new KeyValuePair<string, object?>("model", model), new KeyValuePair<string, object?>("label", label));

    public void CutOff() => _instruments.CutOff.Add(1);

    public void FramesDropped(int frames) => _instruments.NotShown.Add(frames);

    public void SamplesLost(long samples)
    {
        if (samples > 0) _instruments.Lost.Add(samples);
    }
}
