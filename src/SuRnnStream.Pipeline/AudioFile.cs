namespace SuRnnStream;

/// <summary>
/// A file of sound. WAV is read by <see cref="WavFile"/>; FLAC, MP3, Ogg, Opus, M4A and whatever else ffmpeg reads is decoded by an ffmpeg
/// process, where that program is installed, at the file's own rate. Kinds that <see cref="AddCodec"/> brings need no ffmpeg. Of several channels the mean is read.
/// </summary>
public sealed class AudioFile : ISampleSource, IDisposable
{
    const int StartBytes = 256, PipeStartBytes = 64; // the header of an Ogg's first page and packet
    const int LowestRate = 1_000; // Hz: below there is no sound, and every second of it would become 16,000 samples

    static readonly Lock Adding = new();
    static ISoundCodec[] _codecs = [];

    readonly WavFile _wav;
    readonly Ffmpeg? _ffmpeg;           // writes that WAV,
    readonly ISoundDecoder? _decoder;   // or this does; both null: the file is one
    bool _ended;

    AudioFile(string name, WavFile wav, Ffmpeg? ffmpeg = null, ISoundDecoder? decoder = null) => (Name, _wav, _ffmpeg, _decoder) = (name, wav, ffmpeg, decoder);

    /// <summary>How the files end that folders are searched for, in lower case.</summary>
    public static IReadOnlyList<string> Extensions { get; } =
        [".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".wma", ".aif", ".aiff", ".aifc", ".caf", ".au", ".snd", ".amr", ".w64", ".webm", ".mka", ".mkv", ".mp4",
        ".wave", ".bwf", ".rf64", ".bw64", ".3gp", ".3g2", ".mov", ".m4b", ".mp2", ".ac3", ".wv", ".ape", ".spx", ".tta"];

    /// <summary>The path.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public int SampleRate => _wav.SampleRate;

    /// <summary>
    /// What was wrong with a file of which the rest could be read all the same, on one line: it ends early, has a second sound, or ffmpeg complained.
    /// Known at the end. Null: nothing.
    /// </summary>
    public string? Damage { get; private set; }

    /// <summary>What may not be as it seems: channels that cancel each other in the mean. Known at the end. Null: nothing.</summary>
    public string? Remark => _wav.Remark;

    /// <summary>From now on the files that this process opens and the codec reads are decoded by it, and by ffmpeg only where it fails. Any thread. A codec of a name that was added before takes its place.</summary>
    public static void AddCodec(ISoundCodec codec)
    {
        ArgumentNullException.ThrowIfNull(codec);
        lock (Adding) _codecs = [.. _codecs.Where(known => known.Name != codec.Name), codec];
    }

    /// <summary>Opens a file, by what is in it rather than by its name.</summary>
    /// <param name="path">The file; also its <see cref="Name"/>.</param>
    /// <param name="channel">The channel to read, counted from 0; null for the mean of all of them.</param>
    /// <exception cref="InvalidAudioException">It cannot be read, or not without ffmpeg, which is not installed; the message says what to do.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read, or is a directory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The file has no such channel.</exception>
    public static AudioFile Open(string path, int? channel = null)
    {
        try
        {
            return Open(path, Environment.GetEnvironmentVariable("PATH"), channel);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new ArgumentOutOfRangeException(null, $"{path}: there is no channel {channel} in it");
        }
    }

    /// <summary>The sounds of a folder, in the order of their names.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="below">Those in folders inside it too. Hidden files and folders stay out.</param>
    /// <param name="unreadable">Told of each folder inside that cannot be read, which is then left out; null: that throws.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">A folder cannot be read, and nobody is told.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static IReadOnlyList<string> In(string folder, bool below = true, Action<string, Exception>? unreadable = null) => Directory.Exists(folder)
        ? FolderWalk.Files(folder, below, file => Extensions.Contains(Path.GetExtension(file).ToLowerInvariant()), unreadable)
        : throw new DirectoryNotFoundException($"{folder}: there is no such folder");

    /// <summary>All samples of a file at a rate.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sampleRate">Samples per second, above zero.</param>
    /// <param name="channel">The channel to read, counted from 0; null for the mean of all of them.</param>
    /// <param name="ended">Given the file at its end, before it is closed: for its rate, <see cref="Damage"/> and <see cref="Remark"/>.</param>
    /// <exception cref="InvalidAudioException">It cannot be read, or not without ffmpeg, which is not installed; the message says what to do.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read, or is a directory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not above zero, or the file has no such channel.</exception>
    public static float[] ReadAll(string path, int sampleRate, int? channel = null, Action<AudioFile>? ended = null)
    {
        using var file = Open(path, channel);
        var source = Resampler.To(file, sampleRate);
        var (samples, filled) = (new float[16_384], 0);
        while (source.Read(samples.AsSpan(filled)) is > 0 and var got)
        {
            filled += got;
            if (filled == samples.Length) Array.Resize(ref samples, 2 * filled);
        }
        ended?.Invoke(file);
        return samples[..filled];
    }

    /// <param name="path">The file.</param>
    /// <param name="programs">Folders where ffmpeg may be, written as in PATH.</param>
    /// <param name="channel">The channel to read; null for the mean.</param>
    internal static AudioFile Open(string path, string? programs, int? channel = null)
    {
        // Opened once: a pipe would lose what a first look at it takes.
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan);
        var keep = false;
        try
        {
            var start = Start(file);
            if (Coding(path, start) is { } coding)
            {
                if (Array.Find(_codecs, known => known.Knows(start)) is not { } codec) return Decode(path, coding, programs, channel);
                keep = true; // closed by the decoder
                return Decode(codec, file, path, channel, lastResort: Ffmpeg.Find(programs) is null) ?? Decode(path, coding, programs, channel);
            }
            var wav = new AudioFile(path, Sound(WavFile.Open(file, path, channel)));
            keep = true;
            return wav;
        }
        catch (InvalidAudioException coded) when (coded.Coding is not null && file.CanSeek)
        {
            return Decode(path, $"a WAV of {coded.Coding}", programs, channel);
        }
        finally
        {
            if (!keep) file.Dispose();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidAudioException">ffmpeg has given up on the file; what it could decode was read before.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public int Read(Span<float> samples)
    {
        var got = _wav.Read(samples);
        if (got > 0 || samples.IsEmpty || _ended) return got;
        _ended = true;
        if (_decoder is not null)
        {
            Damage = _decoder.Damage;
            return 0;
        }
        if (_ffmpeg is null)
        {
            Damage = _wav.Truncated ? "the file ends before its sound does" : _wav.SecondData() is > 0 and var more ? $"there is a second data chunk of {more} bytes, which is not read" : null;
            return 0;
        }
        var exitCode = _ffmpeg.WaitForExit();
        if (exitCode != 0) throw Unreadable(Name, _ffmpeg);
        Damage = _ffmpeg.Complaint;
        return 0;
    }

    /// <summary>Closes the file, and ends ffmpeg.</summary>
    public void Dispose()
    {
        _ffmpeg?.Dispose();
        _wav.Dispose();
    }

    /// <summary>The first bytes of a file, which is at its start again; none of a pipe.</summary>
    static byte[] Start(FileStream file)
    {
        if (!file.CanSeek) return [];
        var start = new byte[StartBytes];
        var got = file.ReadAtLeast(start, StartBytes, throwOnEndOfStream: false);
        file.Position = 0;
        return start[..got];
    }

    /// <summary>What the file is if it is sound but no WAV; null: WAV, or nothing that is known.</summary>
    static string? Coding(string path, ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty) return null;
        if (FileKind.GuessSound(start) is { } coding) return coding;
        var extension = Path.GetExtension(path).ToLowerInvariant();
        var wav = extension == ".wav" || start.StartsWith("RIFF"u8) || start.StartsWith("RF64"u8) || start.StartsWith("BW64"u8);
        return !wav && FileKind.GuessOther(start) is null && Extensions.Contains(extension) ? extension[1..].ToUpperInvariant() : null;
    }

    /// <exception cref="InvalidAudioException">The rate is none of sound.</exception>
    static WavFile Sound(WavFile wav) => wav.SampleRate >= LowestRate ? wav
        : throw new InvalidAudioException(wav.Name, 24, $"the sample rate is {wav.SampleRate} Hz, which is no sound", $"give one of {LowestRate} Hz and more");

    /// <summary>
    /// Sound that comes through a pipe as a file would hold it: a WAV, or what ffmpeg decodes. Null: it begins as none of these, and its first bytes
    /// are in <paramref name="input"/> again.
    /// </summary>
    /// <param name="input">The pipe, at its first byte. Where the sound is opened it belongs to the file; else a stream takes its place that gives the first bytes again.</param>
    /// <param name="name">For messages, and the <see cref="Name"/>.</param>
    /// <param name="channel">The channel to read, counted from 0; null for the mean of all of them.</param>
    /// <exception cref="InvalidAudioException">It cannot be read, or not without ffmpeg, which is not installed; the message says what to do.</exception>
    /// <exception cref="IOException">The pipe cannot be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The sound has no such channel.</exception>
    public static AudioFile? TryOpen(ref Stream input, string name, int? channel = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(name);
        var start = new byte[PipeStartBytes];
        var got = input.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        input = new RestoredStream(start.AsMemory(0, got), input);
        ReadOnlySpan<byte> first = start.AsSpan(0, got);
        var wav = (first.StartsWith("RIFF"u8) || first.StartsWith("RF64"u8) || first.StartsWith("BW64"u8)) && first.Length >= 12 && first[8..].StartsWith("WAVE"u8);
        if (wav) return new AudioFile(name, Sound(WavFile.Open(input, name, channel)));
        // Only what no raw sound begins with: an MP3 frame's 11 bits are a sample like any other.
        string? coding = first switch
        {
            _ when first.StartsWith("fLaC"u8) => "FLAC",
            _ when first.StartsWith("OggS"u8) => "Ogg",
            _ when first.StartsWith("caff"u8) => "CAF",
            _ when first.StartsWith("FORM"u8) && first.Length >= 12 && first[8..].StartsWith("AIF"u8) => "AIFF",
            _ when first.Length >= 8 && first[4..].StartsWith("ftyp"u8) => "MP4",
            _ => null,
        };
        if (coding is null) return null;
        if (coding == "Ogg" && Array.Find(_codecs, known => known.Knows(start.AsSpan(0, got))) is { } codec) return Decode(codec, input, name, channel, lastResort: true);
        var program = Ffmpeg.Find(Environment.GetEnvironmentVariable("PATH"))
            ?? throw new InvalidAudioException(name, $"{coding} needs ffmpeg, which is not installed", "apt-get install ffmpeg, or send WAV or raw sound");
        var ffmpeg = new Ffmpeg(program, name, input);
        try
        {
            return new AudioFile(name, Sound(WavFile.Open(ffmpeg.Output, name, channel)), ffmpeg);
        }
        catch (InvalidAudioException)
        {
            ffmpeg.WaitForExit();
            throw Unreadable(name, ffmpeg);
        }
    }

    /// <summary>Decodes by a codec. Null: it cannot, and something else is tried.</summary>
    /// <exception cref="InvalidAudioException">It cannot, and there is nothing else.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    static AudioFile? Decode(ISoundCodec codec, Stream sound, string name, int? channel, bool lastResort)
    {
        ISoundDecoder decoder;
        try
        {
            decoder = codec.Open(sound);
        }
        catch (Exception undecodable) when (undecodable is not OutOfMemoryException) // decoders of others fail in many ways
        {
            sound.Dispose();
            if (undecodable is not IOException && !lastResort) return null;
            throw undecodable as IOException ?? new InvalidAudioException(name, $"this {codec.Name} cannot be decoded: {undecodable.Message.TrimEnd('.')}", "replace the file, or convert it to WAV with a program that can");
        }
        try
        {
            return new AudioFile(name, Sound(WavFile.Open(new DecodedWav(name, codec.Name, decoder), name, channel)), decoder: decoder);
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    static AudioFile Decode(string path, string coding, string? programs, int? channel)
    {
        var program = Ffmpeg.Find(programs)
            ?? throw new InvalidAudioException(path, $"{coding} needs ffmpeg, which is not installed", "apt-get install ffmpeg, or convert to WAV");
        var ffmpeg = new Ffmpeg(program, path);
        try
        {
            return new AudioFile(path, Sound(WavFile.Open(ffmpeg.Output, path, channel)), ffmpeg);
        }
        catch (InvalidAudioException unreadable) when (unreadable.Coding is null)
        {
            ffmpeg.WaitForExit();
            throw Unreadable(path, ffmpeg);
        }
        catch
        {
            ffmpeg.Dispose();
            throw;
        }
    }

    static InvalidAudioException Unreadable(string path, Ffmpeg ffmpeg)
    {
        using (ffmpeg) return new InvalidAudioException(path, $"ffmpeg cannot decode it: {ffmpeg.Complaint ?? "it says nothing of the reason"}", "replace the file, or convert it to WAV with a program that can");
    }
}
