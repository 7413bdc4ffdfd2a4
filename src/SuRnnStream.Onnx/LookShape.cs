namespace SuRnnStream;

/// <summary>Which windows of the embedding a head reads around the end of a burst.</summary>
/// <param name="Windows">Windows that the head reads side by side, 1 to 64.</param>
/// <param name="Step">Hops of 80 ms from one of them to the next, 1 to 16.</param>
/// <param name="Shifts">How often the head is asked, each time one hop later; its probabilities are averaged. 1 to 16.</param>
/// <param name="LastEnd">Hops from the burst's end to the end of the last window, -16 to 16.</param>
public sealed record LookShape(int Windows, int Step, int Shifts, int LastEnd)
{
    /// <summary>Five windows, every second, at two shifts, ending 640 ms before to 80 ms after the burst: best for words of a second.</summary>
    public static LookShape Commands { get; } = new(5, 2, 2, 1);

    /// <summary>Nine windows at three shifts, ending 640 ms before to 160 ms after the burst: best for longer words in noise.</summary>
    public static LookShape WakeWords { get; } = new(9, 1, 3, 2);

    /// <summary>Windows of all shifts together.</summary>
    public int AllWindows => (Windows - 1) * Step + Shifts;

    /// <summary>Numbers that the head takes.</summary>
    public int Inputs => Windows * SpeechEmbedding.Size;

    /// <summary>Samples of all windows.</summary>
    public int Samples => SpeechEmbedding.SamplesOf(AllWindows);

    /// <summary>Samples after the burst's end that the last window takes; below zero: it ends before.</summary>
    public int SamplesAfter => LastEnd * SpeechEmbedding.Hop;

    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    internal LookShape Validate() =>
        Windows is >= 1 and <= 64 && Step is >= 1 and <= 16 && Shifts is >= 1 and <= 16 && LastEnd is >= -16 and <= 16 ? this
            : throw new ArgumentException($"A head reads 1 to 64 windows, 1 to 16 hops apart, at 1 to 16 shifts, and the last ends -16 to 16 hops after the burst, not {Windows}, {Step}, {Shifts} and {LastEnd}.");
}
