namespace SuRnnStream;

/// <summary>A stream of a network that ffmpeg decodes, as a device: one channel of float32 at the rate that was asked for. What ffmpeg has made and was not read yet waits, up to the options' buffer; then ffmpeg waits.</summary>
sealed class StreamDevice : IPcmDevice
{
    const int Gone = 19;                    // Linux's "no such device"
    const int FrameBytes = sizeof(float);

    readonly Ffmpeg _ffmpeg;
    readonly string _address, _shown;
    readonly object _lock = new();          // guards what follows
    readonly byte[] _ring;
    int _first, _count;
    bool _ended, _closed;

    /// <exception cref="CaptureException">It gives no sound now; the message has ffmpeg's words.</exception>
    public StreamDevice(string program, string address, string shown, MicrophoneOptions options)
    {
        (_address, _shown, Format) = (address, shown, new PcmFormat(SampleEncoding.F32, options.SampleRate, 1));
        _ring = new byte[FrameBytes * Math.Max(1_024, (int)(options.Buffer.TotalSeconds * options.SampleRate))];
        try
        {
            _ffmpeg = new Ffmpeg(program, shown, address, null, Arguments(address, options));
        }
        catch (InvalidAudioException unusable)
        {
            throw new CaptureException(shown, PlainText.Clean(unusable.Message).TrimEnd('.'), "install ffmpeg again");
        }
        new Thread(Pump) { IsBackground = true, Name = "surnn stream" }.Start();
        if (Wait(options.Silence) == 1) return;
        var problem = _ended ? Complaint() : $"it gave no sound within {options.Silence.TotalSeconds:0.#} s";
        Dispose();
        throw new CaptureException(shown, problem, "check the address and that the stream runs");
    }

    public PcmFormat Format { get; }

    public int Wait(TimeSpan timeout)
    {
        lock (_lock)
        {
            if (_count < FrameBytes && !_ended) Monitor.Wait(_lock, timeout);
            return _count >= FrameBytes ? 1 : _ended ? -Gone : 0;
        }
    }

    public int Read(Span<byte> frames)
    {
        lock (_lock)
        {
            var length = Math.Min(frames.Length, _count) / FrameBytes * FrameBytes;
            var head = Math.Min(length, _ring.Length - _first);
            _ring.AsSpan(_first, head).CopyTo(frames);
            _ring.AsSpan(0, length - head).CopyTo(frames[head..]);
            (_first, _count) = ((_first + length) % _ring.Length, _count - length);
            Monitor.PulseAll(_lock);
            return length > 0 ? length / FrameBytes : _ended ? -Gone : -PcmError.Again;
        }
    }

    public int Resume() => -Gone;

    public int Restart() => -Gone;

    public string Describe(int error) => Complaint();

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            Monitor.PulseAll(_lock);
        }
        _ffmpeg.Dispose();
    }

    static List<string> Arguments(string address, MicrophoneOptions options)
    {
        var rtsp = address.StartsWith("rtsp", StringComparison.OrdinalIgnoreCase);
        // What a stream names must not make it read files of this machine.
        List<string> arguments = ["-protocol_whitelist", rtsp ? "rtsp,rtsps,rtp,srtp,tcp,udp,tls,http,https,crypto" : "http,https,httpproxy,tcp,tls,crypto"];
        if (rtsp) arguments.AddRange(["-allowed_media_types", "audio", "-rtsp_transport", "tcp"]); // no pictures; and a datagram that is lost is a gap that is not counted
        arguments.AddRange(["-i", address, "-map", "0:a:0", "-vn"]);
        if (options.Channel is { } channel) arguments.AddRange(["-af", FormattableString.Invariant($"pan=mono|c0=c{channel}")]);
        arguments.AddRange(["-ac", "1", "-ar", FormattableString.Invariant($"{options.SampleRate}"), "-c:a", "pcm_f32le", "-f", "f32le", "-flush_packets", "1", "pipe:1"]);
        return arguments;
    }

    /// <summary>ffmpeg's words, once it has ended.</summary>
    string Complaint()
    {
        var code = _ffmpeg.WaitForExit();
        var said = _ffmpeg.Complaint?.Replace(_address, _shown, StringComparison.Ordinal);
        return said is null ? code == 0 ? "the stream has ended" : $"ffmpeg ended with exit code {code}" : PlainText.Cut(said, 200).TrimEnd('.');
    }

    void Pump()
    {
        var piece = new byte[4_096];
        try
        {
            while (_ffmpeg.Output.Read(piece) is > 0 and var got && Put(piece.AsSpan(0, got))) { }
        }
        catch (Exception over) when (over is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // it was killed
        }
        lock (_lock)
        {
            _ended = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>False: closed.</summary>
    bool Put(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            while (!bytes.IsEmpty)
            {
                while (_count == _ring.Length && !_closed) Monitor.Wait(_lock);
                if (_closed) return false;
                var at = (_first + _count) % _ring.Length;
                var length = Math.Min(bytes.Length, Math.Min(_ring.Length - _count, _ring.Length - at));
                bytes[..length].CopyTo(_ring.AsSpan(at));
                bytes = bytes[length..];
                _count += length;
                Monitor.PulseAll(_lock);
            }
        }
        return true;
    }
}
