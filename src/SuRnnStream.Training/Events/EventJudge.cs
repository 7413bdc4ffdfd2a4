namespace SuRnnStream.Training.Events;

/// <summary>What a model made of recordings with events.</summary>
/// <param name="Any">Detections of whatever label against all events: that something happened.</param>
/// <param name="ByLabel">[labels] detections of a label against its events; of the first, the background, nothing.</param>
/// <param name="Given">[labels] by the place of the events alone, as papers do that are told where the beats are: of each event the label with the highest mean score while it may be answered.</param>
/// <param name="Near">Compute in frames near events.</param>
/// <param name="Elsewhere">Compute in all others.</param>
/// <param name="Total">Compute in all, with times.</param>
/// <param name="Latencies">Seconds from each found event to its emission, in order of size.</param>
/// <param name="Offsets">Seconds between each found event and the time that its detection gives it, in order of size.</param>
sealed record EventReport(EventScores Any, EventScores[] ByLabel, EventScores[] Given, ComputeStats Near, ComputeStats Elsewhere, ComputeStats Total, double[] Latencies, double[] Offsets)
{
    public static EventReport operator +(EventReport a, EventReport b) => new(
        a.Any + b.Any, [.. a.ByLabel.Zip(b.ByLabel, (x, y) => x + y)], [.. a.Given.Zip(b.Given, (x, y) => x + y)], a.Near + b.Near, a.Elsewhere + b.Elsewhere, a.Total + b.Total,
        [.. a.Latencies.Concat(b.Latencies).Order()], [.. a.Offsets.Concat(b.Offsets).Order()]);

    public static double Percentile(double[] ordered, double part) => ordered.Length == 0 ? 0 : ordered[Math.Min(ordered.Length - 1, (int)(part * ordered.Length))];
}

/// <summary>Runs the shipped detector over recordings and compares with what happened.</summary>
static class EventJudge
{
    public static EventReport Judge(SuRnnModel model, EventStream stream, EventOptions options, DetectorOptions? detectorOptions = null)
    {
        var sensor = model.Config.Sensor!;
        double Seconds(long moment) => moment / sensor.SampleRate;
        var isNear = Near(stream, sensor, options);
        var (frame, near, elsewhere, heard, scores) = (0, new ComputeStats(), new ComputeStats(), new List<Detection>(), new List<float[]>());
        var detector = new StreamingDetector(model, detectorOptions)
        {
            OnFrame = (in FrameView view) =>
            {
                scores.Add(view.Scores.ToArray());
                if (isNear[frame++]) near += view.Stats;
                else elsewhere += view.Stats;
            },
        };
        detector.Process(Interleaved(stream), heard.Add);
        detector.Finish(heard.Add);

        double TimeOf(Detection detection) => (detection.Landmark ?? detection.Time).TotalSeconds;
        bool Counts(double seconds) => !stream.IsExcluded((long)(seconds * sensor.SampleRate), (long)(seconds * sensor.SampleRate) + 1);
        Detection[] detections = [.. heard.Where(detection => Counts(TimeOf(detection))).OrderBy(TimeOf)];
        StreamEvent[] events = [.. stream.Events.Where(happened => Counts(Seconds(happened.Moment)))];
        double[] Times(Func<StreamEvent, bool> which) => [.. events.Where(which).Select(happened => Seconds(happened.Moment))];
        double[] all = Times(_ => true), found = [.. detections.Select(TimeOf)];
        var byLabel = model.Config.Labels.Select((label, i) => i == 0 ? default : EventScores.Count(
            Times(happened => happened.Label == i && happened.OrLabel == i), [.. detections.Where(d => d.Label == label).Select(TimeOf)], Times(happened => happened.Label != happened.OrLabel), options.Tolerance));
        var match = EventScores.Match(all, found, options.Tolerance);
        (double Late, double Off)[] hits = [.. match.Select((e, d) => (e, d)).Where(pair => pair.e >= 0).Select(pair => (detections[pair.d].Time.TotalSeconds - all[pair.e], Math.Abs(found[pair.d] - all[pair.e])))];
        var total = new StreamingDetector(model, detectorOptions).Process(Interleaved(stream), _ => { }); // again, without anyone looking: for the times
        return new EventReport(EventScores.Count(all, found, [], options.Tolerance), [.. byLabel], Given(scores, events, model.Config.Labels.Count, sensor, options), near, elsewhere, total, [.. hits.Select(hit => hit.Late).Order()], [.. hits.Select(hit => hit.Off).Order()]);
    }

    /// <summary>[labels] what the model calls each event that it is told of. One that may be called either counts for none.</summary>
    /// <param name="scores">[frames][labels].</param>
    /// <param name="events">Of the recording.</param>
    /// <param name="labels">How many there are; the first is the background.</param>
    /// <param name="sensor">How frames lie.</param>
    /// <param name="options">While when an event may be answered.</param>
    internal static EventScores[] Given(IReadOnlyList<float[]> scores, IEnumerable<StreamEvent> events, int labels, SensorFrontEndConfig sensor, EventOptions options)
    {
        var counts = new EventScores[labels];
        foreach (var happened in events.Where(happened => happened.Label == happened.OrLabel))
        {
            int FrameAt(double seconds) => Math.Clamp((int)Math.Ceiling((happened.Moment + seconds * sensor.SampleRate) / sensor.HopLength) - 1, 0, scores.Count);
            var (from, to) = (FrameAt(options.FirstAnswer), FrameAt(options.AnswerUntil));
            if (from == to) continue; // the recording ends with it
            var called = Enumerable.Range(1, labels - 1).MaxBy(label => Enumerable.Range(from, to - from).Sum(frame => (double)scores[frame][label]));
            if (called == happened.Label) counts[called] += new EventScores(1, 0, 0);
            else (counts[happened.Label], counts[called]) = (counts[happened.Label] + new EventScores(0, 1, 0), counts[called] + new EventScores(0, 0, 1));
        }
        return counts;
    }

    public static EventReport Judge(SuRnnModel model, IEnumerable<EventStream> streams, EventOptions options) =>
        streams.Select(stream => Judge(model, stream, options)).Aggregate((sum, report) => sum + report);

    /// <summary>The front end's frames of a recording, in stretches that follow each other, each of the given length.</summary>
    public static IEnumerable<List<float[]>> Frames(SensorFrontEndConfig sensor, EventStream stream, int stretches, int frames)
    {
        var (front, samples, at) = (new SensorFrontEnd(sensor), Interleaved(stream), 0);
        for (; stretches > 0; stretches--)
        {
            var some = new List<float[]>();
            ReadOnlySpan<float> rest = samples.AsSpan(at);
            for (var frame = new float[sensor.FrameLength]; some.Count < frames && front.TryNext(ref rest, frame); frame = new float[sensor.FrameLength]) some.Add(frame);
            at = samples.Length - rest.Length;
            yield return some;
        }
    }

    static float[] Interleaved(EventStream stream)
    {
        var samples = new float[stream.Moments * stream.Channels.Length];
        for (var i = 0; i < samples.Length; i++) samples[i] = stream.Channels[i % stream.Channels.Length][i / stream.Channels.Length];
        return samples;
    }

    /// <summary>[frames] as training calls them near.</summary>
    static bool[] Near(EventStream stream, SensorFrontEndConfig sensor, EventOptions options)
    {
        var near = new bool[stream.Moments / sensor.HopLength + 1];
        foreach (var happened in stream.Events)
        {
            int FrameAt(double seconds) => Math.Clamp((int)Math.Ceiling((happened.Moment + seconds * sensor.SampleRate) / sensor.HopLength) - 1, 0, near.Length);
            near.AsSpan(FrameAt(-options.Before)..FrameAt(options.AnswerGone)).Fill(true);
        }
        return near;
    }
}
