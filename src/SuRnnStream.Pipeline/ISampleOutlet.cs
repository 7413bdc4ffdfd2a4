namespace SuRnnStream;

/// <summary>Where the reader of a source puts the samples for one detector. <see cref="Push"/> and <see cref="Lose"/> are for one thread at a time, <see cref="Complete"/> for any.</summary>
interface ISampleOutlet
{
    /// <summary>Takes a copy of whole moments. Ignored after <see cref="Complete"/>.</summary>
    void Push(ReadOnlySpan<float> samples);

    /// <summary>Samples that were lost before those of the next <see cref="Push"/>.</summary>
    void Lose(long samples);

    /// <summary>There will be no more. Does not wait.</summary>
    /// <param name="failure">Null: the stream has ended well.</param>
    void Complete(Exception? failure = null);
}
