namespace SuRnnStream.Training.Mel;

/// <summary>A speech embedding, trained on many speakers, as a teacher of words. For any number of threads.</summary>
sealed class SpeechTeacher : IDisposable
{
    const int Windows = 8;
    const double LastEnd = 0.16;        // seconds from a word's end to the end of the last window

    /// <summary>Amplitude of noise under a clip and where it is over: zeros would count as such.</summary>
    public const float Faint = 6e-5f;

    readonly SpeechEmbedding _embedding;
    readonly ThreadLocal<EmbeddingRun> _runs;

    /// <param name="folder">Holds the embedding's files; null: where `fetch-embedding` puts them.</param>
    /// <exception cref="IOException">A file is missing.</exception>
    public SpeechTeacher(string? folder)
    {
        _embedding = new SpeechEmbedding(EmbeddingFiles.Load(folder));
        _runs = new ThreadLocal<EmbeddingRun>(() => _embedding.NewRun(Windows), trackAllValues: true);
    }

    /// <summary>Numbers in a target: mean and maximum of the vectors round a word.</summary>
    public const int Length = 2 * SpeechEmbedding.Size;

    /// <summary>Mean and maximum over eight windows, 80 ms apart, of which the last one ends 0.16 s after the word.</summary>
    /// <param name="samples">At 16 kHz, in [-1, 1].</param>
    /// <param name="end">The sample after the word's last.</param>
    public float[] Target(ReadOnlySpan<float> samples, int end)
    {
        var (run, random) = (_runs.Value!, new Random(1));
        var heard = new float[run.Samples];
        for (var i = 0; i < heard.Length; i++) heard[i] = Faint * (2 * random.NextSingle() - 1);
        var first = end + (int)(LastEnd * SpeechEmbedding.SampleRate) - heard.Length; // place of heard[0] in the clip
        for (var i = Math.Max(0, -first); i < heard.Length && first + i < samples.Length; i++) heard[i] += samples[first + i];
        var vectors = run.Run(heard);
        var target = new float[Length];
        for (var i = 0; i < SpeechEmbedding.Size; i++)
        {
            float sum = 0, most = float.NegativeInfinity;
            for (var w = 0; w < Windows; w++)
            {
                sum += vectors[w * SpeechEmbedding.Size + i];
                most = Math.Max(most, vectors[w * SpeechEmbedding.Size + i]);
            }
            (target[i], target[SpeechEmbedding.Size + i]) = (sum / Windows, most);
        }
        return target;
    }

    public void Dispose()
    {
        foreach (var run in _runs.Values) run.Dispose();
        _runs.Dispose();
        _embedding.Dispose();
    }
}
