
using SuRnnStream.Training.Net;

namespace SuRnnStream.Training.Mel;

/// <summary>How a network does on the sounds to choose by. Clips as `classify` reads them; streams by the peaks of smoothed scores, without further rules.</summary>
sealed record MelScores(double Validation, double Development, double FalseAlarmsAtTenPercent, double MissedAtTwo, double MissedAtTen, double OpenInWords, double HeardInSpeech, double HeardInNoise)
{
    public override string ToString() => $"clips {Validation:P1} and {Development:P1}; {FalseAlarmsAtTenPercent:F0} false alarms/h at 10 % missed, missed {MissedAtTwo:P1} at 2/h, {MissedAtTen:P1} at 10/h; " +
        $"open in words {OpenInWords:P1}, heard: speech {HeardInSpeech:P1}, noise {HeardInNoise:P2}";
}

/// <summary>Scores a network in Torch on the choosing sounds.</summary>
sealed class MelJudge
{
    const float ClipSmoothing = ClipClassifier.Smoothing, SilenceBelow = 0.1f, StreamSmoothing = 0.8f;
    const int Apart = 50;               // frames between two peaks that count as two
    const int StreamFrames = 130, WordAt = 40, Chunk = 500;
    const float NoiseBelow = 20 * MelMixer.Decibel;

    readonly SuRnnConfig _config;
    readonly int _bands;
    readonly (MelSound Sound, int Label)[] _clips;
    readonly int _validation;
    readonly List<float[]> _words = [], _speech = [];
    readonly List<(int Label, int Start, int End)> _places = [];
    readonly float[] _noise;

    public MelJudge(MelCorpus corpus, SuRnnConfig config)
    {
        (_config, _bands) = (config, config.FrameLength);
        int LabelOf(MelSound sound) => config.Labels.ToList().IndexOf(sound.Word) is >= 0 and var label ? label : 1;
        _clips = [.. corpus.Validation.Concat(corpus.Development).Select(sound => (sound, LabelOf(sound)))];
        _validation = corpus.Validation.Count;
        _noise = [.. corpus.ChoosingNoise.SelectMany(x => x)];
        var scale = config.RequireFrontEnd().Scale;
        var random = new Random(5);
        var commands = _clips.Where(clip => clip.Label > 1).ToArray();
        random.Shuffle(commands);
        foreach (var (sound, label) in commands.Take(600)) _words.Add(Place(sound, label, random, scale));
        foreach (var utterance in corpus.ChoosingSpeech.Where(x => x.Length >= 60 * _bands))
            for (var at = 0; at < utterance.Length; at += Chunk * _bands) _speech.Add(utterance[at..Math.Min(utterance.Length, at + (Chunk * _bands))]);
    }

    /// <summary>A word over held-back noise 20 dB below it.</summary>
    float[] Place(MelSound sound, int label, Random random, float scale)
    {
        var segment = new float[StreamFrames * _bands];
        var at = random.Next(_noise.Length / _bands - StreamFrames) * _bands;
        var reader = new MelReader(_config.RequireFrontEnd(), null);
        var gain = sound.Loudness - NoiseBelow - reader.Loudness(_noise.AsSpan(at, segment.Length));
        for (var i = 0; i < segment.Length; i++)
        {
            var word = i - WordAt * _bands is >= 0 and var j && j < sound.Frames.Length ? sound.Frames[j] : 0;
            segment[i] = scale * MathF.Log(MathF.Exp(word / scale) + MathF.Exp(Math.Max(0, _noise[at + i] + gain) / scale) - 1);
        }
        _places.Add((label, WordAt + sound.Start, WordAt + sound.End));
        return segment;
    }

    public MelScores Scores(MelRunner runner)
    {
        int right = 0, rightHere = 0;
        double open = 0, heardWords = 0;
        var number = 0;
        foreach (var (scores, _, grown) in Run(runner, _clips.Select(clip => clip.Sound.Frames)))
        {
            open += grown;
            heardWords++;
            if (ReadOut(scores) == _clips[number].Label)
            {
                if (number < _validation) right++;
                else rightHere++;
            }
            number++;
        }
        var found = new List<float>();
        number = 0;
        foreach (var (scores, _, _) in Run(runner, _words))
        {
            var (label, start, end) = _places[number++];
            found.Add(Peak(scores, label, start, end + Apart));
        }
        var alarms = new List<float>();
        double heard = 0, frames = 0;
        foreach (var (scores, heardFrames, _) in Run(runner, _speech))
        {
            Alarms(scores, alarms);
            heard += heardFrames;
            frames += scores.Length / _config.Labels.Count;
        }
        double inNoise = 0, noiseFrames = 0;
        foreach (var (scores, heardFrames, _) in Run(runner, Enumerable.Range(0, _noise.Length / _bands / Chunk).Select(i => _noise[(i * Chunk * _bands)..((i + 1) * Chunk * _bands)])))
        {
            inNoise += heardFrames;
            noiseFrames += scores.Length / _config.Labels.Count;
        }
        found.Sort();
        alarms.Sort();
        alarms.Reverse();
        var hours = frames * _config.RequireFrontEnd().Hop.TotalHours;
        double Missed(double perHour)
        {
            var allowed = (int)(perHour * hours);
            var threshold = allowed < alarms.Count ? alarms[allowed] : 0;
            return found.Count(score => score <= threshold) / (double)found.Count;
        }
        var tenth = found[found.Count / 10];
        return new MelScores((double)right / _validation, (double)rightHere / Math.Max(1, _clips.Length - _validation), alarms.Count(score => score >= tenth) / hours, Missed(2), Missed(10), open / heardWords, heard / frames, inNoise / noiseFrames);
    }

    /// <summary>What a frame switch does at some openings: frames of words over noise that are heard, words that lose more than 30 % of theirs, speech and noise heard.</summary>
    public IEnumerable<string> Switch(FrameSwitchNet frameSwitch, HoldNet net)
    {
        foreach (var opening in new[] { -5f, -4f, -3f, -2f, -1f, 0f })
        {
            var runner = new MelRunner(_config, frameSwitch, net, 0) { Opening = opening, Rest = 1 };
            double kept = 0, of = 0, lost = 0;
            for (var first = 0; first < _words.Count; first += 50)
            {
                var batch = Math.Min(50, _words.Count - first);
                var heard = runner.Heard([.. _words.Skip(first).Take(batch).SelectMany(x => x)], batch, StreamFrames);
                for (var b = 0; b < batch; b++)
                {
                    var (_, start, end) = _places[first + b];
                    var count = Enumerable.Range(start, end - start).Count(t => heard[t * batch + b]);
                    kept += count;
                    of += end - start;
                    if (count < 0.7 * (end - start)) lost++;
                }
            }
            double Heard(IEnumerable<float[]> sounds)
            {
                double open = 0, all = 0;
                foreach (var sound in sounds)
                {
                    open += runner.Heard(sound, 1, sound.Length / _bands).Count(x => x);
                    all += sound.Length / _bands;
                }
                return open / all;
            }
            yield return $"switch above {opening}: {kept / of:P1} of words' frames 20 dB over noise, {lost / _words.Count:P1} of them lose over 30 %; heard: speech {Heard(_speech):P1}, noise {Heard([_noise]):P2}";
        }
    }

    int ReadOut(float[] scores)
    {
        var labels = _config.Labels.Count;
        var (best, peak) = (0, SilenceBelow);
        for (var label = 1; label < labels; label++)
        {
            var smoothed = 0f;
            for (var t = 0; t < scores.Length / labels; t++)
            {
                smoothed = ClipSmoothing * smoothed + (1 - ClipSmoothing) * scores[t * labels + label];
                if (smoothed >= peak) (best, peak) = (label, smoothed);
            }
        }
        return best;
    }

    float Peak(float[] scores, int label, int from, int to)
    {
        var (labels, smoothed, peak) = (_config.Labels.Count, 0f, 0f);
        for (var t = 0; t < Math.Min(to, scores.Length / labels); t++)
        {
            smoothed = StreamSmoothing * smoothed + (1 - StreamSmoothing) * scores[t * labels + label];
            if (t >= from) peak = Math.Max(peak, smoothed);
        }
        return peak;
    }

    /// <summary>The highest smoothed score of any command in each second that has the highest one round it.</summary>
    void Alarms(float[] scores, List<float> alarms)
    {
        var labels = _config.Labels.Count;
        var (count, smoothed) = (scores.Length / labels, new float[labels]);
        var highest = new float[count];
        for (var t = 0; t < count; t++)
            for (var label = 2; label < labels; label++)
            {
                smoothed[label] = StreamSmoothing * smoothed[label] + (1 - StreamSmoothing) * scores[t * labels + label];
                highest[t] = Math.Max(highest[t], smoothed[label]);
            }
        while (true)
        {
            var at = Array.IndexOf(highest, highest.Max());
            if (!(highest[at] > 0.05f)) return;
            alarms.Add(highest[at]);
            highest.AsSpan(Math.Max(0, at - Apart), Math.Min(count, at + Apart) - Math.Max(0, at - Apart)).Clear();
        }
    }

    /// <summary>Scores [frames, labels] of each sound as the runtime gives them, its heard frames, and the part of the neurons that grew in them.</summary>
    static IEnumerable<(float[] Scores, int Heard, double Open)> Run(MelRunner runner, IEnumerable<float[]> sounds)
    {
        foreach (var some in sounds.Chunk(64))
            foreach (var result in runner.Run(some)) yield return result;
    }
}
