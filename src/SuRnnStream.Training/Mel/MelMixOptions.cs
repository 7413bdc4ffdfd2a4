namespace SuRnnStream.Training.Mel;

/// <summary>How segments are put together in the mel plane; parts and chances lie in [0, 1].</summary>
sealed record MelMixOptions
{
    /// <summary>Frames in a segment.</summary>
    public int Frames { get; init; } = 150;

    /// <summary>Chance of a second word in a segment of words.</summary>
    public double SecondWord { get; init; } = 0.65;

    /// <summary>Part of the segments that is noise alone.</summary>
    public double NoiseOnly { get; init; } = 0.12;

    /// <summary>Part of the segments that is running speech.</summary>
    public double SpeechOnly { get; init; } = 0.28;

    /// <summary>Part of the segments in which a word follows running speech, 0.1 to 1 s after its end.</summary>
    public double AfterSpeech { get; init; } = 0.12;

    /// <summary>Frames after the last audible one of running speech until which *unknown* may stand; then only silence may.</summary>
    public int UnknownAfter { get; init; } = 12;

    /// <summary>Part of the running speech that is cut where a network took something for a word, as far as there is such.</summary>
    public double HardSpeech { get; init; } = 0.5;

    /// <summary>Part of the segments with words or running speech in which no noise lies under them, so that digital silence is round them.</summary>
    public double NoNoise { get; init; } = 0.08;

    /// <summary>Part of the segments of words with a talker in the background, 12 to 32 dB below them, who is no more than noise: there silence alone is right.</summary>
    public double Talker { get; init; }

    /// <summary>Part of the noise under words and speech that is loud: from as loud as they are and 3 dB more to 15 dB below.</summary>
    public double LoudNoise { get; init; }

    /// <summary>Part of the words that is unknown.</summary>
    public double Unknown { get; init; } = 0.33;

    /// <summary>Part of a word after which its label may stand.</summary>
    public double MayStand { get; init; } = 0.60;

    /// <summary>Part of a word after which its label must stand.</summary>
    public double MustStand { get; init; } = 0.95;

    /// <summary>Frames after a word in which its label must still stand.</summary>
    public int StandsAfter { get; init; } = 8;

    /// <summary>Frames after a word after which its label must be gone.</summary>
    public int GoneAfter { get; init; } = 22;
}
