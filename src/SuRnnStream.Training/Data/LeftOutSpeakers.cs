using SuRnnStream.Training.Judging;
using SuRnnStream.Training.Mel;

namespace SuRnnStream.Training.Data;

/// <summary>Training speakers of running speech that networks do not learn from, so that thresholds can be chosen by their hours.</summary>
static class LeftOutSpeakers
{
    /// <summary>One of this many is left out.</summary>
    public const int Folds = 4;

    /// <summary>True: this speaker is kept for thresholds.</summary>
    public static bool Has(string speaker) => speaker.Aggregate(17u, (hash, c) => unchecked(hash * 31 + c)) / 7 % Folds == 0;

    /// <summary>Takes their speech from what is mixed.</summary>
    public static void Drop(MelCorpus corpus, JudgingData sounds)
    {
        var files = MelCorpus.SpeechFiles(sounds);
        if (files.Count != corpus.Speech.Count) throw new InvalidDataException($"The cache of planes has {corpus.Speech.Count} recordings of speech, the data {files.Count}: delete it.");
        var speakers = sounds.Speech(Purpose.Training).ToDictionary(one => one.File, one => one.Speaker);
        var kept = files.Index().Where(file => !Has(speakers[file.Item])).Select(file => corpus.Speech[file.Index]).ToArray();
        corpus.Speech.Clear();
        corpus.Speech.AddRange(kept);
    }
}
