namespace SuRnnStream.Evaluation.Spoken;

/// <summary>Programs that speak.</summary>
[Flags]
enum Engines
{
    None = 0,

    /// <summary>espeak-ng, every accent and variant of a language.</summary>
    Espeak = 1,

    /// <summary>mbrola's voices, by way of espeak-ng.</summary>
    Mbrola = 2,

    /// <summary>flite, of English.</summary>
    Flite = 4,

    /// <summary>SVOX Pico.</summary>
    Pico = 8,

    All = Espeak | Mbrola | Flite | Pico,
}
