namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>Why a take, a recording of one word, is of no use.</summary>
public enum TakeFault
{
    /// <summary>It is good.</summary>
    None,

    /// <summary>Nothing is audible in it.</summary>
    Silent,

    /// <summary>Samples lie at full scale, several in a row.</summary>
    Clipped,

    /// <summary>The word is so quiet that it drowns in the converter's noise.</summary>
    TooQuiet,

    /// <summary>What is around the word is nearly as loud as the word.</summary>
    TooNoisy,

    /// <summary>The word begins or ends outside the recording.</summary>
    CutOff,

    /// <summary>The audible part is too short for a word.</summary>
    TooShort,

    /// <summary>The audible part is too long for a word.</summary>
    TooLong,

    /// <summary>There is nothing above 4 kHz: it was recorded at 8,000 samples a second or over a telephone.</summary>
    Telephone,
}
