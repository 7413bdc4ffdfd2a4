using System.Diagnostics;
using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Evaluation.Enrolment;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;
using SuRnnStream.Training.WordSpaces;
using static SuRnnStream.Training.TimedLines;
using static SuRnnStream.Training.WordSpaces.EnrolmentSounds;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train enrolment`: what `surnn enroll` is worth, by the number of takes.</summary>
sealed class EnrolmentCommand
{
    /// <summary>Enrols words from random draws of their recordings and judges them on the other recordings and on speech of speakers that nothing learnt from.</summary>
    /// <param name="space">The word space.</param>
    /// <param name="data">Folder of the unpacked data.</param>
    /// <param name="more">Folder of what more-speech.py makes.</param>
    /// <param name="model">-m, The first stage.</param>
    /// <param name="words">Folders of wake-words, with commas between.</param>
    /// <param name="takes">Numbers of takes, with commas between.</param>
    /// <param name="draws">Draws of each.</param>
    /// <param name="snr">Noise below recordings and speech, in dB.</param>
    /// <param name="budget">False alarms an hour.</param>
    /// <param name="say">Synthesised takes of a text-only enrolment; 0: it is not judged.</param>
    /// <param name="reporting">False: speech of the speakers to choose by; true: of those to report by.</param>
    /// <param name="wide">Also on more speech of speakers that nothing learnt from: telephone callers, utterances with commands.</param>
    /// <param name="noCallers">No speech of telephone callers: they say the words that only telephone recordings have.</param>
    /// <param name="trained">A trained model, judged on the same streams where it has the word; empty: none.</param>
    /// <param name="seed">Of the draws.</param>
    [Command("enrolment")]
    public void Judge([Argument] string space, string data, string? more = null, string model = "models/commands.surnn", string words = "computer,alexa,jarvis,snowboy", string takes = "1,3,5,10,20,50", int draws = 10, double snr = 10, double budget = 0.5, int say = 0, bool reporting = false, bool wide = false, bool noCallers = false, string trained = "", int seed = 1)
    {
        var (proposer, file, sounds, clock) = (ModelFile.Load(model), WordSpace.Load(space), new JudgingData(data, more), Stopwatch.StartNew());
        var rate = proposer.Config.RequireFrontEnd().SampleRate;
        var beds = Beds(sounds, rate);
        var judge = new EnrolmentJudge(proposer, file);
        IReadOnlyList<SplitSpeech> Heard(bool more) => SpeechToJudge(sounds, reporting ? Purpose.Reporting : Purpose.Choosing, more, noCallers);
        var talk = Heard(more: false);
        var speeches = new List<EnrolmentJudge.Speech>();
        foreach (var heard in wide ? [talk, Heard(more: true)] : new[] { talk })
        {
            speeches.Add(judge.Talk(heard, beds, snr));
            Say(clock, $"speech: {speeches[^1].Hours:0.00} h of {heard.Select(one => one.Speaker).Distinct().Count()} speakers, {speeches[^1].Vectors.Count} candidates; {snr} dB noise; budget {budget} an hour, so at most {(int)(budget * speeches[^1].Hours)}");
        }
        var rival = trained.Length == 0 ? null : ModelFile.Load(trained);
        var (recorded, counts) = (new Dictionary<string, IReadOnlyList<EnrolmentJudge.Recording>>(), FitCommand.Split(takes).Select(count => int.Parse(count, CultureInfo.InvariantCulture)).ToArray());
        var enroller = new WordEnroller(proposer, file, new EnrolmentOptions { FalseAlarmsPerHour = budget, Seed = seed });
        foreach (var word in FitCommand.Split(words))
        {
            string[] files = [.. Directory.GetFiles(Path.Combine(sounds.Folder("wake-words"), word), "*.wav").Order(StringComparer.Ordinal)];
            recorded[word] = judge.Words(files, beds, snr);
            Say(clock, $"{word}: {files.Length} recordings, {recorded[word].Count(one => one.Vectors.Count == 0)} without a candidate");
            var read = files.ToDictionary(name => name, name => new Take(Path.GetFileName(name), Corpus.Read(name, rate)));
            foreach (var count in counts.Where(count => count <= files.Length / 2 + 5))
            {
                var (points, refused, times, cpus) = (speeches.Select(_ => new List<EnrolmentJudge.Point>()).ToArray(), 0, new List<double>(), new List<double>());
                for (var draw = 0; draw < draws; draw++)
                {
                    string[] drawn = [.. Drawn(files.Length, seed, count, draw).Select(i => files[i])];
                    SuRnnModel? enrolled = null;
                    Take[] named = [.. drawn.Take(count).Select(name => read[name])];
                    var (started, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                    try
                    {
                        enrolled = enroller.Enroll(word, named).Model;
                    }
                    catch (InvalidDataException odd)
                    {
                        if (refused++ == 0) Say(clock, $"  {odd.Message}");
                        enrolled = Without(enroller, word, named);
                    }
                    if (enrolled is null) continue;
                    times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                    cpus.Add((Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds);
                    var chosen = drawn.Take(count).ToHashSet();
                    foreach (var (speech, own) in speeches.Zip(points)) own.Add(EnrolmentJudge.Of(enrolled, word, [.. recorded[word].Where(one => !chosen.Contains(one.File))], speech, budget));
                }
                if (times.Count == 0) continue;
                foreach (var (speech, own) in speeches.Zip(points)) Say(clock, $"{word,-14} {count,3} takes: missed {Text(own, point => 100 * point.MissedAtBudget)} % at {budget}/h of {speech.Hours:0.00} h; as enrolled {Text(own, point => 100 * point.Missed)} % at {Text(own, point => point.Alarms)} an hour");
                Say(clock, $"{word,-14} {count,3} takes: {refused} of {draws} with odd takes left out; {times.Order().ElementAt(times.Count / 2):0} ms, {cpus.Order().ElementAt(times.Count / 2):0} ms of CPU");
            }
            if (rival is not null && rival.Config.Labels.Contains(word)) Trained(clock, judge, rival, word, files, talk, beds, snr, budget);
            if (say > 0) Spoken(clock, word, say, rate, enroller, recorded[word], speeches, budget, seed);
        }
    }

    /// <summary>As a user would: the takes that are called odd are left out.</summary>
    internal static SuRnnModel? Without(WordEnroller enroller, string word, Take[] takes)
    {
        for (var tries = 0; tries < takes.Length; tries++)
        {
            try
            {
                return takes.Length == 0 ? null : enroller.Enroll(word, takes).Model;
            }
            catch (InvalidDataException odd)
            {
                var left = takes.Where(take => !odd.Message.Contains(take.Name, StringComparison.Ordinal)).ToArray();
                if (left.Length == takes.Length || left.Length == 0) return null;
                takes = left;
            }
        }
        return null;
    }

    /// <summary>A model that was trained on recordings of the word, perhaps on these.</summary>
    static void Trained(Stopwatch clock, EnrolmentJudge judge, SuRnnModel model, string word, string[] files, IReadOnlyList<SplitSpeech> talk, IReadOnlyList<float[]> beds, double snr, double budget)
    {
        var own = judge.Trained(model, null, word, files, talk, beds, snr);
        var atBudget = Enumerable.Range(1, 24).Select(i => judge.Trained(model, 0.04f * i, word, files, talk, beds, snr)).FirstOrDefault(point => point.Alarms <= budget, (Missed: 1, Alarms: 0));
        Say(clock, $"{word,-14} trained: missed {100 * atBudget.Missed:0.0} % at {budget}/h of this speech; as shipped {100 * own.Missed:0.0} % at {own.Alarms:0.00} an hour");
    }

    static void Spoken(Stopwatch clock, string word, int count, int rate, WordEnroller enroller, IReadOnlyList<EnrolmentJudge.Recording> recordings, IReadOnlyList<EnrolmentJudge.Speech> speeches, double budget, int seed)
    {
        var spoken = new SpokenTakes(rate, seed);
        var enrolled = new WordEnroller(enroller.Proposer, enroller.Space, new EnrolmentOptions { FalseAlarmsPerHour = budget, Seed = seed, Negatives = spoken.NearMisses(word, count) }).Enroll(word, spoken.Say(word, count)).Model;
        foreach (var speech in speeches)
        {
            var point = EnrolmentJudge.Of(enrolled, word, recordings, speech, budget);
            Say(clock, $"{word,-14} {count,3} synthesised: missed {100 * point.MissedAtBudget:0.0} % at {budget}/h of {speech.Hours:0.00} h; as enrolled {100 * point.Missed:0.0} % at {point.Alarms:0.00} an hour");
        }
    }
}
