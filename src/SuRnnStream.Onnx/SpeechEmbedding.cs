using Microsoft.ML.OnnxRuntime;

namespace SuRnnStream;

/// <summary>
/// Google's speech embedding as openWakeWord ported it, run by ONNX Runtime on one thread: 96 numbers for every 0.775 s of speech. Immutable;
/// any number of threads may make an <see cref="EmbeddingRun"/> of it.
/// </summary>
public sealed class SpeechEmbedding : IDisposable
{
    /// <summary>Samples per second that it takes.</summary>
    public const int SampleRate = 16_000;

    /// <summary>Numbers in a vector.</summary>
    public const int Size = 96;

    /// <summary>Samples from one window to the next, 80 ms.</summary>
    public const int Hop = FrameHop * FramesPerHop;

    internal const int Bands = 32, FrameHop = 160, FrameWindow = 512, WindowFrames = 76, FramesPerHop = 8;

    readonly InferenceSession _mel, _embedding;

    /// <param name="files">The ONNX files.</param>
    /// <exception cref="InvalidDataException">They are other files than the known ones.</exception>
    public SpeechEmbedding(EmbeddingFiles files) : this(files, shared: true) { }

    /// <param name="files">The ONNX files.</param>
    /// <param name="shared">False: the file as it is, for tests; then only runs of one window work.</param>
    internal SpeechEmbedding(EmbeddingFiles files, bool shared)
    {
        _mel = Session(files.Mel);
        _embedding = Session(shared ? SharedLayers.Free(files.Embedding) : files.Embedding);
    }

    /// <summary>Samples that a number of windows cover together.</summary>
    public static int SamplesOf(int windows) => (Frames(windows) - 1) * FrameHop + FrameWindow;

    /// <summary>Working memory for a number of windows at once, for one thread at a time.</summary>
    /// <param name="windows">1 or more.</param>
    public EmbeddingRun NewRun(int windows) => new(_mel, _embedding, windows);

    /// <summary>Multiply-adds of a number of windows: spectrum and network. Each window after the first costs an eighth of the first.</summary>
    public static long MultiplyAdds(int windows)
    {
        long sum = 0, channels = 1;
        var (time, bands) = (Frames(windows), Bands);
        foreach (var layer in Layers)
        {
            time = (time - layer.Time + 1) / layer.TimePool;
            sum += (long)time * layer.TimePool * bands * layer.Time * layer.Band * channels * layer.Channels;
            (bands, channels) = (bands / layer.BandPool, layer.Channels);
        }
        return sum + Frames(windows) * (2L * FrameWindow + Bands) * (FrameWindow / 2 + 1);
    }

    // 20 convolutions, time x band; a pool after some of them. Bands are padded, time is not.
    static readonly (int Time, int Band, int Channels, int TimePool, int BandPool)[] Layers =
    [
        (3, 3, 24, 1, 1), (1, 3, 24, 1, 1), (3, 1, 24, 2, 2),
        (1, 3, 48, 1, 1), (3, 1, 48, 1, 1), (1, 3, 48, 1, 1), (3, 1, 48, 1, 2),
        (1, 3, 72, 1, 1), (3, 1, 72, 1, 1), (1, 3, 72, 1, 1), (3, 1, 72, 2, 2),
        (1, 3, 96, 1, 1), (3, 1, 96, 1, 1), (1, 3, 96, 1, 1), (3, 1, 96, 1, 2),
        (1, 3, 96, 1, 1), (3, 1, 96, 1, 1), (1, 3, 96, 1, 1), (3, 1, 96, 2, 2),
        (3, 1, 96, 1, 1),
    ];

    internal static int Frames(int windows) => WindowFrames + FramesPerHop * (windows - 1);

    /// <summary>Frees the sessions. Runs made of them must not be used any more.</summary>
    public void Dispose()
    {
        _mel.Dispose();
        _embedding.Dispose();
    }

    static InferenceSession Session(byte[] model)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        return new InferenceSession(model, options);
    }
}
