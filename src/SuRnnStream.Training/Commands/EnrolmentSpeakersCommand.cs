using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Evaluation.Enrolment;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;
using SuRnnStream.Training.WordSpaces;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train enrolment-speakers`: one speaker's word, with and without --only-me.</summary>
sealed class EnrolmentSpeakersCommand
{
    const int LeastTakes = 8;

    /// <summary>Enrols each word of each speaker that nothing learnt from and who said it eight times or more; judges on the speaker's other takes, on others who say the same word, on other words and on speech.</summary>
    /// <param name="space">The word space.</param>
    /// <param name="data">Folder of the unpacked data.</param>
    /// <param name="more">Folder of what more-speech.py makes; of words-more the speakers with split validation.</param>
    /// <param name="model">-m, The first stage.</param>
    /// <param name="takes">Takes of an enrolment.</param>
    /// <param name="words">Words of each speaker, at most.</param>
    /// <param name="snr">Noise below, in dB.</param>
    /// <param name="budget">False alarms an hour.</param>
    /// <param name="seed">Of the draws.</param>
    [Command("enrolment-speakers")]
    public void Judge([Argument] string space, string data, string more, string model = "models/commands.surnn", int takes = 5, int words = 20, double snr = 20, double budget = 0.5, int seed = 1)
    {
        var (proposer, file, sounds) = (ModelFile.Load(model), WordSpace.Load(space), new JudgingData(data, more));
        var rate = proposer.Config.RequireFrontEnd().SampleRate;
        var beds = EnrolmentSounds.Beds(sounds, rate);
        var judge = new EnrolmentJudge(proposer, file);
        var root = Path.Combine(more, "words-more");
        var recorded = File.ReadLines(Path.Combine(root, "manifest.tsv")).Skip(1).Select(line => line.Split('\t')).Where(cells => cells[3] == "validation")
            .GroupBy(cells => (Word: cells[1], Speaker: cells[2])).Where(group => group.Count() >= LeastTakes).ToDictionary(group => group.Key, group => judge.Words([.. group.Select(cells => Path.Combine(root, cells[0]))], beds, snr));
        var others = judge.Words([.. sounds.Clips(Purpose.Choosing).Concat(sounds.Clips(Purpose.Reporting)).Where(clip => clip.Label != Corpus.Silence).Select(clip => clip.File).Where((_, i) => i % 3 == 0)], beds, snr);
        var speech = judge.Talk(sounds.SpeechWithoutCommands(Purpose.Reporting), beds, snr);
        Console.WriteLine(FormattableString.Invariant($"{recorded.Count} words of {recorded.Keys.Select(key => key.Speaker).Distinct().Count()} speakers; {others.Count} clips of other words; {speech.Hours:0.00} h of speech; {snr} dB noise"));
        foreach (var onlyMe in new[] { false, true })
        {
            var enroller = new WordEnroller(proposer, file, new EnrolmentOptions { FalseAlarmsPerHour = budget, OnlyMe = onlyMe, Seed = seed });
            var (own, same, other, alarms, count, refused) = (new Tally(), new Tally(), new Tally(), 0, 0, 0);
            foreach (var ((word, speaker), takesOf) in recorded.Where(one => recorded.Keys.Where(key => key.Speaker == one.Key.Speaker).Select(key => key.Word).Order(StringComparer.Ordinal).ToList().IndexOf(one.Key.Word) < words))
            {
                EnrolmentJudge.Recording[] drawn = [.. takesOf];
                new Random(SegmentMaker.HashCode(seed, word.Length, speaker.Length)).Shuffle(drawn);
                SuRnnModel enrolled;
                try
                {
                    enrolled = enroller.Enroll("word", [.. drawn.Take(takes).Select(one => new Take(Path.GetFileName(one.File), Corpus.Read(one.File, rate)))]).Model;
                }
                catch (InvalidDataException odd)
                {
                    if (refused++ == 0) Console.WriteLine(odd.Message);
                    continue;
                }
                var scorer = new EnrolmentJudge.Scorer(enrolled, "word");
                bool Accepts(EnrolmentJudge.Recording one) => one.Vectors.Any(vector => scorer.Score(vector) >= 0);
                own.Add(drawn.Skip(takes), Accepts);
                same.Add(recorded.Where(one => one.Key.Word == word && one.Key.Speaker != speaker).SelectMany(one => one.Value), Accepts);
                other.Add(others, Accepts);
                alarms += speech.Vectors.Count(vector => scorer.Score(vector) >= 0);
                count++;
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(onlyMe ? "only me" : "any voice")}: {count} enrolments of {takes} takes ({refused} refused for odd takes): own missed {own.Of - own.Count} of {own.Of} ({100.0 * (own.Of - own.Count) / Math.Max(1, own.Of):0.0} %); the same word by others accepted {same.Count} of {same.Of} ({100.0 * same.Count / Math.Max(1, same.Of):0.0} %); other words accepted {other.Count} of {other.Of} ({100.0 * other.Count / Math.Max(1, other.Of):0.00} %); {alarms / (speech.Hours * Math.Max(1, count)):0.00} false alarms an hour of speech"));
        }
    }

    sealed class Tally
    {
        public int Count { get; private set; }
        public int Of { get; private set; }

        public void Add(IEnumerable<EnrolmentJudge.Recording> recordings, Func<EnrolmentJudge.Recording, bool> accepts)
        {
            foreach (var one in recordings) (Count, Of) = (Count + (accepts(one) ? 1 : 0), Of + 1);
        }
    }
}
