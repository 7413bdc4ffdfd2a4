using Microsoft.ML.OnnxRuntime;

namespace SuRnnStream.Peers;

/// <summary>
/// openWakeWord as its Python package runs it: every 80 ms the mel spectrogram of the new samples (at the scale of 16-bit integers, behind 480
/// old ones: eight new frames), the embedding of the last 76 frames and one word's score from the last 16 embeddings. Or, to see what our own trick gives it, with the embeddings and the score
/// worked out only for chunks that a <see cref="LevelGate"/> lets through; the embeddings before such a chunk that are missing are made then, so its score is the same.
/// </summary>
sealed class OpenWakeWord : Contestant
{
    public const int Chunk = 1_280; // samples of a step

    const int Before = 480, NewFrames = 8, Bands = 32, Frames = 76, Embedding = 96, Embeddings = 16, Kept = Frames + NewFrames * (Embeddings - 1);

    readonly LevelGate? _gate;          // null: every chunk passes
    readonly bool[] _missing = new bool[Embeddings];
    int _passed, _steps;

    readonly Onnx _mel, _embedding, _head;
    readonly (string[] In, string[] Out) _melNames, _embeddingNames, _headNames;
    readonly float[] _samples = new float[Before + Chunk], _spectrum = new float[NewFrames * Bands];
    readonly float[] _frames = new float[Kept * Bands], _seen = new float[Frames * Bands], _vector = new float[Embedding], _vectors = new float[Embeddings * Embedding], _score = new float[1];
    readonly OrtValue[] _melIn, _melOut, _embeddingIn, _embeddingOut, _headIn, _headOut;
    float[] _sound = [];

    public OpenWakeWord(string name, byte[] mel, byte[] embedding, byte[] head, bool onlyCandidates = false) : base(name, Job.Detector, Chunk)
    {
        if (onlyCandidates) _gate = new LevelGate();
        (_mel, _embedding, _head) = (new(mel), new(embedding), new(head));
        (_melNames, _embeddingNames, _headNames) = (_mel.Names, _embedding.Names, _head.Names);
        (_melIn, _melOut) = ([Onnx.Tensor(_samples, 1, Before + Chunk)], [Onnx.Tensor(_spectrum, 1, 1, NewFrames, Bands)]);
        (_embeddingIn, _embeddingOut) = ([Onnx.Tensor(_seen, 1, Frames, Bands, 1)], [Onnx.Tensor(_vector, 1, 1, 1, Embedding)]);
        (_headIn, _headOut) = ([Onnx.Tensor(_vectors, 1, Embeddings, Embedding)], [Onnx.Tensor(_score, 1, 1)]);
    }

    /// <summary>Probability that the word has just been said; 0 in a chunk that does not pass.</summary>
    public float Score => _score[0];

    /// <summary>Part of the chunks that passed.</summary>
    public override double? OpenRatio => _gate is null ? null : (double)_passed / Math.Max(1, _steps);

    public override int Begin(int sound, float[] samples)
    {
        _sound = samples;
        Array.Clear(_samples);
        Array.Fill(_frames, 1); // as its package begins
        Array.Clear(_vectors);
        Array.Clear(_missing);
        _gate?.Reset();
        (_passed, _steps) = (0, 0);
        return samples.Length / Chunk;
    }

    public override void Step(int step)
    {
        _samples.AsSpan(Chunk).CopyTo(_samples);
        var fresh = _sound.AsSpan(step * Chunk, Chunk);
        for (var i = 0; i < Chunk; i++) _samples[Before + i] = 32_768 * fresh[i];
        _mel.Run(_melNames.In, _melIn, _melNames.Out, _melOut);

        _frames.AsSpan(_spectrum.Length).CopyTo(_frames);
        for (var i = 0; i < _spectrum.Length; i++) _frames[^(_spectrum.Length - i)] = _spectrum[i] / 10 + 2;
        _vectors.AsSpan(Embedding).CopyTo(_vectors);
        _missing.AsSpan(1).CopyTo(_missing);
        _missing[^1] = true;
        _steps++;
        _score[0] = 0;
        if (_gate is not null && !_gate.Passes(fresh)) return;
        _passed++;
        for (var age = Embeddings - 1; age >= 0; age--) if (_missing[^(age + 1)]) Embed(age);
        _head.Run(_headNames.In, _headIn, _headNames.Out, _headOut);
    }

    /// <summary>The embedding of this many chunks ago.</summary>
    void Embed(int age)
    {
        _frames.AsSpan((Kept - Frames - NewFrames * age) * Bands, Frames * Bands).CopyTo(_seen);
        _embedding.Run(_embeddingNames.In, _embeddingIn, _embeddingNames.Out, _embeddingOut);
        _vector.CopyTo(_vectors.AsSpan((Embeddings - 1 - age) * Embedding));
        _missing[^(age + 1)] = false;
    }

    /// <summary>The highest score in a recording.</summary>
    public float Highest(float[] samples)
    {
        var highest = 0f;
        for (int step = 0, steps = Begin(0, samples); step < steps; step++)
        {
            Step(step);
            if (step >= Embeddings) highest = Math.Max(highest, Score); // the embeddings before are of no sound
        }
        return highest;
    }

    /// <exception cref="InsaneException">It fires in fewer than half of the recordings of its word, or in a sound without the word.</exception>
    public void Check(IReadOnlyList<float[]> ofTheWord, IEnumerable<float[]> others)
    {
        var fired = ofTheWord.Count(recording => Highest(recording) > 0.5);
        if (2 * fired < ofTheWord.Count || fired == 0) throw new InsaneException($"{Name}: fires in {fired} of {ofTheWord.Count} recordings of its word.");
        foreach (var sound in others)
        {
            var highest = Highest(sound);
            if (highest > 0.5) throw new InsaneException($"{Name}: {highest} in a sound without its word.");
        }
    }

    public override void Dispose()
    {
        _mel.Dispose();
        _embedding.Dispose();
        _head.Dispose();
    }
}
