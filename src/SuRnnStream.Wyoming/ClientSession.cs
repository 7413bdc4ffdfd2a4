using System.Text.Json;

namespace SuRnnStream.Wyoming;

/// <summary>One client from its first frame to its last.</summary>
sealed class ClientSession(string name, WyomingReader reader, Outbox outbox, WakeWords words, IReadOnlyList<ServedModel> served, WyomingServerOptions options)
{
    HashSet<string> _wanted = [.. words.All.Select(word => word.Name)]; // a new set for a new choice: workers read it
    int[] _models = [.. words.All.Select(word => word.Model).Distinct()];
    TimeSpan _refractory = options.Refractory;
    ClientStream? _stream;
    TimeSpan _start;         // of the next stream, where audio-start said
    int _detected;           // in this stream

    /// <summary>Detections that were sent.</summary>
    public int Detections => Volatile.Read(ref _total);

    int _total;

    /// <summary>Takes frames until the client closes.</summary>
    /// <param name="cameFrame">Called after each frame.</param>
    /// <param name="cancellation">The client has been silent for too long, or the server stops.</param>
    /// <exception cref="WyomingException">What it sent is not the protocol.</exception>
    public async Task RunAsync(Action cameFrame, CancellationToken cancellation)
    {
        try
        {
            while (await reader.ReadAsync(cancellation) is { } frame)
            {
                using (frame) await TakeAsync(frame, cancellation);
                cameFrame();
            }
        }
        finally
        {
            _stream?.Dispose();
        }
    }

    async Task TakeAsync(WyomingFrame frame, CancellationToken cancellation)
    {
        switch (frame.Type)
        {
            case "describe":
                outbox.Send(WyomingFrame.Write("info", words.WriteInfo));
                break;
            case "ping":
                var text = frame.TryGet("text", out var said) && said.ValueKind == JsonValueKind.String ? WyomingFrame.Text(said) : null;
                outbox.Send(WyomingFrame.Write("pong", text is null ? null : json => json.WriteString("text", text)));
                break;
            case "detect":
                Choose(frame);
                break;
            case "audio-start":
                Begin(SoundIntake.FormatOf(frame), frame);
                break;
            case "audio-chunk":
                var format = SoundIntake.FormatOf(frame);
                if (_stream is null) Begin(format ?? throw new WyomingException("bad-data", "The first audio-chunk needs rate, width and channels, or an audio-start before it."), frame);
                _stream!.RequireSame(format);
                await _stream.TakeAsync(frame.Payload, cancellation);
                break;
            case "audio-stop":
                await StopAsync(cancellation);
                break;
            default:
                break; // events of other services pass by a wake word service
        }
    }

    /// <summary>The words of this client, from now on; models that they need run from the next stream on.</summary>
    void Choose(WyomingFrame frame)
    {
        if (frame.Number("refractory", 0, 86_399) is { } seconds) _refractory = TimeSpan.FromSeconds(seconds);
        if (frame.Texts("names") is not { Count: > 0 } names) return;
        var (known, unknown) = (new List<WakeWord>(), new List<string>());
        foreach (var one in names.Take(1_000))
        {
            if (words.Find(one) is { } word) known.Add(word);
            else unknown.Add(one);
        }
        (_wanted, _models) = ([.. known.Select(word => word.Name)], [.. known.Select(word => word.Model).Distinct()]);
        if (unknown.Count > 0) Complain("unknown-word", $"There is no wake word {string.Join(", ", unknown.Take(5).Select(one => $"'{PlainText.Cut(one, 40)}'"))}, only {string.Join(", ", words.All.Select(word => word.Name))}.");
    }

    void Begin((int Rate, int Width, int Channels)? format, WyomingFrame frame)
    {
        _stream?.Dispose();
        _stream = null;
        _detected = 0;
        if (frame.Number("timestamp", 0, long.MaxValue / 20_000) is { } milliseconds) _start = TimeSpan.FromMilliseconds(milliseconds);
        else if (frame.Type == "audio-start") _start = TimeSpan.Zero;
        if (format is not { } known) return; // its first chunk says it
        _stream = new ClientStream(name, SoundIntake.Of(known, words.SampleRate), _start, served, _models, _refractory, Detected, options.Voice ? Spoken : null);
    }

    async Task StopAsync(CancellationToken cancellation)
    {
        if (_stream is not null) await _stream.FinishAsync(cancellation);
        if (Volatile.Read(ref _detected) == 0) outbox.Send(WyomingFrame.Write("not-detected"));
        _stream?.Dispose();
        (_stream, _start) = (null, TimeSpan.Zero);
    }

    /// <summary>On a worker's thread.</summary>
    void Detected(int model, Detection detection, TimeSpan time)
    {
        if (!Volatile.Read(ref _wanted).Contains(detection.Label) || words.Find(detection.Label) is not { } word || word.Model != model) return;
        Interlocked.Increment(ref _detected);
        Interlocked.Increment(ref _total);
        outbox.Send(WyomingFrame.Write("detection", json =>
        {
            json.WriteString("name", word.Name);
            json.WriteNumber("timestamp", (long)time.TotalMilliseconds);
            json.WriteNumber("score", detection.Score);
            json.WriteNumber("start", (long)(time - detection.Time + detection.Start).TotalMilliseconds);
            json.WriteNumber("end", (long)(time - detection.Time + detection.End).TotalMilliseconds);
        }));
    }

    void Spoken(bool begins, TimeSpan time) => outbox.Send(WyomingFrame.Write(begins ? "voice-started" : "voice-stopped", json => json.WriteNumber("timestamp", (long)time.TotalMilliseconds)));

    /// <summary>Says what is wrong; the connection may go on.</summary>
    public void Complain(string code, string message) => outbox.Send(WyomingFrame.Write("error", json =>
    {
        json.WriteString("text", message);
        json.WriteString("code", code);
    }));
}
