using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>How much a folder of near misses may hold. When there would be more, the oldest that nobody has reviewed goes first.</summary>
public sealed record NearMissFolderOptions
{
    /// <summary>Near misses that wait for review, 1 to 1,000,000.</summary>
    public int Keep { get; init; } = 500;

    /// <summary>Megabytes that their sounds take, 1 to 1,000,000: at 16 kHz three seconds are 0.1.</summary>
    public int Megabytes { get; init; } = 100;

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal NearMissFolderOptions Validate()
    {
        Require(Keep is >= 1 and <= 1_000_000, nameof(Keep), Keep, "1 to 1000000");
        Require(Megabytes is >= 1 and <= 1_000_000, nameof(Megabytes), Megabytes, "1 to 1000000");
        return this;
    }
}
