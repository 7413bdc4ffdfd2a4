using Microsoft.ML.OnnxRuntime;

namespace SuRnnStream.Peers;

/// <summary>
/// Silero VAD v5 or v6, which take the same: 512 samples at 16 kHz a call, after the last 64 of the call before, as its own wrapper feeds it; the state goes back in.
/// </summary>
sealed class SileroVad : Contestant
{
    const int Chunk = 512, Context = 64, State = 2 * 128;

    static readonly string[] In = ["input", "state", "sr"], Out = ["output", "stateN"];

    readonly Onnx _vad;
    readonly float[] _input = new float[Context + Chunk], _score = new float[1], _even = new float[State], _odd = new float[State];
    readonly OrtValue[] _fromEven, _fromOdd, _toOdd, _toEven;
    float[] _samples = [];

    public SileroVad(string name, byte[] model) : base(name, Job.Detector, Chunk)
    {
        _vad = new Onnx(model);
        OrtValue input = Onnx.Tensor(_input, 1, Context + Chunk), rate = Onnx.Tensor<long>([Rate], 1), score = Onnx.Tensor(_score, 1, 1);
        OrtValue even = Onnx.Tensor(_even, 2, 1, 128), odd = Onnx.Tensor(_odd, 2, 1, 128);
        (_fromEven, _fromOdd, _toOdd, _toEven) = ([input, even, rate], [input, odd, rate], [score, odd], [score, even]);
    }

    /// <summary>Probability of speech in the last chunk.</summary>
    public float Score => _score[0];

    public override int Begin(int sound, float[] samples)
    {
        _samples = samples;
        Array.Clear(_input);
        Array.Clear(_even);
        return samples.Length / Chunk;
    }

    public override void Step(int step)
    {
        _input.AsSpan(Chunk).CopyTo(_input); // the last 64 samples are the context of these
        _samples.AsSpan(step * Chunk, Chunk).CopyTo(_input.AsSpan(Context));
        if (step % 2 == 0) _vad.Run(In, _fromEven, Out, _toOdd);
        else _vad.Run(In, _fromOdd, Out, _toEven);
    }

    /// <summary>The scores of a whole recording.</summary>
    public float[] Scores(float[] samples)
    {
        var scores = new float[Begin(0, samples)];
        for (var i = 0; i < scores.Length; i++)
        {
            Step(i);
            scores[i] = Score;
        }
        return scores;
    }

    /// <exception cref="InsaneException">It misses a spoken word, or hears speech in noise or silence.</exception>
    public void Check(float[] recording, IEnumerable<(double Start, double End)> words, IEnumerable<float[]> notSpeech)
    {
        var scores = Scores(recording);
        foreach (var (start, end) in words)
        {
            var best = scores[(int)(start * Rate / Chunk)..(int)Math.Ceiling(end * Rate / Chunk)].Max();
            if (best <= 0.5) throw new InsaneException(FormattableString.Invariant($"{Name}: no more than {best} in the word at {start} s."));
        }
        foreach (var sound in notSpeech)
        {
            var highest = Scores(sound).Max();
            if (highest >= 0.5) throw new InsaneException($"{Name}: {highest} in a sound without speech.");
        }
    }

    public override void Dispose() => _vad.Dispose();
}
