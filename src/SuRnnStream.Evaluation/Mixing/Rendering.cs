namespace SuRnnStream.Evaluation.Mixing;

/// <summary>What can be done to a sound without any recording of noise or rooms.</summary>
public enum Rendering
{
    /// <summary>Nothing: as recorded.</summary>
    Clean,

    /// <summary>Pink noise, 10 dB below the events unless another ratio is asked for.</summary>
    Noise,

    /// <summary>A made room with a reverberation time of 0.5 s and as much reverberation as direct sound.</summary>
    Room,

    /// <summary>The band of a telephone, 300 to 3,400 Hz, in the 8 bits of mu-law (ITU-T G.711).</summary>
    Telephone,

    /// <summary>Pitch and formants higher by 20 to 40 %, at the same speed: an adult's voice made a child's.</summary>
    Child,

    /// <summary>20 dB quieter.</summary>
    Quiet,

    /// <summary>Played by a small loudspeaker: without low notes, slightly overdriven, in a small room (0.25 s).</summary>
    Loudspeaker,
}
