using System.Buffers.Binary;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>Capture devices that do what a script says, one line after the other, in the time of a <see cref="JumpingTime"/>.</summary>
sealed class DeviceScript(JumpingTime time, int rate = 16_000, int channels = 1)
{
    const int GoOn = int.MaxValue, End = int.MinValue;

    readonly Queue<Func<int>> _steps = [];              // what the next Wait, Read, Resume or Restart of any device gives
    readonly Queue<Func<IPcmDevice>> _openings = [];
    short _next;

    public int Opened { get; private set; }
    public int Closed { get; private set; }
    public int Restarts { get; private set; }
    public Action? OnWait { get; set; }

    /// <summary>Sound of this length passes and can be read: a count that goes on from step to step, sample by sample.</summary>
    public DeviceScript Sound(int frames) => Step(() =>
    {
        time.Advance(TimeSpan.FromSeconds((double)frames / rate));
        return frames;
    });

    /// <summary>Time passes and its sound is never seen; the next line follows at once.</summary>
    public DeviceScript Pass(double seconds, double asleep = 0) => Step(() =>
    {
        time.Advance(TimeSpan.FromSeconds(seconds));
        time.Sleep(TimeSpan.FromSeconds(asleep));
        return GoOn;
    });

    /// <summary>An error of the next call.</summary>
    public DeviceScript Fail(int error) => Step(() => -error);

    public DeviceScript Ok() => Step(() => 0);
    public DeviceScript Ends() => Step(() => End);

    public DeviceScript Step(Func<int> step)
    {
        _steps.Enqueue(step);
        return this;
    }

    /// <summary>The next opening fails.</summary>
    public DeviceScript Refuse(string why = "is busy")
    {
        _openings.Enqueue(() => throw new CaptureException("hw:7", why, "wait"));
        return this;
    }

    /// <summary>The next opening gives a device of another rate.</summary>
    public DeviceScript Opens(int otherRate)
    {
        _openings.Enqueue(() => new Device(this, new PcmFormat(SampleEncoding.S16, otherRate, channels)));
        return this;
    }

    public IPcmDevice Open()
    {
        Opened++;
        return _openings.TryDequeue(out var opening) ? opening() : new Device(this, new PcmFormat(SampleEncoding.S16, rate, channels));
    }

    int Next(int otherwise)
    {
        while (_steps.TryDequeue(out var step))
            if (step() is not GoOn and var result) return result;
        return otherwise;
    }

    sealed class Device(DeviceScript script, PcmFormat format) : IPcmDevice
    {
        int _ready;

        public PcmFormat Format => format;

        public int Wait(TimeSpan timeout)
        {
            script.OnWait?.Invoke();
            if (_ready == 0) _ready = script.Next(0);
            if (_ready == End) return 1;
            var result = _ready;
            if (_ready < 0) _ready = 0;
            return Math.Min(1, result);
        }

        public int Read(Span<byte> frames)
        {
            if (_ready == End) return 0;
            var count = Math.Min(_ready, frames.Length / format.FrameBytes);
            for (var i = 0; i < count; i++)
            {
                for (var c = 0; c < format.Channels; c++)
                    BinaryPrimitives.WriteInt16LittleEndian(frames[((i * format.Channels + c) * 2)..], (short)(script._next + 1000 * c));
                script._next++;
            }
            _ready -= count;
            return count;
        }

        public int Resume() => script.Next(0);

        public int Restart()
        {
            script.Restarts++;
            return script.Next(0);
        }

        public string Describe(int error) => $"error {error}";
        public void Dispose() => script.Closed++;
    }
}
