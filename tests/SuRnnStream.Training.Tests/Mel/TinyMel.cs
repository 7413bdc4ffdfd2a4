using SuRnnStream.Training.Judging;
using SuRnnStream.Training.Mel;

namespace SuRnnStream.Training.Tests.Mel;

/// <summary>A corpus of made-up frames for `fit-words`: each command a band of its own that is loud.</summary>
static class TinyMel
{
    static readonly FrontEndConfig FrontEnd = new();

    /// <param name="speechFrames">Of each of four recordings of running speech to train on.</param>
    /// <param name="fileOf">Where the clip of a word lies.</param>
    public static MelCorpus Corpus(int speechFrames = 500, Func<string, string>? fileOf = null)
    {
        var (corpus, random) = (new MelCorpus(), new Random(1));
        foreach (var (sounds, speaker) in new[] { (corpus.Training, "a"), (corpus.Validation, "b"), (corpus.Development, "c") })
            foreach (var (n, word) in JudgingData.CommandWords.Append("bed").Index())
                sounds.Add(new MelSound(fileOf?.Invoke(word) ?? $"{word}.wav", word, speaker, Plane(random, 49, 1, loud: 3 * n), 12, 36, 2.5f, []));
        for (var n = 0; n < 4; n++) corpus.Speech.Add(Plane(random, speechFrames, 2));
        corpus.Noise.Add(Plane(random, 600, 0.5f));
        corpus.ChoosingSpeech.Add(Plane(random, 500, 2));
        corpus.ChoosingNoise.Add(Plane(random, 500, 0.5f));
        return corpus;
    }

    static float[] Plane(Random random, int frames, float level, int loud = -1) =>
        [.. Enumerable.Range(0, frames * FrontEnd.Bands).Select(i => level + random.NextSingle() + (i % FrontEnd.Bands == loud ? 2 : 0))];
}
