namespace SuRnnStream;

/// <summary>
/// Where the reader of a source puts the samples for one detector: a <see cref="SampleInlet"/>, or a <see cref="PushSource"/> that waits between two threads. <see cref="Push"/> and
/// <see cref="Lose"/> are for one thread at a time, <see cref="Complete"/> for any.
/// </summary>
public interface ISampleOutlet
{
    /// <summary>Takes a copy of whole moments, one sample of every channel each. Ignored after <see cref="Complete"/>.</summary>
    /// <param name="samples">Of sound nominally in [-1, 1].</param>
    /// <exception cref="ArgumentException">The last moment is not whole.</exception>
    void Push(ReadOnlySpan<float> samples);

    /// <summary>Samples that were lost before those of the next <see cref="Push"/>: a gap in the stream.</summary>
    /// <param name="samples">Of all channels together; zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    void Lose(long samples);

    /// <summary>There will be no more. Does not wait.</summary>
    /// <param name="failure">Null: the stream has ended well.</param>
    void Complete(Exception? failure = null);
}
