using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Enrolment;
using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;

namespace SuRnnStream.Training.WordSpaces;

/// <summary>
/// Recordings of words and running speech, once through the first stage and the word space: enrolments are then judged on the vectors of what is proposed, as the detector would decide. Recordings lie six seconds apart over
/// noise of kinds that nothing was trained on; speech has the same noise.
/// </summary>
sealed class EnrolmentJudge
{
    const double Every = 6, Level = -20, Offset = 0.8;
    const double Late = 0.8; // seconds after a word's end at which a candidate may end
    const int InAStream = 10;

    readonly WordSpace _space;
    readonly SuRnnModel _proposer;
    readonly int _rate;

    /// <param name="File">A recording.</param>
    /// <param name="Vectors">Of its candidates that come in time.</param>
    public sealed record Recording(string File, IReadOnlyList<(float[] Word, float[] Voice)> Vectors);

    /// <param name="Vectors">Of all candidates.</param>
    /// <param name="Hours">Of speech.</param>
    public sealed record Speech(IReadOnlyList<(float[] Word, float[] Voice)> Vectors, double Hours);

    public EnrolmentJudge(SuRnnModel proposer, WordSpace space) => (_proposer, _space, _rate) = (proposer, space, proposer.Config.RequireFrontEnd().SampleRate);

    /// <summary>Recordings, each with the vectors of candidates whose end lies in the word or up to a second after it.</summary>
    public IReadOnlyList<Recording> Words(IReadOnlyList<string> files, IReadOnlyList<float[]> beds, double snr)
    {
        var streams = WordStreams(files, beds, snr).ToArray();
        var results = new Recording[streams.Length][];
        Parallel.For(0, streams.Length, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
        {
            var found = new CandidateWindows(_proposer, _space.Shape).Find(streams[i].Sound).Select(one => (one.End, Vectors: Embed(one.Frames))).ToArray();
            results[i] = [.. streams[i].Words.Select(word => new Recording(word.File, [.. found.Where(one => one.End >= word.Start && one.End <= word.End + Late).Select(one => one.Vectors)]))];
        });
        return [.. results.SelectMany(stream => stream)];
    }

    public Speech Talk(IReadOnlyList<SplitSpeech> utterances, IReadOnlyList<float[]> beds, double snr)
    {
        var streams = SpeechStreams(utterances, beds, snr).ToArray();
        var vectors = new IReadOnlyList<(float[], float[])>[streams.Length];
        Parallel.For(0, streams.Length, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i => vectors[i] = [.. new CandidateWindows(_proposer, _space.Shape).Find(streams[i].Sound).Select(one => Embed(one.Frames))]);
        return new Speech([.. vectors.SelectMany(list => list)], streams.Sum(stream => stream.Hours));
    }

    /// <summary>A model's own detections of a word in the same streams: the part of the recordings that it misses, and its false alarms an hour.</summary>
    /// <param name="model">The model, at its own sample rate.</param>
    /// <param name="threshold">For all labels; null: the model's own.</param>
    /// <param name="word">Its label.</param>
    /// <param name="files">Recordings.</param>
    /// <param name="utterances">Speech without the word.</param>
    /// <param name="beds">Noise.</param>
    /// <param name="snr">How far below it lies, in dB.</param>
    public (double Missed, double Alarms) Trained(SuRnnModel model, float? threshold, string word, IReadOnlyList<string> files, IReadOnlyList<SplitSpeech> utterances, IReadOnlyList<float[]> beds, double snr)
    {
        var options = threshold is { } level ? model.Defaults with { Threshold = level, Thresholds = new Dictionary<string, float>() } : model.Defaults;
        var (missed, alarms, hours) = (0, 0, 0.0);
        foreach (var (sound, words) in WordStreams(files, beds, snr))
        {
            var found = Detect(sound);
            missed += words.Count(one => !found.Any(time => time >= one.Start && time <= one.End + Late + 0.2)); // a candidate's end is known 0.2 s later
        }
        foreach (var (sound, length) in SpeechStreams(utterances, beds, snr)) (alarms, hours) = (alarms + Detect(sound).Count, hours + length);
        return ((double)missed / files.Count, alarms / hours);

        List<double> Detect(float[] sound)
        {
            var (found, detector) = (new List<double>(), new StreamingDetector(model, options));
            void Take(Detection detection)
            {
                if (detection.Label == word) found.Add(detection.Time.TotalSeconds);
            }
            detector.Process(sound, Take);
            detector.Finish(Take);
            return found;
        }
    }

    /// <summary>Recordings six seconds apart over noise, ten in a stream, with where each word begins and ends, in seconds.</summary>
    IEnumerable<(float[] Sound, (string File, double Start, double End)[] Words)> WordStreams(IReadOnlyList<string> files, IReadOnlyList<float[]> beds, double snr)
    {
        foreach (var (i, chunk) in files.Chunk(InAStream).Index())
        {
            var (background, words) = (Background(i, (int)(Every * _rate * chunk.Length) + 2 * _rate, Level - snr, beds), new List<(string, double, double)>());
            foreach (var (n, file) in chunk.Index())
            {
                var clip = Corpus.Read(file, _rate);
                var part = AudiblePart.Of(clip, _rate);
                var at = (int)((Every * n + Offset) * _rate);
                Waveform.Add(background.AsSpan(at), clip, (float)(Waveform.Gain(Level) / Math.Max(1e-5f, Waveform.Rms(clip.AsSpan(part.Start..Math.Max(part.Start + 1, part.End))))));
                words.Add((file, (double)(at + part.Start) / _rate, (double)(at + part.End) / _rate));
            }
            yield return (background, [.. words]);
        }
    }

    /// <summary>What each speaker says over noise, with how many hours of it are speech.</summary>
    IEnumerable<(float[] Sound, double Hours)> SpeechStreams(IReadOnlyList<SplitSpeech> utterances, IReadOnlyList<float[]> beds, double snr)
    {
        foreach (var (i, speaker) in utterances.GroupBy(one => one.Speaker).Index())
        {
            var (sound, gap, samples) = (new List<float>(), PinkNoise.Make(_rate / 2, -65, i), 0L);
            foreach (var one in speaker)
            {
                var speech = Corpus.Read(one.File, _rate);
                samples += speech.Length;
                sound.AddRange(speech);
                sound.AddRange(gap);
            }
            var all = sound.ToArray();
            Waveform.Add(all, Background(i, all.Length, 20 * Math.Log10(Math.Max(1e-6, Waveform.Rms(all))) - snr, beds), 1);
            yield return (all, samples / (double)_rate / 3_600);
        }
    }

    /// <summary>A figure of one enrolment.</summary>
    /// <param name="Missed">Part of the recordings missed at the enrolled threshold.</param>
    /// <param name="Alarms">False alarms an hour there.</param>
    /// <param name="MissedAtBudget">Part missed at the lowest threshold that the judged speech's budget allows.</param>
    public readonly record struct Point(double Missed, double Alarms, double MissedAtBudget);

    /// <summary>The word that was enrolled last, against recordings and speech.</summary>
    public static Point Of(SuRnnModel model, string word, IReadOnlyList<Recording> recordings, Speech speech, double budget)
    {
        var scorer = new Scorer(model, word);
        double[] words = [.. recordings.Select(one => one.Vectors.Select(scorer.Score).DefaultIfEmpty(double.NegativeInfinity).Max())];
        double[] alarms = [.. speech.Vectors.Select(scorer.Score).OrderDescending()];
        var allowed = (int)Math.Floor(budget * speech.Hours);
        var level = alarms.Length > allowed ? alarms[allowed] : double.NegativeInfinity; // the first that may not fire
        return new Point(Part(words, score => score < 0), alarms.Count(score => score >= 0) / speech.Hours, Part(words, score => score <= level));
    }

    static double Part(double[] scores, Func<double, bool> missed) => (double)scores.Count(missed) / Math.Max(1, scores.Length);

    /// <summary>The logit of a word of a model, at its threshold 0; minus infinity where the voice is refused.</summary>
    public sealed class Scorer
    {
        readonly float[] _vector, _voice;
        readonly float _bias, _limit;

        public Scorer(SuRnnModel model, string word)
        {
            var words = model.Config.Words!;
            var i = words.Words.ToList().FindIndex(one => one.Label == word);
            _vector = model.Weights["words.vector"].Slice(i * words.Space.Size, words.Space.Size).ToArray();
            _voice = model.Weights["words.voice"].Slice(i * words.Space.VoiceSize, words.Space.VoiceSize).ToArray();
            (_bias, _limit) = (model.Weights["words.bias"][i], words.Words[i].VoiceLimit);
        }

        public double Score((float[] Word, float[] Voice) candidate) =>
            _limit > -1 && WordVerifier.Dot(candidate.Voice, _voice) < _limit ? double.NegativeInfinity : _bias + WordVerifier.Dot(candidate.Word, _vector);
    }

    (float[], float[]) Embed(float[] frames)
    {
        var (word, voice) = (new float[_space.Shape.Size], new float[_space.Shape.VoiceSize]);
        _space.Network.Embed(frames, word, voice);
        return (word, voice);
    }

    float[] Background(int i, int length, double level, IReadOnlyList<float[]> beds)
    {
        if (i % (beds.Count + 1) == 0) return PinkNoise.Make(length, level, i);
        var bed = new float[length];
        new Loop(beds[i % (beds.Count + 1) - 1], _rate / 20).Fill(bed, 0);
        Waveform.Scale(bed, (float)(Waveform.Gain(level) / Math.Max(1e-6f, Waveform.Rms(bed))));
        return bed;
    }
}
