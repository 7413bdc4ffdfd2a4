using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.Events;

/// <summary>Writes a segment: the front end's frames, and the label that each should have, given the events around it.</summary>
sealed class EventMarks(SensorFrontEndConfig sensor, EventOptions options)
{
    /// <summary>The front end's frames of interleaved samples, after a number of moments that it gets before them.</summary>
    public void Transform(ReadOnlySpan<float> samples, int leadIn, Segment segment)
    {
        var (front, length) = (new SensorFrontEnd(sensor), sensor.FrameLength);
        var before = new float[length];
        for (var t = 0; t < leadIn / sensor.HopLength; t++) front.TryNext(ref samples, before);
        for (var t = 0; t < segment.Frames; t++)
            if (!front.TryNext(ref samples, segment.Features.AsSpan(t * length, length))) throw new InvalidOperationException("The segment is short.");
    }

    /// <summary>Marks the frames of an event by their end times: in the event, where its label may hold, must hold, and may still hold. An event that begins before the last one has ended replaces it from there on.</summary>
    /// <param name="segment">To mark.</param>
    /// <param name="happened">What it is.</param>
    /// <param name="at">Moment of the segment at which it is; those far outside mark nothing.</param>
    public void Mark(Segment segment, StreamEvent happened, double at)
    {
        int FrameAt(double seconds) => (int)Math.Clamp(Math.Ceiling((at + seconds * sensor.SampleRate) / sensor.HopLength) - 1, 0, segment.Frames);
        var (may, must, after, gone) = (FrameAt(options.FirstAnswer), FrameAt(options.SureAnswer), FrameAt(options.AnswerUntil), FrameAt(options.AnswerGone));
        for (var t = FrameAt(-options.Before); t < gone; t++)
        {
            segment.InEvent[t] = true;
            if (t < may) continue;
            var sure = t >= must && t < after;
            segment.Answer[t] = (byte)(sure ? happened.Label : 0);
            segment.OrAnswer[t] = (byte)(sure ? happened.OrLabel : happened.Label);
        }
    }
}
