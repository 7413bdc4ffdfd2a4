namespace SuRnnStream;

/// <summary>What is wrong with how a microphone is set up.</summary>
public enum LevelFault
{
    /// <summary>It gives digital silence and nothing else.</summary>
    Silent,

    /// <summary>The loudest parts are so quiet that words drown in the converter's noise.</summary>
    TooQuiet,

    /// <summary>Samples lie at full scale, several in a row.</summary>
    Clipped,

    /// <summary>The mean of the samples is not zero.</summary>
    Offset,

    /// <summary>One channel gives nothing while another one does.</summary>
    DeadChannel,

    /// <summary>There is nothing above 4 kHz: a telephone's codec, or a headset in call mode.</summary>
    NarrowBand,

    /// <summary>The sound is cut to nothing between louder parts, as a noise suppressor does.</summary>
    Holes,
}

/// <summary>One thing to change about a microphone.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Sentence">What was measured, and the remedy.</param>
public sealed record LevelAdvice(LevelFault Fault, string Sentence);
