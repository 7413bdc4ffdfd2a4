namespace SuRnnStream.Evaluation.Mixing;

/// <summary>A made-up stream.</summary>
/// <param name="Samples">The sound; beyond [-1, 1) where it is too loud.</param>
/// <param name="SampleRate">Samples per second.</param>
/// <param name="Events">The labels' clips, by time: each one's audible part.</param>
/// <param name="Others">The other clips in the stream, by time.</param>
public sealed record MadeStream(float[] Samples, int SampleRate, IReadOnlyList<LabelledEvent> Events, IReadOnlyList<LabelledEvent> Others)
{
    /// <summary>Samples that a file cannot hold and cuts off.</summary>
    public int Clipped => Samples.Count(x => Math.Abs(x) >= 1);

    /// <summary>Writes the sound as 16-bit WAV, and beside it the events as label,start,end: see <see cref="EventTable"/>.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Save(string wav)
    {
        WavWriter.Write(wav, Samples, SampleRate);
        EventTable.Write(EventTable.Beside(wav), Events);
    }
}
