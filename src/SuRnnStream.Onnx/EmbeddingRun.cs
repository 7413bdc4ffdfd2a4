using Microsoft.ML.OnnxRuntime;

namespace SuRnnStream;

/// <summary>A <see cref="SpeechEmbedding"/> of a fixed number of windows, with tensors that are made once. For one thread at a time.</summary>
public sealed class EmbeddingRun : IDisposable
{
    readonly InferenceSession _mel, _embedding;
    readonly RunOptions _options = new();
    readonly float[] _samples;      // [SamplesOf(windows)] at the scale of 16-bit integers
    readonly float[] _spectrum;     // [frames, Bands]
    readonly float[] _channels;     // [Size, windows] as the network hands them out
    readonly float[] _vectors;      // [windows, Size]
    readonly OrtValue[] _tensors;
    readonly OrtIoBinding _melBinding, _embeddingBinding;

    internal EmbeddingRun(InferenceSession mel, InferenceSession embedding, int windows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windows, 1);
        (_mel, _embedding, Windows) = (mel, embedding, windows);
        var frames = SpeechEmbedding.Frames(windows);
        (_samples, _spectrum) = (new float[SpeechEmbedding.SamplesOf(windows)], new float[frames * SpeechEmbedding.Bands]);
        (_channels, _vectors) = (new float[windows * SpeechEmbedding.Size], new float[windows * SpeechEmbedding.Size]);
        _tensors =
        [
            OrtValue.CreateTensorValueFromMemory(_samples, [1, _samples.Length]),
            OrtValue.CreateTensorValueFromMemory(_spectrum, [1, 1, frames, SpeechEmbedding.Bands]),
            OrtValue.CreateTensorValueFromMemory(_spectrum, [1, frames, SpeechEmbedding.Bands, 1]),
            OrtValue.CreateTensorValueFromMemory(_channels, [windows, 1, 1, SpeechEmbedding.Size]),
        ];
        _melBinding = Bind(mel, _tensors[0], _tensors[1]);
        _embeddingBinding = Bind(embedding, _tensors[2], _tensors[3]);
    }

    /// <summary>Samples that it takes.</summary>
    public int Samples => _samples.Length;

    /// <summary>How many windows.</summary>
    public int Windows { get; }

    /// <summary>Embeds a segment of sound.</summary>
    /// <param name="samples">[<see cref="SpeechEmbedding.SamplesOf"/>(windows)] in [-1, 1].</param>
    /// <returns>[windows, 96], the oldest first; overwritten by the next call.</returns>
    /// <exception cref="ArgumentException">The number of samples is another one.</exception>
    public ReadOnlySpan<float> Run(ReadOnlySpan<float> samples)
    {
        if (samples.Length != _samples.Length) throw new ArgumentException($"{Windows} windows take {_samples.Length} samples, not {samples.Length}.");
        for (var i = 0; i < samples.Length; i++) _samples[i] = 32_768 * samples[i];
        _mel.RunWithBinding(_options, _melBinding);
        for (var i = 0; i < _spectrum.Length; i++) _spectrum[i] = _spectrum[i] / 10 + 2; // as the embedding was trained
        _embedding.RunWithBinding(_options, _embeddingBinding);
        for (var window = 0; window < Windows; window++)
            for (var i = 0; i < SpeechEmbedding.Size; i++) _vectors[window * SpeechEmbedding.Size + i] = _channels[i * Windows + window];
        return _vectors;
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        _melBinding.Dispose();
        _embeddingBinding.Dispose();
        foreach (var tensor in _tensors) tensor.Dispose();
        _options.Dispose();
    }

    static OrtIoBinding Bind(InferenceSession session, OrtValue input, OrtValue output)
    {
        var binding = session.CreateIoBinding();
        binding.BindInput(session.InputNames[0], input);
        binding.BindOutput(session.OutputNames[0], output);
        return binding;
    }
}
