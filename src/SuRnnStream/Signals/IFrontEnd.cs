namespace SuRnnStream;

/// <summary>Samples of one stream to frames: of sound, or of sensors.</summary>
interface IFrontEnd
{
    /// <summary>
    /// Takes samples off the front of <paramref name="samples"/> until a frame is complete. True: <paramref name="frame"/> holds it, call again.
    /// False: all samples are taken and the next frame needs more.
    /// </summary>
    bool TryNext(ref ReadOnlySpan<float> samples, Span<float> frame);

    /// <summary>Samples taken since the start of the frame that is being filled; below zero where that frame's first is still to come.</summary>
    int Pending { get; }

    /// <summary>Forgets everything; the next sample is number <paramref name="position"/>. Returns the place of the next frame's first sample.</summary>
    long Reset(long position);

    /// <summary>As <see cref="Reset"/>, of the frame alone that is being filled: the samples before number <paramref name="position"/> are lost.</summary>
    long Skip(long position);

    void Save(BinaryWriter to);

    void Restore(BinaryReader from);
}
