namespace SuRnnStream.Training.Mel;

/// <summary>One recorded word as log-mel frames.</summary>
/// <param name="File">Where it came from.</param>
/// <param name="Word">What is said: the name of its folder. Of another set it begins with '+', of a synthesiser with <see cref="Synthesised"/>.</param>
/// <param name="Speaker">Who says it, as far as the file's name tells.</param>
/// <param name="Frames">[frames * Bands], row-major.</param>
/// <param name="Start">First audible frame.</param>
/// <param name="End">The frame after the last audible one.</param>
/// <param name="Loudness">Feature of the mean band energy over the audible frames: Scale * ln(energy / Floor).</param>
/// <param name="Target">The teacher's numbers for it; empty: none.</param>
sealed record MelSound(string File, string Word, string Speaker, float[] Frames, int Start, int End, float Loudness, float[] Target)
{
    /// <summary>Begins the word of a sound that no person said.</summary>
    public const char Synthesised = '~';

    /// <summary>True: a synthesiser says it.</summary>
    public bool IsSynthesised => Word.StartsWith(Synthesised);

    /// <summary>The word as a label has it.</summary>
    public string Said => Word.TrimStart(Synthesised);

    public void Write(BinaryWriter to)
    {
        to.Write(File);
        to.Write(Word);
        to.Write(Speaker);
        to.Write(Start);
        to.Write(End);
        to.Write(Loudness);
        FloatArrays.Write(to, Frames);
        FloatArrays.Write(to, Target);
    }

    public static MelSound Read(BinaryReader from)
    {
        string file = from.ReadString(), word = from.ReadString(), speaker = from.ReadString();
        int start = from.ReadInt32(), end = from.ReadInt32();
        var loudness = from.ReadSingle();
        return new MelSound(file, word, speaker, FloatArrays.Read(from), start, end, loudness, FloatArrays.Read(from));
    }
}
