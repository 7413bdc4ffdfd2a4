using static SuRnnStream.OptionCheck;

namespace SuRnnStream.Evaluation.Mixing;

/// <summary>What a made-up stream is to have in it.</summary>
public sealed record StreamOptions
{
    /// <summary>Folder of clips in folders named after what is heard in them: LABEL/*.wav, or any format that <see cref="AudioFile"/> reads.</summary>
    public required string Clips { get; init; }

    /// <summary>The folders whose clips are events.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Folder of recordings to put the clips into: noise, or speech without the labels. Null: pink noise.</summary>
    public string? Background { get; init; }

    /// <summary>Length of the stream, above zero to ten hours.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Clips of the labels, taken from each in turn; 1 or more.</summary>
    public int Targets { get; init; } = 50;

    /// <summary>Clips of the folders that are no labels, which nothing should be detected in; 0 or more.</summary>
    public int Others { get; init; }

    /// <summary>RMS of the clips' audible parts against that of the whole background, in dB, -200 to 200.</summary>
    public double Snr { get; init; } = 20;

    /// <summary>RMS of every clip's audible part in dB, -90 to 0, which is full scale.</summary>
    public double Level { get; init; } = -20;

    /// <summary>Chooses clips, places and background: the same seed makes the same stream.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Samples per second, 1000 to 192000.</summary>
    public int SampleRate { get; init; } = 16_000;

    /// <exception cref="ArgumentException">A value is outside its range, or there are no labels.</exception>
    internal void Validate()
    {
        Waveform.RequireRatio(Snr);
        if (Labels.Count == 0) throw new ArgumentException("A stream needs labels.");
        if (Labels.Distinct().Count() < Labels.Count) throw new ArgumentException($"A label is named twice: {string.Join(", ", Labels)}.");
        Require(Length > TimeSpan.Zero && Length <= TimeSpan.FromHours(10), nameof(Length), Length, "above 0 to 10:00:00 (hours:minutes:seconds)");
        Require(Targets >= 1, nameof(Targets), Targets, "1 or more");
        Require(Others >= 0, nameof(Others), Others, "0 or more");
        Require(Level is >= -90 and <= 0, nameof(Level), Level, "-90 to 0 dB");
        Require(SampleRate is >= 1000 and <= 192_000, nameof(SampleRate), SampleRate, "1000 to 192000 samples a second");
    }
}
