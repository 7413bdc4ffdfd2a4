using SuRnnStream.Training.Data;
using SuRnnStream.Training.Net;
using static TorchSharp.torch;

namespace SuRnnStream.Training;

/// <summary>How the held-back clips came out: read as the shipped clip classifier reads them.</summary>
sealed record ClipScores(int Clips, double Accuracy, double WordAccuracy, double UnknownAccuracy, double SilenceAccuracy, double OpenInSpeech)
{
    /// <summary>Of a training without clips.</summary>
    public static readonly ClipScores None = new(0, 0, 0, 0, 0, 0);
}

/// <summary>What the switches did in background noise that training never used.</summary>
sealed record NoiseScores(double Open, double WhollyShut)
{
    /// <summary>Of a training without clips.</summary>
    public static readonly NoiseScores None = new(0, 0);
}

/// <summary>Scores a network on the held-back sounds, in Torch, in batches: quick enough for every epoch.</summary>
sealed class Judge
{
    const float Smoothing = ClipClassifier.Smoothing, SilenceBelow = ClipClassifier.DefaultSilenceBelow;

    readonly SuRnnConfig _config;
    readonly float[][] _clips;          // features [frames * Bands]
    readonly bool[][] _heard;           // [frames] in the audible part
    readonly int[] _labels;
    readonly float[][] _noise;

    public Judge(Corpus corpus, SuRnnConfig config)
    {
        _config = config;
        var second = config.RequireFrontEnd().SampleRate;
        Clip[] clips = [.. corpus.Validation, .. corpus.ValidationSilence(second)];
        var length = clips.Length == 0 ? second : Math.Max(second, clips.Max(clip => clip.Samples.Length));
        _labels = [.. clips.Select(clip => clip.Label)];
        _clips = [.. clips.Select(clip => Features(clip.Samples, length))];
        _heard = [.. clips.Select(clip => Enumerable.Range(0, FramesIn(length)).Select(t => t * config.RequireFrontEnd().HopLength is var at && at + config.RequireFrontEnd().WindowLength > clip.Start && at < clip.End).ToArray())];
        _noise = [.. corpus.ValidationNoise.SelectMany(noise => Enumerable.Range(0, noise.Length / (3 * second)).Select(i => Features(noise.AsSpan(i * 3 * second, 3 * second), 3 * second)))];
    }

    int FramesIn(int samples) => (samples - _config.RequireFrontEnd().WindowLength) / _config.RequireFrontEnd().HopLength + 1;

    /// <summary>Frames of the first <paramref name="length"/> samples, zeros after a shorter sound.</summary>
    float[] Features(ReadOnlySpan<float> samples, int length)
    {
        var whole = new float[length];
        samples[..Math.Min(length, samples.Length)].CopyTo(whole);
        var frontEnd = new MelFrontEnd(_config.RequireFrontEnd());
        var bands = _config.FrameLength;
        var features = new float[FramesIn(length) * bands];
        ReadOnlySpan<float> rest = whole;
        for (var t = 0; t < FramesIn(length); t++) frontEnd.TryNext(ref rest, features.AsSpan(t * bands, bands));
        return features;
    }

    /// <summary>What there is to judge by: held-back clips of words, of other words, of silence, and segments of noise.</summary>
    public (int Words, int Unknown, int Silence, int Noise) Held => (_labels.Count(label => label > 1), _labels.Count(label => label == 1), _labels.Count(label => label == 0), _noise.Length);

    public ClipScores Clips(SuRnnNet net)
    {
        var (right, of) = (new int[_config.Labels.Count], new int[_config.Labels.Count]);
        double open = 0, heard = 0;
        InBatches(net, _clips, (first, scores, gates) =>
        {
            var (frames, batch, labels) = ((int)scores.shape[0], (int)scores.shape[1], (int)scores.shape[2]);
            var p = scores.data<float>().ToArray();
            var g = gates.data<float>().ToArray();
            for (var b = 0; b < batch; b++)
            {
                of[_labels[first + b]]++;
                if (ReadOut(p, frames, batch, labels, b) == _labels[first + b]) right[_labels[first + b]]++;
                if (_labels[first + b] == 0) continue;
                for (var t = 0; t < frames; t++)
                {
                    if (!_heard[first + b][t]) continue;
                    open += g[t * batch + b];
                    heard++;
                }
            }
        });
        double Ratio(IEnumerable<int> labels) => (double)labels.Sum(i => right[i]) / Math.Max(1, labels.Sum(i => of[i]));
        var all = Enumerable.Range(0, right.Length).ToArray();
        return new ClipScores(of.Sum(), Ratio(all), Ratio(all[2..]), Ratio([1]), Ratio([0]), open / Math.Max(1, heard));
    }

    /// <summary>The label other than silence whose smoothed score peaks highest; silence where that peak is low.</summary>
    static int ReadOut(float[] scores, int frames, int batch, int labels, int clip)
    {
        var (best, peak) = (0, SilenceBelow);
        for (var label = 1; label < labels; label++)
        {
            var smoothed = 0f;
            for (var t = 0; t < frames; t++)
            {
                smoothed = Smoothing * smoothed + (1 - Smoothing) * scores[(t * batch + clip) * labels + label];
                if (smoothed >= peak) (best, peak) = (label, smoothed);
            }
        }
        return best;
    }

    public NoiseScores Noise(SuRnnNet net)
    {
        double open = 0, shut = 0, frames = 0;
        InBatches(net, _noise, (_, _, gates) =>
        {
            foreach (var gate in gates.data<float>().ToArray())
            {
                open += gate;
                shut += gate == 0 ? 1 : 0;
                frames++;
            }
        });
        return new NoiseScores(open / Math.Max(1, frames), shut / Math.Max(1, frames));
    }

    delegate void Scored(int first, Tensor scores, Tensor gates);

    /// <summary>Scores [T, B, Labels] and mean open ratio of all layers [T, B], a batch at a time.</summary>
    void InBatches(SuRnnNet net, float[][] features, Scored scored)
    {
        using var noGradient = no_grad();
        net.eval();
        for (var first = 0; first < features.Length; first += 128)
        {
            using var scope = NewDisposeScope();
            var some = features[first..Math.Min(features.Length, first + 128)];
            var frames = tensor(some.SelectMany(x => x).ToArray(), [some.Length, some[0].Length / _config.FrameLength, _config.FrameLength]);
            var output = net.Forward(frames);
            scored(first, nn.functional.softmax(output.Logits, 2).contiguous(), output.MeanGate.contiguous());
        }
    }
}
