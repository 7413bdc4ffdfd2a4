namespace SuRnnStream.Evaluation.Moments;

/// <summary>Runs the shipped detector over recordings and compares with what happened.</summary>
static class MomentJudge
{
    public static MomentReport Judge(SuRnnModel model, EventStream stream, MomentTimes times, DetectorOptions? detectorOptions = null)
    {
        var sensor = model.Config.Sensor!;
        double Seconds(long moment) => moment / sensor.SampleRate;
        var isInEvent = InEvents(stream, sensor, times);
        var (frame, inEvents, background, heard, scores) = (0, new ComputeStats(), new ComputeStats(), new List<Detection>(), new List<float[]>());
        var detector = new StreamingDetector(model, detectorOptions)
        {
            OnFrame = (in FrameView view) =>
            {
                scores.Add(view.Scores.ToArray());
                if (isInEvent[frame++]) inEvents += view.Stats;
                else background += view.Stats;
            },
        };
        detector.Process(Interleaved(stream), heard.Add);
        detector.Finish(heard.Add);

        var (events, detections) = Counted(stream, heard, sensor);
        double[] all = [.. events.Select(happened => Seconds(happened.Moment))], found = [.. detections.Select(TimeOf)];
        var match = new MomentMatch(all, found, times.Tolerance);
        (double Late, double Off)[] hits = [.. match.EventOf.Select((e, d) => (e, d)).Where(pair => pair.e >= 0).Select(pair => (detections[pair.d].Time.TotalSeconds - all[pair.e], Math.Abs(found[pair.d] - all[pair.e])))];
        var total = new StreamingDetector(model, detectorOptions).Process(Interleaved(stream), _ => { }); // again, without anyone looking: for the times
        return new MomentReport(match.Scores, ByLabel(model.Config, events, detections, times), Given(scores, events, model.Config.Labels.Count, sensor, times), inEvents, background, total, [.. hits.Select(hit => hit.Late).Order()], [.. hits.Select(hit => hit.Off).Order()]);
    }

    /// <summary>[labels] the detections of each label against its events; of the first, the background, nothing.</summary>
    public static MomentScores[] Count(SuRnnModel model, EventStream stream, MomentTimes times, DetectorOptions options)
    {
        var (detector, heard) = (new StreamingDetector(model, options), new List<Detection>());
        detector.Process(Interleaved(stream), heard.Add);
        detector.Finish(heard.Add);
        var (events, detections) = Counted(stream, heard, model.Config.Sensor!);
        return ByLabel(model.Config, events, detections, times);
    }

    static double TimeOf(Detection detection) => (detection.Landmark ?? detection.Time).TotalSeconds;

    /// <summary>Without what lies where nothing is to be counted; the detections in the order of their times.</summary>
    static (StreamEvent[] Events, Detection[] Detections) Counted(EventStream stream, List<Detection> heard, SensorFrontEndConfig sensor)
    {
        bool Counts(double seconds) => !stream.IsExcluded((long)(seconds * sensor.SampleRate), (long)(seconds * sensor.SampleRate) + 1);
        return ([.. stream.Events.Where(happened => Counts(happened.Moment / sensor.SampleRate))], [.. heard.Where(detection => Counts(TimeOf(detection))).OrderBy(TimeOf)]);
    }

    static MomentScores[] ByLabel(SuRnnConfig config, StreamEvent[] events, Detection[] detections, MomentTimes times)
    {
        double[] Times(Func<StreamEvent, bool> which) => [.. events.Where(which).Select(happened => happened.Moment / config.Sensor!.SampleRate)];
        return [.. config.Labels.Select((label, i) => i == 0 ? default : MomentScores.Count(
            Times(happened => happened.Label == i && happened.OrLabel == i), [.. detections.Where(d => d.Label == label).Select(TimeOf)], Times(happened => happened.Label != happened.OrLabel), times.Tolerance))];
    }

    /// <summary>[labels] what the model calls each event that it is told of. One that may be called either counts for none.</summary>
    /// <param name="scores">[frames][labels].</param>
    /// <param name="events">Of the recording.</param>
    /// <param name="labels">How many there are; the first is the background.</param>
    /// <param name="sensor">How frames lie.</param>
    /// <param name="times">While when an event may be answered.</param>
    internal static MomentScores[] Given(IReadOnlyList<float[]> scores, IEnumerable<StreamEvent> events, int labels, SensorFrontEndConfig sensor, MomentTimes times)
    {
        var counts = new MomentScores[labels];
        foreach (var happened in events.Where(happened => happened.Label == happened.OrLabel))
        {
            int FrameAt(double seconds) => Math.Clamp((int)Math.Ceiling((happened.Moment + seconds * sensor.SampleRate) / sensor.HopLength) - 1, 0, scores.Count);
            var (from, to) = (FrameAt(times.FirstAnswer), FrameAt(times.AnswerUntil));
            if (from == to) continue; // the recording ends with it
            var called = Enumerable.Range(1, labels - 1).MaxBy(label => Enumerable.Range(from, to - from).Sum(frame => (double)scores[frame][label]));
            if (called == happened.Label) counts[called] += new MomentScores(1, 0, 0);
            else (counts[happened.Label], counts[called]) = (counts[happened.Label] + new MomentScores(0, 1, 0), counts[called] + new MomentScores(0, 0, 1));
        }
        return counts;
    }

    public static MomentReport Judge(SuRnnModel model, IEnumerable<EventStream> streams, MomentTimes times) =>
        streams.Select(stream => Judge(model, stream, times)).Aggregate((sum, report) => sum + report);

    /// <summary>The front end's frames of a recording, in segments that follow each other, each of the given length.</summary>
    public static IEnumerable<List<float[]>> Frames(SensorFrontEndConfig sensor, EventStream stream, int segments, int frames)
    {
        var (front, samples, at) = (new SensorFrontEnd(sensor), Interleaved(stream), 0);
        for (; segments > 0; segments--)
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

    /// <summary>[frames] those in events, as training counts them.</summary>
    static bool[] InEvents(EventStream stream, SensorFrontEndConfig sensor, MomentTimes times)
    {
        var inEvents = new bool[stream.Moments / sensor.HopLength + 1];
        foreach (var happened in stream.Events)
        {
            int FrameAt(double seconds) => Math.Clamp((int)Math.Ceiling((happened.Moment + seconds * sensor.SampleRate) / sensor.HopLength) - 1, 0, inEvents.Length);
            inEvents.AsSpan(FrameAt(-times.Before)..FrameAt(times.AnswerGone)).Fill(true);
        }
        return inEvents;
    }
}
