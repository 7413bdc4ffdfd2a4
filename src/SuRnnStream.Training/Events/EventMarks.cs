using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.Events;

/// <summary>Writes a stretch: the front end's frames, and the label that each should have, given the events around it.</summary>
sealed class EventMarks(SensorFrontEndConfig sensor, EventOptions options)
{
    /// <summary>The front end's frames of interleaved samples, after a number of moments that it gets before them.</summary>
    public void Transform(ReadOnlySpan<float> samples, int leadIn, Stretch stretch)
    {
        var (front, length) = (new SensorFrontEnd(sensor), sensor.FrameLength);
        var before = new float[length];
        for (var t = 0; t < leadIn / sensor.HopLength; t++) front.TryNext(ref samples, before);
        for (var t = 0; t < stretch.Frames; t++)
            if (!front.TryNext(ref samples, stretch.Features.AsSpan(t * length, length))) throw new InvalidOperationException("The stretch is short.");
    }

    /// <summary>Marks the frames of an event by their end times: near it, where its label may hold, must hold, and may still hold. An event that begins before the last one has ended replaces it from there on.</summary>
    /// <param name="stretch">To mark.</param>
    /// <param name="happened">What it is.</param>
    /// <param name="at">Moment of the stretch at which it is; those far outside mark nothing.</param>
    public void Mark(Stretch stretch, StreamEvent happened, double at)
    {
        int FrameAt(double seconds) => (int)Math.Clamp(Math.Ceiling((at + seconds * sensor.SampleRate) / sensor.HopLength) - 1, 0, stretch.Frames);
        var (may, must, after, gone) = (FrameAt(options.FirstAnswer), FrameAt(options.SureAnswer), FrameAt(options.AnswerUntil), FrameAt(options.AnswerGone));
        for (var t = FrameAt(-options.Before); t < gone; t++)
        {
            stretch.Near[t] = true;
            if (t < may) continue;
            var sure = t >= must && t < after;
            stretch.Answer[t] = (byte)(sure ? happened.Label : 0);
            stretch.OrAnswer[t] = (byte)(sure ? happened.OrLabel : happened.Label);
        }
    }
}
