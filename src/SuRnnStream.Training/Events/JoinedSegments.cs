using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.Events;

/// <summary>
/// Makes segments of brief recordings that end with their event and of backgrounds: pieces of them, changed at random and joined. Backgrounds are
/// joined to each other as they are to events, and events break off half-way now and then, so that a join, a beginning or a place tells nothing.
/// </summary>
sealed class JoinedSegments : ISegmentSource
{
    const double EarlyCut = 0.15;   // seconds, at most, that an event's recording begins later than it does
    const double LeastBehind = 0.3; // ... of it that follow the event, if it has them

    readonly SensorFrontEndConfig _sensor;
    readonly EventMarks _marks;
    readonly JoinOptions _join;
    readonly SensorTurn _turn;
    readonly int _seed;
    readonly EventStream[][] _byLabel; // those that have any
    readonly EventStream[] _backgrounds;

    public JoinedSegments(EventCorpus corpus, SensorFrontEndConfig sensor, EventOptions options, int labels, int seed)
    {
        (_sensor, _marks, _seed) = (sensor, new EventMarks(sensor, options), seed);
        _join = options.Join ?? throw new ArgumentException("There is nothing said of how to join.");
        _turn = new SensorTurn(sensor.Channels, _join.Vectors);
        Frames = (int)(options.Seconds * sensor.SampleRate / sensor.HopLength);
        _byLabel = [.. Enumerable.Range(1, labels - 1).Select(label => corpus.Training.Where(stream => stream.Events.Count > 0 && stream.Events[0].Label == label).ToArray()).Where(some => some.Length > 0)];
        _backgrounds = [.. corpus.Training.Where(stream => stream.Events.Count == 0)];
        if (_byLabel.Length == 0) throw new ArgumentException($"{options.Folder} has no recording with an event to train on.");
        if (_backgrounds.Length == 0) throw new ArgumentException($"{options.Folder} has no background to train on: add recordings whose .labels.csv has no line but the header.");
        var longest = _join.Longest * Math.Exp(_join.Speed);
        if (_backgrounds.FirstOrDefault(stream => stream.Moments < longest * sensor.SampleRate) is { } brief)
            throw new ArgumentException($"The background '{brief.Name}' is too short: a piece needs {longest:F1} s.");
        PerEpoch = Math.Max(1, (int)(corpus.Training.Sum(stream => (long)stream.Moments) / (Frames * sensor.HopLength)));
    }

    public int Frames { get; }

    public int PerEpoch { get; }

    public Segment Make(int epoch, int number)
    {
        var random = new Random(SegmentMaker.HashCode(_seed, epoch, number));
        var (length, joined) = (Frames * _sensor.HopLength, new StreamJoiner(_sensor.Channels.Count));
        var from = random.Next(Moments(_join.Longest)); // the segment begins anywhere in its first pieces
        while (joined.Moments < from + length)
        {
            var (piece, events) = Perform(random);
            joined.Append(piece, events, Moments(_join.Blend * (0.1 + 0.9 * random.NextDouble())));
        }
        var stream = joined.ToStream("");
        Disturb(stream.Channels, random);
        var (samples, segment) = (new float[length * stream.Channels.Length], new Segment(Frames, _sensor.FrameLength));
        for (var i = 0; i < samples.Length; i++) samples[i] = stream.Channels[i % stream.Channels.Length][from + i / stream.Channels.Length];
        _marks.Transform(samples, 0, segment);
        foreach (var happened in stream.Events) _marks.Mark(segment, happened, happened.Moment - from);
        return segment;
    }

    int Moments(double seconds) => (int)(seconds * _sensor.SampleRate);

    /// <summary>A piece at another speed and strength, and what happens in it.</summary>
    (float[][] Piece, IEnumerable<StreamEvent> Events) Perform(Random random)
    {
        var (stream, from, to) = Choose(random);
        var (speed, gain) = (Math.Exp(Upto(_join.Speed, random)), (float)Math.Exp(Upto(_join.Gain, random)));
        float[] Played(float[] channel)
        {
            var played = Augment.Speed(channel.AsSpan(from, to - from), speed);
            foreach (ref var x in played.AsSpan()) x *= gain;
            return played;
        }
        return ([.. stream.Channels.Select(Played)], stream.Events.Where(happened => happened.Moment < to).Select(happened => happened with { Moment = (long)((happened.Moment - from) / speed) }));
    }

    /// <summary>A recording and the part of it that is used.</summary>
    (EventStream Stream, int From, int To) Choose(Random random)
    {
        var kind = random.NextDouble();
        if (kind >= _join.EventPart + _join.CutShort)
        {
            var stream = _backgrounds[random.Next(_backgrounds.Length)];
            var moments = Moments((_join.Shortest + (_join.Longest - _join.Shortest) * random.NextDouble()) * Math.Exp(_join.Speed));
            moments = Math.Min(moments, stream.Moments);
            var at = random.Next(stream.Moments - moments + 1);
            return (stream, at, at + moments);
        }
        var some = _byLabel[random.Next(_byLabel.Length)];
        var recording = some[random.Next(some.Length)];
        var (first, last) = ((int)recording.Events[0].Moment, (int)recording.Events[^1].Moment);
        if (kind < _join.CutShort) return (recording, 0, Math.Max(1, (int)(first * (0.2 + 0.45 * random.NextDouble()))));
        var least = Math.Min(recording.Moments, last + Moments(LeastBehind + _join.Blend));
        return (recording, Math.Min(first / 2, random.Next(Moments(EarlyCut) + 1)), random.Next(least, recording.Moments + 1));
    }

    /// <summary>Turns the sensor, adds its noise, loses values.</summary>
    void Disturb(float[][] channels, Random random)
    {
        var roll = random.NextDouble() < 0.5 ? Upto(_join.Roll, random) : 0;
        _turn.Apply(channels, [roll + Upto(_join.Turn, random), Upto(_join.Turn, random), Upto(_join.Turn, random)]);
        for (var c = 0; c < channels.Length; c++)
        {
            var noise = (float)(_join.Noise * _sensor.Channels[c].Scale * random.NextDouble());
            foreach (ref var x in channels[c].AsSpan()) x += noise * (2 * (random.NextSingle() + random.NextSingle() + random.NextSingle()) - 3); // three evenly drawn numbers: deviation 1
        }
        if (random.NextDouble() >= _join.Gaps) return;
        var at = random.Next(channels[0].Length);
        var lost = random.Next(1, Math.Min(Moments(0.3), channels[0].Length - at) + 1);
        foreach (var channel in channels) channel.AsSpan(at, lost).Fill(float.NaN);
    }

    static double Upto(double limit, Random random) => limit * (2 * random.NextDouble() - 1);
}
