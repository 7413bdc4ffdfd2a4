namespace SuRnnStream;

/// <summary>
/// A second look by the speech embedding and a head of one's own. Shared by any number of detectors on any threads; each thread that asks gets its
/// own working memory, and nothing is allocated after that but what ONNX Runtime itself needs.
/// </summary>
public sealed class SpeechVerifier : IVerifier, IDisposable
{
    readonly SpeechEmbedding _embedding;
    readonly LookHead _head;
    readonly ThreadLocal<(EmbeddingRun Run, float[] Scratch)> _memory;
    readonly long _multiplyAdds;

    /// <param name="embedding">Disposed with this.</param>
    /// <param name="head">What is fitted over it.</param>
    /// <exception cref="ArgumentException">The head is none (<see cref="LookHead.Validate"/>).</exception>
    public SpeechVerifier(SpeechEmbedding embedding, LookHead head)
    {
        (_embedding, _head) = (embedding, head.Validate());
        _memory = new(() => (embedding.NewRun(head.Shape.AllWindows), new float[head.Scratch]), trackAllValues: true);
        _multiplyAdds = SpeechEmbedding.MultiplyAdds(head.Shape.AllWindows) + head.MultiplyAdds;
    }

    /// <summary>Reads a head, and the embedding from the user's cache.</summary>
    /// <param name="head">The .look file.</param>
    /// <param name="embedding">Folder of the embedding; null: <see cref="EmbeddingFiles.DefaultFolder"/>.</param>
    /// <exception cref="IOException">A file is missing or cannot be read; the message says how to fetch the embedding.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or another one.</exception>
    public static SpeechVerifier Load(string head, string? embedding = null)
    {
        var read = LookFile.Load(head);
        return new SpeechVerifier(new SpeechEmbedding(EmbeddingFiles.Load(embedding)), read);
    }

    /// <summary>The head.</summary>
    public LookHead Head => _head;

    /// <inheritdoc/>
    public IReadOnlyList<string> Labels => _head.Labels;

    /// <inheritdoc/>
    public VerifierRule Rule => _head.Rule;

    /// <inheritdoc/>
    public VerifierWindow Window => new()
    {
        SampleRate = SpeechEmbedding.SampleRate,
        SamplesBefore = _head.Shape.Samples - _head.Shape.SamplesAfter,
        SamplesAfter = _head.Shape.SamplesAfter,
    };

    /// <inheritdoc/>
    public long Verify(in VerifierCandidate candidate, Span<float> probabilities)
    {
        var (run, scratch) = _memory.Value;
        _head.Evaluate(run.Run(candidate.Samples), probabilities, scratch);
        return _multiplyAdds;
    }

    /// <summary>Frees the embedding. No detector may ask any more.</summary>
    public void Dispose()
    {
        foreach (var (run, _) in _memory.Values) run.Dispose();
        _memory.Dispose();
        _embedding.Dispose();
    }
}
