namespace SuRnnStream;

/// <summary>How one sample is written in bytes, little endian; full scale is 1.</summary>
public enum SampleEncoding
{
    /// <summary>8-bit PCM, unsigned.</summary>
    U8,

    /// <summary>16-bit PCM.</summary>
    S16,

    /// <summary>24-bit PCM in three bytes.</summary>
    S24,

    /// <summary>32-bit PCM.</summary>
    S32,

    /// <summary>32-bit IEEE float; what is not finite is read as 0.</summary>
    F32,

    /// <summary>64-bit IEEE float; what is not finite, or not as a 32-bit float, is read as 0.</summary>
    F64,

    /// <summary>24-bit PCM in the low three of four bytes, as ALSA's S24_LE is.</summary>
    S24In32,
}
