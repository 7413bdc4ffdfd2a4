using System.Globalization;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;
using SuRnnStream.Training.Mel;

namespace SuRnnStream.Training.WordSpaces;

/// <summary>What all judgements of enrolments are made on, and how they say it.</summary>
static class EnrolmentSounds
{
    /// <summary>Words that enrolment is judged and its settings are chosen by: no word space and no bank may learn from them, recorded or synthesised.</summary>
    public static readonly IReadOnlyList<string> JudgedWords = ["computer", "alexa", "jarvis", "snowboy", "smart_mirror", "view_glass", "hey_computer"];

    /// <summary>True: one of <see cref="JudgedWords"/>, from whatever set.</summary>
    public static bool IsJudged(string word) => JudgedWords.Contains(word.TrimStart('+', MelSound.Synthesised));

    /// <summary>Speech without the judged words, of speakers that nothing of enrolment was trained on.</summary>
    /// <param name="sounds">Where it lies.</param>
    /// <param name="purpose">Of the speakers.</param>
    /// <param name="wide">
    /// False: what is known to have no command either. True, to report by: utterances with commands and without a transcript too, and the telephone callers of the training split, whom a share-alike licence keeps out of every training.
    /// </param>
    /// <param name="noCallers">No telephone callers: they say the words that only telephone recordings have.</param>
    public static IReadOnlyList<SplitSpeech> SpeechToJudge(JudgingData sounds, Purpose purpose, bool wide, bool noCallers = false)
    {
        if (noCallers) return [.. SpeechToJudge(sounds, purpose, wide).Where(one => one.Kind != SpeechKind.Telephone)];
        if (!wide) return sounds.SpeechWithoutCommands(purpose);
        IEnumerable<SplitSpeech> callers = purpose == Purpose.Reporting ? sounds.Speech(Purpose.Training).Where(one => one.Kind == SpeechKind.Telephone) : [];
        return [.. sounds.Speech(purpose).Concat(callers).Where(one => !one.Said.Split(' ').Any(IsJudged))];
    }

    /// <summary>Recordings of noise that nothing was trained on, at <paramref name="rate"/>.</summary>
    public static IReadOnlyList<float[]> Beds(JudgingData sounds, int rate) => [.. sounds.Noise(Purpose.Choosing).Concat(sounds.Noise(Purpose.Reporting)).Select(one => one.Cut(Corpus.Read(one.File, rate)))];

    /// <summary>As many as asked for, spread evenly from first to last.</summary>
    public static IEnumerable<T> Thin<T>(IReadOnlyList<T> all, int count) => count >= all.Count ? all : Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)]);

    /// <summary>The order of recordings of a draw: the first are takes, the rest are judged.</summary>
    public static int[] Drawn(int recordings, int seed, int takes, int draw)
    {
        int[] order = [.. Enumerable.Range(0, recordings)];
        new Random(SegmentMaker.HashCode(seed, takes, draw)).Shuffle(order);
        return order;
    }

    /// <summary>Mean and spread of some draws.</summary>
    public static string Text<T>(IReadOnlyCollection<T> points, Func<T, double> of)
    {
        var mean = points.Average(of);
        return string.Create(CultureInfo.InvariantCulture, $"{mean:0.0} +- {Math.Sqrt(points.Average(point => Math.Pow(of(point) - mean, 2))):0.0}");
    }
}
