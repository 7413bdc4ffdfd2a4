using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace SuRnnStream;

/// <summary>
/// A wake-word head of openWakeWord or livekit-wakeword as second look: an ONNX file that takes [1, windows, 96] speech embeddings, 16 windows of 80 ms as a rule, and gives one score. It is asked about
/// each burst of open switches at eight shifts of 80 ms around the burst's end, as those programs ask it every 80 ms, and the highest score counts. Which file says which word follows from its name. The
/// head is the user's, with the licence of whoever made it. Shared by any number of detectors on any threads.
/// </summary>
public sealed partial class WakeWordHead : IVerifier, IDisposable
{
    const int Shifts = 8, LastEnd = 2;      // the last window ends 400 ms before to 160 ms after the burst's end
    const int MostMoved = 12;               // the most windows from one candidate to the next at which the remaining ones are reused
    const int MostWindows = 64, Usual = 16; // where the file leaves it open

    readonly SpeechEmbedding _embedding;
    readonly InferenceSession _head;
    readonly string _input, _output;
    readonly int _windows;
    readonly ThreadLocal<Memory> _memory;

    /// <param name="label">The word that it detects, as the detector's model calls it.</param>
    /// <param name="head">The ONNX file's bytes.</param>
    /// <param name="embedding">Disposed with this.</param>
    /// <exception cref="InvalidDataException">It is no ONNX model, or takes or gives something else.</exception>
    public WakeWordHead(string label, byte[] head, SpeechEmbedding embedding)
    {
        ArgumentException.ThrowIfNullOrEmpty(label);
        (Labels, _embedding) = ([label], embedding);
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        try
        {
            _head = new InferenceSession(head, options);
        }
        catch (OnnxRuntimeException unreadable)
        {
            throw new InvalidDataException($"it is no ONNX model: {PlainText.Cut(unreadable.Message, 200)}", unreadable);
        }
        (_windows, _input, _output) = Shape();
        _memory = new(() => new Memory(this), trackAllValues: true);
    }

    /// <summary>Reads a head, and the embedding from the user's cache.</summary>
    /// <param name="head">The ONNX file; its name without what looks like a version is the label: <c>alexa_v0.1.onnx</c> is <em>alexa</em>.</param>
    /// <param name="embedding">Folder of the embedding; null: <see cref="EmbeddingFiles.DefaultFolder"/>.</param>
    /// <exception cref="IOException">A file is missing or cannot be read; the message says how to fetch the embedding.</exception>
    /// <exception cref="InvalidDataException">It is no such head; the message names the file.</exception>
    public static WakeWordHead Load(string head, string? embedding = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(head);
        var bytes = File.ReadAllBytes(head);
        var vectors = new SpeechEmbedding(EmbeddingFiles.Load(embedding));
        try
        {
            return new WakeWordHead(LabelOf(head), bytes, vectors);
        }
        catch (InvalidDataException wrong)
        {
            vectors.Dispose();
            throw new InvalidDataException($"{head}: {wrong.Message.TrimEnd('.')}; name an ONNX head of openWakeWord or livekit-wakeword, which takes [1, 16, 96] embeddings and gives one score.", wrong);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The head decides alone, at the threshold that openWakeWord has by default. Long bursts, of running speech, are asked about every 160 ms.</summary>
    public VerifierRule Rule { get; init; } = new()
    {
        Threshold = 0.5f,
        OwnPower = 0,
        BackgroundPower = 0,
        Calm = TimeSpan.FromMilliseconds(160),
        AtMost = TimeSpan.FromSeconds(1.5),
        CutEvery = TimeSpan.FromMilliseconds(160),
    };

    /// <inheritdoc/>
    public VerifierWindow Window => new()
    {
        SampleRate = SpeechEmbedding.SampleRate,
        SamplesBefore = SpeechEmbedding.SamplesOf(_windows + Shifts - 1) - (LastEnd * SpeechEmbedding.Hop),
        SamplesAfter = LastEnd * SpeechEmbedding.Hop,
    };

    /// <inheritdoc/>
    /// <returns>Multiply-adds of spectrum and embedding; those of the head are not known.</returns>
    public long Verify(in VerifierCandidate candidate, Span<float> probabilities)
    {
        var memory = _memory.Value!;
        var embedded = memory.Embed(candidate.Samples);
        var best = 0f;
        for (var shift = 0; shift < Shifts; shift++) best = MathF.Max(best, memory.Score(shift));
        probabilities[0] = Math.Clamp(best, 0, 1);
        return embedded == 0 ? 0 : SpeechEmbedding.MultiplyAdds(embedded);
    }

    /// <summary>Frees head and embedding. No detector may ask any more.</summary>
    public void Dispose()
    {
        foreach (var memory in _memory.Values) memory.Dispose();
        _memory.Dispose();
        _head.Dispose();
        _embedding.Dispose();
    }

    /// <summary>The word of a head's file.</summary>
    internal static string LabelOf(string path) => Version().Replace(Path.GetFileNameWithoutExtension(path), "");

    (int Windows, string Input, string Output) Shape()
    {
        var (inputs, outputs) = (_head.InputMetadata, _head.OutputMetadata);
        var wrong = inputs.Count != 1 || outputs.Count != 1 || inputs.First().Value is not { Dimensions: [<= 1, -1 or (>= 1 and <= MostWindows), SpeechEmbedding.Size] } metadata || metadata.ElementType != typeof(float)
            || outputs.First().Value.ElementType != typeof(float) || outputs.First().Value.Dimensions.Any(length => length > 1);
        if (!wrong) return (inputs.First().Value.Dimensions[1] is > 0 and var windows ? windows : Usual, inputs.First().Key, outputs.First().Key);
        var found = string.Join(", ", inputs.Select(input => Text(input.Key, input.Value)).Append("->").Concat(outputs.Select(output => Text(output.Key, output.Value))));
        _head.Dispose();
        throw new InvalidDataException($"it takes and gives something else: {PlainText.Cut(found, 200)}");

        static string Text(string name, NodeMetadata metadata) => $"{name} [{string.Join(", ", metadata.Dimensions ?? [])}]";
    }

    [GeneratedRegex(@"[_-]v?\d+(\.\d+)*$")]
    private static partial Regex Version();

    /// <summary>
    /// State of one thread. It keeps the last candidate: a long burst is asked about every 160 ms, and all but two windows are the same as before, so that only two are embedded.
    /// </summary>
    sealed class Memory : IDisposable
    {
        readonly WakeWordHead _head;
        readonly int _windows;                              // of a candidate
        readonly OrtValue _in, _out;
        readonly OrtIoBinding _binding;
        readonly RunOptions _options = new();
        readonly Dictionary<int, EmbeddingRun> _runs = [];  // by how many windows they embed
        readonly float[] _input, _output = new float[1];
        readonly float[] _samples;                          // of the last candidate
        readonly float[] _vectors;                          // [windows, Size] of it
        readonly float[] _scores = new float[Shifts];       // of it; NaN: not asked yet
        bool _has;

        public Memory(WakeWordHead head)
        {
            (_head, _windows) = (head, head._windows + Shifts - 1);
            (_samples, _vectors) = (new float[SpeechEmbedding.SamplesOf(_windows)], new float[_windows * SpeechEmbedding.Size]);
            _input = new float[head._windows * SpeechEmbedding.Size];
            _in = OrtValue.CreateTensorValueFromMemory(_input, [1, head._windows, SpeechEmbedding.Size]);
            var rank = head._head.OutputMetadata[head._output].Dimensions.Length;
            _out = OrtValue.CreateTensorValueFromMemory(_output, [.. Enumerable.Repeat(1L, rank)]);
            _binding = head._head.CreateIoBinding();
            _binding.BindInput(head._input, _in);
            _binding.BindOutput(head._output, _out);
        }

        /// <returns>How many windows had to be embedded.</returns>
        public int Embed(ReadOnlySpan<float> samples)
        {
            var count = _has ? Moved(samples) : _windows;
            if (count == 0) return 0;
            _has = false; // until all is there
            if (!_runs.TryGetValue(count, out var run)) _runs[count] = run = _head._embedding.NewRun(count);
            var fresh = run.Run(samples[^SpeechEmbedding.SamplesOf(count)..]);
            _vectors.AsSpan(count * SpeechEmbedding.Size).CopyTo(_vectors);
            fresh.CopyTo(_vectors.AsSpan(_vectors.Length - fresh.Length));
            var known = Math.Max(0, Shifts - count);
            _scores.AsSpan(Shifts - known).CopyTo(_scores);
            _scores.AsSpan(known).Fill(float.NaN);
            samples.CopyTo(_samples);
            _has = true;
            return count;
        }

        public float Score(int shift)
        {
            if (!float.IsNaN(_scores[shift])) return _scores[shift];
            _vectors.AsSpan(shift * SpeechEmbedding.Size, _input.Length).CopyTo(_input);
            _head._head.RunWithBinding(_options, _binding);
            return _scores[shift] = float.IsNaN(_output[0]) ? 0 : _output[0];
        }

        /// <summary>By how many windows this sound lies after the last one: 0 is the same, all of them that nothing is in both. Only moves of up to a second are looked for.</summary>
        int Moved(ReadOnlySpan<float> samples)
        {
            for (var count = 0; count <= Math.Min(MostMoved, _windows - 1); count++)
                if (samples[..^(count * SpeechEmbedding.Hop)].SequenceEqual(_samples.AsSpan(count * SpeechEmbedding.Hop))) return count;
            return _windows;
        }

        public void Dispose()
        {
            _binding.Dispose();
            _options.Dispose();
            _in.Dispose();
            _out.Dispose();
            foreach (var run in _runs.Values) run.Dispose();
        }
    }
}
