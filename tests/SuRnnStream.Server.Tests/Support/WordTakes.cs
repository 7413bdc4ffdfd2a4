namespace SuRnnStream.Server.Tests.Support;

/// <summary>Takes of the shipped recording's words: each at some speeds, with half a second around it.</summary>
static class WordTakes
{
    static readonly Random Noise = new(7);

    /// <summary>A word of the recording, played at a speed, 1 its own.</summary>
    public static short[] Word(string word, double speed = 1)
    {
        var (_, start, end) = Sample.Words.Single(one => one.Label == word);
        var sound = Sample.Cut(start - 0.5, end + 0.5);
        return [.. Enumerable.Range(0, (int)((sound.Length - 1) / speed)).Select(i => i * speed).Select(at => (short)(sound[(int)at] + (at - (int)at) * (sound[(int)at + 1] - sound[(int)at])))];
    }

    /// <summary>Takes of a word that differ.</summary>
    public static short[][] Of(string word, int count) => [.. Enumerable.Range(0, count).Select(i => Word(word, 0.92 + 0.16 * i / Math.Max(1, count - 1)))];

    /// <summary>A quiet room.</summary>
    public static short[] Quiet(double seconds) => [.. Enumerable.Range(0, (int)(seconds * Sample.Rate)).Select(_ => (short)Noise.Next(-12, 13))];
}
