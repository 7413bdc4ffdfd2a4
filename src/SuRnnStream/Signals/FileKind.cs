namespace SuRnnStream;

/// <summary>Guesses by its first bytes what a file is that turned out not to be a WAV, so that a message can say it or something else can decode it.</summary>
public static class FileKind
{
    /// <summary>What kind of sound it is that is no WAV, such as <c>FLAC</c>.</summary>
    /// <param name="start">The first bytes of the file; some 100 of them are enough.</param>
    /// <returns>Words that complete "this looks like", or null if it is not sound that could be converted.</returns>
    public static string? GuessSound(ReadOnlySpan<byte> start) => start switch
    {
        _ when start.StartsWith("fLaC"u8) => "FLAC",
        _ when start.StartsWith("OggS"u8) => "Ogg (Vorbis or Opus)",
        _ when start.StartsWith("ID3"u8) => "MP3",
        _ when start.StartsWith("FORM"u8) => "AIFF",
        _ when start.StartsWith("caff"u8) => "Core Audio (CAF)",
        _ when start.StartsWith("riff"u8) => "Sony Wave64",
        _ when start.StartsWith("RIFX"u8) => "a big-endian WAV (RIFX)",
        _ when start.StartsWith(".snd"u8) => "Sun AU",
        _ when start.StartsWith("#!AMR"u8) => "AMR",
        _ when start.Length >= 8 && start[4..].StartsWith("ftyp"u8) => "MP4 or M4A (AAC)",
        _ when start.StartsWith<byte>([0x1A, 0x45, 0xDF, 0xA3]) => "Matroska or WebM",
        [0xFF, var b, ..] when (b & 0xE6) == 0xE2 => "MP3",
        [0xFF, var b, ..] when (b & 0xF6) == 0xF0 => "AAC (ADTS)",
        _ => null,
    };

    /// <summary>What it is that is no sound, such as <c>a zip archive</c> or <c>text</c>.</summary>
    /// <param name="start">The first bytes of the file; some 100 of them are enough.</param>
    /// <returns>Words that complete "this looks like", or null.</returns>
    public static string? GuessOther(ReadOnlySpan<byte> start) => start switch
    {
        _ when start.StartsWith("PK\x3\x4"u8) => "a zip archive",
        _ when start.StartsWith<byte>([0x1F, 0x8B]) => "a gzip archive",
        _ when start.StartsWith("version https://git-lfs"u8) => "a Git LFS pointer (text); the audio was not downloaded",
        _ when IsText(start) => "text",
        _ when !start.ContainsAnyExcept((byte)0) => "zero bytes, as an interrupted download or a full disk leaves",
        _ => null,
    };

    static bool IsText(ReadOnlySpan<byte> start)
    {
        if (start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) return true; // byte order marks of UTF-16
        foreach (var b in start)
            if (b is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r') or 0x7F or 0xFF) return false;
        return !start.IsEmpty;
    }
}
