namespace SuRnnStream;

/// <summary>A kind of coded sound that <see cref="AudioFile"/> is to read without ffmpeg.</summary>
public interface ISoundCodec
{
    /// <summary>The kind, for messages: MP3.</summary>
    string Name { get; }

    /// <summary>True: a file that begins with these bytes, 256 or all that it has, is of this kind.</summary>
    bool Knows(ReadOnlySpan<byte> start);

    /// <summary>Begins to decode.</summary>
    /// <param name="sound">From its first byte; closed with the decoder, or by the caller where this throws. Of a file it can seek.</param>
    /// <exception cref="Exception">It cannot be decoded: ffmpeg is tried next, where it is installed.</exception>
    ISoundDecoder Open(Stream sound);
}

/// <summary>The samples of one coded sound.</summary>
public interface ISoundDecoder : IDisposable
{
    /// <summary>Frames per second.</summary>
    int SampleRate { get; }

    /// <summary>Samples in a frame.</summary>
    int Channels { get; }

    /// <summary>What was wrong with a sound of which the rest was decoded, on one line, known at the end. Null: nothing.</summary>
    string? Damage { get; }

    /// <summary>Decodes on.</summary>
    /// <param name="frames">Filled from its start with whole frames, their channels interleaved, nominally in [-1, 1]. It has room for one frame at least.</param>
    /// <returns>Samples written, a multiple of <see cref="Channels"/>; 0 at the end.</returns>
    /// <exception cref="Exception">The rest cannot be decoded.</exception>
    int Read(Span<float> frames);
}
