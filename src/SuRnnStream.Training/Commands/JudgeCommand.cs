using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train judge`: every figure of a model's card, by the shipped runtime, on held-back sounds.</summary>
sealed class JudgeCommand
{
    const int StreamWords = 200;
    static readonly TimeSpan WordEvery = TimeSpan.FromSeconds(3);

    /// <summary>Scores a finished model on what its training held back.</summary>
    /// <param name="model">-m, The .surnn file.</param>
    /// <param name="data">The folder that fit was given.</param>
    /// <param name="speech">The folder of running speech that fit was given.</param>
    /// <param name="threshold">Detection threshold; default: the model's.</param>
    /// <param name="snr">Level of the words over the noise in the stream test, in dB.</param>
    /// <param name="seed">Chooses the words and places of the stream test.</param>
    /// <param name="saveStream">Writes the stream test to FILE.wav and FILE.csv (label,start,end), for `surnn detect`.</param>
    [Command("judge")]
    public void Judge(string model, string data, string? speech = null, float? threshold = null, double snr = 15, int seed = 1, string? saveStream = null)
    {
        var net = ModelFile.Load(model);
        var options = net.Defaults with { Threshold = threshold ?? net.Defaults.Threshold };
        var words = net.Config.Labels.Except(net.Config.Background).ToArray();
        var corpus = Corpus.Load(new CorpusFolders { Data = data, Words = words, Speech = speech }, net.Config.RequireFrontEnd().SampleRate);
        Clips(net, corpus);
        Switches(net, corpus);
        StreamTest(net, options, corpus, snr, seed, saveStream);
        if (corpus.KeptSpeech.Count > 0) RunningSpeech(net, options, corpus);
    }

    static void Print(string what, string how) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-28} {how}"));
    static string Percent(double part) => part.ToString("P2", CultureInfo.InvariantCulture);

    static void Clips(SuRnnModel net, Corpus corpus)
    {
        var classifier = new ClipClassifier(net);
        Clip[] clips = [.. corpus.Validation, .. corpus.ValidationSilence(net.Config.RequireFrontEnd().SampleRate)];
        var (right, of, stats) = (new int[net.Config.Labels.Count], new int[net.Config.Labels.Count], new ComputeStats());
        foreach (var clip in clips)
        {
            var result = classifier.Classify(clip.Samples);
            stats += result.Stats;
            of[clip.Label]++;
            if (result.Label == corpus.Labels[clip.Label]) right[clip.Label]++;
        }
        Print("clips", $"{Percent((double)right.Sum() / of.Sum())} of {of.Sum()} right; mean of the classes {Percent(Enumerable.Range(0, of.Length).Where(i => of[i] > 0).Average(i => (double)right[i] / of[i]))}");
        for (var i = 0; i < of.Length; i++) Print($"  {corpus.Labels[i]}", $"{right[i]} of {of[i]}");
        Print("whole clips", Cost(stats));
    }

    static string Cost(ComputeStats stats) =>
        $"{Percent(stats.OpenRatio)} of the switches open, {Percent(stats.SkippedRatio)} of the frames wholly skipped, {stats.MultiplyAdds / Math.Max(1, stats.Frames):N0} of {stats.MultiplyAddsDense / Math.Max(1, stats.Frames):N0} multiply-adds a frame";

    /// <summary>Switches in the audible part of words, in speech, in background noise, in digital silence.</summary>
    static void Switches(SuRnnModel net, Corpus corpus)
    {
        var speech = new ComputeStats();
        foreach (var clip in corpus.Validation)
        {
            Frames(net, clip.Samples, (t, step) =>
            {
                var at = t * net.Config.RequireFrontEnd().HopLength;
                if (at + net.Config.RequireFrontEnd().WindowLength > clip.Start && at < clip.End) speech += step;
            });
        }
        Print("in words (audible part)", Cost(speech));
        if (corpus.KeptSpeech.Count > 0) Print("in running speech", Cost(corpus.KeptSpeech.Aggregate(new ComputeStats(), (sum, sound) => sum + Whole(net, sound))));
        if (corpus.ValidationNoise.Count > 0) Print("in background noise", Cost(corpus.ValidationNoise.Aggregate(new ComputeStats(), (sum, sound) => sum + Whole(net, sound))));

        // Digital silence after a word and noise, from one second on.
        var second = net.Config.RequireFrontEnd().SampleRate;
        var silence = new ComputeStats();
        float[] sounds = [.. corpus.Validation[0].Samples, .. corpus.ValidationNoise.FirstOrDefault() ?? [], .. new float[60 * second]];
        var from = sounds.Length - 59 * second;
        Frames(net, sounds, (t, step) => { if (t * net.Config.RequireFrontEnd().HopLength >= from) silence += step; });
        Print("in digital silence", Cost(silence));
    }

    static ComputeStats Whole(SuRnnModel net, float[] sound)
    {
        var sum = new ComputeStats();
        Frames(net, sound, (_, step) => sum += step);
        return sum;
    }

    static void Frames(SuRnnModel net, float[] sound, Action<int, ComputeStats> onFrame)
    {
        var (frontEnd, state, frame) = (new MelFrontEnd(net.Config.RequireFrontEnd()), net.NewState(), new float[net.Config.FrameLength]);
        ReadOnlySpan<float> rest = sound;
        for (var t = 0; frontEnd.TryNext(ref rest, frame); t++) onFrame(t, net.Step(frame, state));
    }

    /// <summary>One held-back word every three seconds over held-back background noise.</summary>
    static void StreamTest(SuRnnModel net, DetectorOptions options, Corpus corpus, double snr, int seed, string? save)
    {
        var (random, second) = (new Random(seed), net.Config.RequireFrontEnd().SampleRate);
        var clips = corpus.Validation.Where(clip => clip.Label > 1).ToArray();
        random.Shuffle(clips);
        var stream = new float[(int)((StreamWords + 1) * WordEvery.TotalSeconds * second)];
        for (var at = 0; at < stream.Length;)
        {
            var noise = corpus.ValidationNoise.Count > 0 ? corpus.ValidationNoise[random.Next(corpus.ValidationNoise.Count)] : Augment.Noise(random, 10 * second, second);
            Waveform.Add(stream.AsSpan(at), noise, 0.1f * MathF.Pow(10, (float)(-snr / 20)) / Math.Max(1e-5f, Waveform.Rms(noise)), 160);
            at += noise.Length;
        }
        var said = new List<LabelledEvent>();
        foreach (var clip in clips.Take(StreamWords))
        {
            var at = (int)((said.Count * WordEvery.TotalSeconds + 1 + random.NextDouble()) * second);
            Waveform.Add(stream.AsSpan(at), clip.Samples, 0.1f / Math.Max(1e-5f, Waveform.Rms(clip.Samples.AsSpan(clip.Start, clip.End - clip.Start))));
            said.Add(new LabelledEvent(corpus.Labels[clip.Label], net.Config.RequireFrontEnd().StreamTime(at + clip.Start), net.Config.RequireFrontEnd().StreamTime(at + clip.End)));
        }
        if (save is not null) SaveStream(save, stream, second, said);
        foreach (var level in new[] { 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f }.Append(options.Threshold).Distinct().Order())
        {
            var detections = new List<Detection>();
            var detector = new StreamingDetector(net, options with { Threshold = level });
            var stats = detector.Process(stream, detections.Add);
            stats += detector.Finish(detections.Add);
            var match = new EventMatch(said, detections);
            Print($"stream, threshold {level:F2}", $"{match.Hits.Count} of {said.Count} words found, {match.FalseAlarms.Count} false alarms ({match.FalseAlarms.Count(alarm => alarm.WrongLabel)} of them wrong words)");
            if (level == options.Threshold) Print("stream", Cost(stats));
        }
    }

    static void SaveStream(string name, float[] stream, int sampleRate, List<LabelledEvent> said)
    {
        WavWriter.Write(name + ".wav", stream, sampleRate);
        EventTable.Write(name + ".csv", said);
    }

    static void RunningSpeech(SuRnnModel net, DetectorOptions options, Corpus corpus)
    {
        foreach (var level in new[] { 0.5f, 0.7f, 0.8f, 0.9f }.Append(options.Threshold).Distinct().Order())
        {
            var (count, hours) = (0, 0.0);
            foreach (var sound in corpus.KeptSpeech)
            {
                var detections = new List<Detection>();
                var detector = new StreamingDetector(net, options with { Threshold = level });
                detector.Process(sound, detections.Add);
                detector.Finish(detections.Add);
                count += new EventMatch([], detections).FalseAlarms.Count;
                hours += sound.Length / 3600.0 / net.Config.RequireFrontEnd().SampleRate;
            }
            Print($"speech, threshold {level:F2}", string.Create(CultureInfo.InvariantCulture, $"{count} false alarms in {hours:F2} h of read speech, {count / hours:F1} an hour"));
        }
    }
}
