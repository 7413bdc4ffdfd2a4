namespace SuRnnStream;

/// <summary>
/// A WAV file: RIFF, RF64 or BW64 with PCM of 8, 16, 24 or 32 bits or IEEE float of 32 or 64 bits, any number of channels.
/// Full scale is 1; a sample that is NaN or infinite is read as 0. A file that a streaming writer left without a length is read
/// to its end, and so is one that was cut short (see <see cref="Truncated"/>).
/// </summary>
public sealed class WavFile : ISampleSource, IDisposable
{
    readonly Stream _stream;
    readonly WavHeader _header;
    const double LeastCancelled = 17; // dB: eight channels that have nothing in common are 9 below

    readonly FrameReader _frames;
    readonly long _dataStart;

    WavFile(Stream stream, string name, WavHeader header, int? channel)
    {
        (_stream, _header, Name) = (stream, header, name);
        _dataStart = stream.CanSeek ? stream.Position : 0;
        var encoding = (header.Bits, header.IsFloat) switch
        {
            (8, false) => SampleEncoding.U8,
            (16, false) => SampleEncoding.S16,
            (24, false) => header.SampleBytes == 4 ? SampleEncoding.S24In32 : SampleEncoding.S24,
            (32, false) => SampleEncoding.S32,
            (32, true) => SampleEncoding.F32,
            _ => SampleEncoding.F64,
        };
        _frames = new FrameReader(stream, encoding, header.Channels, channel, header.DataBytes);
    }

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">The file; also its <see cref="Name"/>.</param>
    /// <param name="channel">The channel to read, counted from 0; null for the mean of all of them.</param>
    /// <exception cref="InvalidAudioException">It is not a WAV file that can be read; the message says why and what to do.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The file has no such channel.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read, or is a directory.</exception>
    public static WavFile Open(string path, int? channel = null)
    {
        // Unbuffered: FrameReader has the buffer.
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan);
        try
        {
            return Open(file, path, channel);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the header from a stream, which need not be seekable and is closed with the result.</summary>
    /// <param name="stream">At the start of the WAV file. If this throws, it is left open.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="channel">The channel to read, counted from 0; null for the mean of all of them.</param>
    /// <exception cref="InvalidAudioException">It is not a WAV file that can be read; the message says why and what to do.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The file has no such channel.</exception>
    public static WavFile Open(Stream stream, string name, int? channel = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        var header = WavHeader.Read(stream, name);
        return channel >= 0 && channel < header.Channels || channel is null
            ? new WavFile(stream, name, header, channel)
            : throw new ArgumentOutOfRangeException(nameof(channel), channel, $"{name} has channels 0 to {header.Channels - 1}.");
    }

    /// <summary>The path, or the name given with the stream.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public int SampleRate => _header.SampleRate;

    /// <summary>Channels in the file, 1 to 65535. <see cref="Read"/> gives one, so <see cref="ISampleSource.Channels"/> is 1.</summary>
    public int FileChannels => _header.Channels;

    /// <summary>8, 16, 24 or 32 for PCM, 32 or 64 for floating point.</summary>
    public int BitsPerSample => _header.Bits;

    /// <summary>
    /// Samples per channel that <see cref="Read"/> gives in all; null when the length is not known. When the stream cannot seek this is
    /// what the header says, and the stream may yet end early.
    /// </summary>
    public long? Length => _header.DataBytes / _header.FrameBytes;

    /// <summary>
    /// The file ends before its data chunk does, as after an interrupted download. Known from the start, or only at the end of a stream
    /// that cannot seek. A length that streaming writers put for "unknown" (0, 0xFFFFFFFF, about 2 GiB) does not count.
    /// </summary>
    public bool Truncated => _header.Truncated || _frames.EndedEarly;

    /// <summary>What may not be as it seems, on one line, so far. Null: nothing.</summary>
    public string? Remark => _frames.Cancelled < LeastCancelled ? null : string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"its {FileChannels} channels cancel each other: their mean is {_frames.Cancelled:0} dB below them, as if one were wired the other way round; choose one with --channel 0");

    /// <summary>Bytes of a second data chunk after the one that was read, which some recorders write; 0: there is none, or it cannot be known. Moves in the stream.</summary>
    public long SecondData()
    {
        if (!_stream.CanSeek || _header.DataBytes is not { } bytes || Truncated || _dataStart + bytes > _stream.Length) return 0;
        Span<byte> chunk = stackalloc byte[8];
        var at = _dataStart + bytes + (bytes & 1);
        for (var chunks = 0; chunks < 1_000 && at + 8 <= _stream.Length; chunks++)
        {
            _stream.Position = at;
            _stream.ReadExactly(chunk);
            var size = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk.StartsWith("data"u8)) return Math.Min(size, _stream.Length - at - 8);
            at += 8 + size + (size & 1);
        }
        return 0;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public int Read(Span<float> samples) => _frames.Read(samples);

    /// <summary>Closes the file or the stream.</summary>
    public void Dispose() => _stream.Dispose();
}
