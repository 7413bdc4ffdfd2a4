namespace SuRnnStream.Research.Pictures;

/// <summary>One frame of a <see cref="Recording"/>.</summary>
/// <param name="Time">End of the frame's last sample in the stream, in seconds: when its scores are known.</param>
/// <param name="Bands">[Bands] the log-mel frame.</param>
/// <param name="Open">[H] of all layers, first to last: which switches were open.</param>
/// <param name="Scores">[Labels] as they stand after the frame.</param>
sealed record RecordedFrame(double Time, float[] Bands, bool[] Open, float[] Scores);

/// <summary>A segment of a stream as the shipped detector goes through it. What lies before is processed, too, and not kept.</summary>
sealed record Recording(float[] Samples, double From, double To, IReadOnlyList<RecordedFrame> Frames, IReadOnlyList<Detection> Detections, ComputeStats Stats)
{
    /// <param name="model">The model.</param>
    /// <param name="samples">The stream from its start on, at the model's sample rate.</param>
    /// <param name="from">Start of the segment in seconds.</param>
    /// <param name="to">Its end; beyond the stream's end: that.</param>
    public static Recording Of(SuRnnModel model, float[] samples, double from, double to)
    {
        var shape = model.Config.RequireFrontEnd();
        var end = (int)Math.Min(samples.Length, to * shape.SampleRate);
        if (!(from >= 0 && from < to && from * shape.SampleRate + shape.WindowLength <= end))
            throw new ArgumentException($"There is no segment from {from} to {to} s: the sound is {(double)samples.Length / shape.SampleRate:F1} s long.");
        var (detector, mel, bands) = (new StreamingDetector(model), new MelFrontEnd(shape), new float[shape.Bands]);
        var (frames, detections, stats) = (new List<RecordedFrame>(), new List<Detection>(), new ComputeStats());
        for (int at = 0, next = shape.WindowLength; next <= end; at = next, next += shape.HopLength)
        {
            var piece = samples.AsSpan(at, next - at); // completes exactly one frame
            ReadOnlySpan<float> rest = piece;
            mel.TryNext(ref rest, bands);
            var step = detector.Process(piece, found => { if (found.Time.TotalSeconds >= from) detections.Add(found); });
            if (next < from * shape.SampleRate) continue;
            bool[] open = [.. Enumerable.Range(0, model.Config.Layers.Count).SelectMany(layer => detector.State.Open(layer).ToArray())];
            frames.Add(new RecordedFrame((double)next / shape.SampleRate, [.. bands], open, detector.State.Scores.ToArray()));
            stats += step;
        }
        return new Recording(samples[(int)(from * shape.SampleRate)..end], from, (double)end / shape.SampleRate, frames, detections, stats);
    }
}
