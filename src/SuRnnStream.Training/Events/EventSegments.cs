using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.Events;

/// <summary>
/// Cuts segments from streams with events, at any sample and changed at random: a place in the segment or in the file tells nothing. Labels that are
/// rare are drawn as often as others.
/// </summary>
sealed class EventSegments : ISegmentSource
{
    readonly SensorFrontEndConfig _sensor;
    readonly EventOptions _options;
    readonly EventMarks _marks;
    readonly int _seed;
    readonly IReadOnlyList<EventStream> _streams;
    readonly (EventStream Stream, StreamEvent[] Events)[][] _byLabel; // those that have any

    public EventSegments(EventCorpus corpus, SensorFrontEndConfig sensor, EventOptions options, int labels, int seed)
    {
        (_streams, _sensor, _options, _marks, _seed) = (corpus.Training, sensor, options, new EventMarks(sensor, options), seed);
        Frames = (int)(options.Seconds * sensor.SampleRate / sensor.HopLength);
        _byLabel = [.. Enumerable.Range(1, labels - 1).Select(label => _streams
            .Select(stream => (stream, stream.Events.Where(happened => happened.Label == label).ToArray())).Where(some => some.Item2.Length > 0).ToArray()).Where(some => some.Length > 0)];
        if (_byLabel.Length == 0) throw new ArgumentException($"{options.Folder} has no event to train on.");
        var longest = Frames * sensor.HopLength * 1.2 + options.LeadIn * sensor.SampleRate * 1.2;
        var brief = _streams.FirstOrDefault(stream => stream.Moments < longest);
        if (brief is not null) throw new ArgumentException($"The recording '{brief.Name}' is too short: a segment needs {longest / sensor.SampleRate:F0} s.");
    }

    public int Frames { get; }

    public int PerEpoch => (int)(_streams.Sum(stream => (long)stream.Moments) / (Frames * _sensor.HopLength));

    public Segment Make(int epoch, int number)
    {
        var random = new Random(SegmentMaker.HashCode(_seed, epoch, number));
        var speed = random.NextDouble() < 0.6 ? Math.Exp(0.1 * (2 * random.NextDouble() - 1)) : 1;
        var leadIn = random.NextDouble() < _options.Starts ? 0 : (int)(_options.LeadIn * _sensor.SampleRate / _sensor.HopLength) * _sensor.HopLength;
        var length = Frames * _sensor.HopLength;                            // moments as the network gets them
        var (stream, from) = Choose(random, (int)((leadIn + length + 2) * speed), (int)(leadIn * speed));
        var samples = Perform(stream, from, speed, leadIn + length, random);
        var segment = new Segment(Frames, _sensor.FrameLength);
        _marks.Transform(samples, leadIn, segment);
        foreach (var happened in stream.Events)
            _marks.Mark(segment, happened, (happened.Moment - from) / speed - leadIn);
        return segment;
    }

    /// <summary>A stream and the index of the first of its moments that are taken.</summary>
    (EventStream Stream, int From) Choose(Random random, int length, int leadIn)
    {
        while (true)
        {
            var (stream, from) = (_streams[random.Next(_streams.Count)], 0);
            if (random.NextDouble() < _options.Chosen)
            {
                var some = _byLabel[random.Next(_byLabel.Length)];
                (stream, var events) = Weighted(some, random);
                from = (int)events[random.Next(events.Length)].Moment - leadIn - (int)(random.NextDouble() * (length - leadIn));
            }
            else from = random.Next(stream.Moments - length);
            from = Math.Clamp(from, 0, stream.Moments - length);
            if (!stream.IsExcluded(from + leadIn, from + length)) return (stream, from);
        }
    }

    /// <summary>By the root of how many events of a label a stream has: one with a thousand of a kind is not to drown the others.</summary>
    static (EventStream, StreamEvent[]) Weighted((EventStream, StreamEvent[] Events)[] some, Random random)
    {
        var left = random.NextDouble() * some.Sum(stream => Math.Sqrt(stream.Events.Length));
        foreach (var stream in some)
        {
            left -= Math.Sqrt(stream.Events.Length);
            if (left <= 0) return stream;
        }
        return some[^1];
    }

    /// <summary>[moments * channels] of the stream, played faster or slower, with another gain, a wandering base, noise, hum and gaps.</summary>
    float[] Perform(EventStream stream, int from, double speed, int moments, Random random)
    {
        var channels = stream.Channels;
        var samples = new float[moments * channels.Length];
        var other = channels.Length == 1 && stream.Others.Length > 0 && random.NextDouble() < _options.OtherChannels ? stream.Others[random.Next(stream.Others.Length)] : null;
        var angle = Math.PI * (random.NextDouble() - 0.5);
        for (var c = 0; c < channels.Length; c++)
        {
            var sound = channels[c].AsSpan(from, (int)((moments + 2) * speed)).ToArray();
            if (other is not null) Turn(sound, other.AsSpan(from), angle);
            if (speed != 1) sound = Augment.Speed(sound, speed);
            Disturb(sound.AsSpan(0, moments), random);
            for (var m = 0; m < moments; m++) samples[m * channels.Length + c] = sound[m];
        }
        return samples;
    }

    /// <summary>The channel as an electrode between two would have measured it: shapes that no recording has.</summary>
    static void Turn(Span<float> sound, ReadOnlySpan<float> other, double angle)
    {
        var (own, its) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
        for (var m = 0; m < sound.Length; m++) sound[m] = own * sound[m] + its * other[m];
    }

    void Disturb(Span<float> samples, Random random)
    {
        var (sum, squares, count) = (0.0, 0.0, 0);
        foreach (var x in samples) if (float.IsFinite(x)) (sum, squares, count) = (sum + x, squares + x * x, count + 1);
        var size = (float)Math.Sqrt(Math.Max(0, squares / Math.Max(1, count) - Math.Pow(sum / Math.Max(1, count), 2)));
        var gain = (float)Math.Exp(0.7 * (2 * random.NextDouble() - 1));
        var noise = random.NextDouble() < 0.5 ? size * MathF.Pow(10, -0.6f - 1.4f * random.NextSingle()) : 0;
        var hum = random.NextDouble() < 0.2 ? 0.2f * size * random.NextSingle() : 0;
        var wander = random.NextDouble() < 0.5 ? 2 * size * random.NextSingle() : 0;
        var (humRate, wanderRate, phase) = (2 * Math.PI * (random.Next(2) == 0 ? 50 : 60) / _sensor.SampleRate, 2 * Math.PI * (0.05 + 0.5 * random.NextDouble()) / _sensor.SampleRate, 6.3 * random.NextDouble());
        var before = 0f;
        for (var m = 0; m < samples.Length; m++)
        {
            before = 0.5f * before + noise * (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
            samples[m] = gain * (samples[m] + before + hum * (float)Math.Sin(humRate * m) + wander * (float)Math.Sin(wanderRate * m + phase));
        }
        if (random.NextDouble() < 0.05) samples.Slice(random.Next(samples.Length / 2), random.Next(1, samples.Length / 20)).Fill(float.NaN);
    }
}
