using SuRnnStream.Training.Data;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Mel;

/// <summary>
/// What a teacher says about running speech, every 80 ms. To give the same numbers the network must tell all sounds of speech apart, in the voices of many more
/// speakers than say its words.
/// </summary>
sealed class SpeechDistillation : IDisposable
{
    const int Windows = 32; // of one run of the teacher

    readonly int[] _rows; // [frames of all recordings] row of the vector that ends in this frame; -1: none

    /// <param name="vectors">Of each recording, as <see cref="Read"/> gives them.</param>
    /// <param name="frames">Frames of each recording.</param>
    /// <param name="frontEnd">Makes the frames.</param>
    public SpeechDistillation(IReadOnlyList<float[]> vectors, IReadOnlyList<int> frames, FrontEndConfig frontEnd)
    {
        const int Size = SpeechEmbedding.Size;
        (First, var hop) = Places(frontEnd);
        _rows = new int[frames.Sum()];
        Array.Fill(_rows, -1);
        var (all, count, at) = (new float[vectors.Sum(x => x.Length)], 0, 0);
        for (var r = 0; r < frames.Count; at += frames[r++])
        {
            vectors[r].CopyTo(all, count * Size);
            for (var i = 0; i < vectors[r].Length / Size; i++, count++)
                if (First + i * hop is var frame && frame < frames[r]) _rows[at + frame] = count;
        }
        using var scope = NewDisposeScope();
        var rows = tensor(all, [count, Size]);
        Vectors = ((rows - rows.mean([0], keepdim: true)) / (rows.std(0, unbiased: true, keepdim: true) + 1e-6)).clamp(-5, 5).MoveToOuterDisposeScope();
    }

    /// <summary>[vectors, 96] of mean 0 and variance 1.</summary>
    public Tensor Vectors { get; }

    /// <summary>Frames before the one in which a recording's first vector ends: a vector needs as many.</summary>
    public int First { get; }

    /// <summary>Row of the vector that ends in this frame of the recordings one after another; -1: none.</summary>
    public int RowAt(int frame) => _rows[frame];

    /// <summary>The teacher's vectors of each file, from <paramref name="cache"/> where that is there.</summary>
    /// <exception cref="InvalidDataException">The cache is of other recordings.</exception>
    public static List<float[]> Read(IReadOnlyList<string> files, FrontEndConfig frontEnd, string? teacher, string cache)
    {
        if (File.Exists(cache)) return ReadCache(cache, files.Count);
        _ = Places(frontEnd);
        using var embedding = new SpeechEmbedding(EmbeddingFiles.Load(teacher));
        using var runs = new ThreadLocal<EmbeddingRun>(() => embedding.NewRun(Windows), trackAllValues: true);
        List<float[]> vectors = [.. files.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(file => Of(Corpus.Read(file, SpeechEmbedding.SampleRate), runs.Value!))];
        foreach (var run in runs.Values) run.Dispose();
        using (var to = new BinaryWriter(File.Create(cache + ".tmp")))
        {
            to.Write(vectors.Count);
            foreach (var values in vectors) FloatArrays.Write(to, values);
        }
        File.Move(cache + ".tmp", cache, overwrite: true);
        return vectors;
    }

    static List<float[]> ReadCache(string cache, int count)
    {
        using var from = new BinaryReader(File.OpenRead(cache));
        if (from.ReadInt32() != count) throw new InvalidDataException($"{cache} was made of other recordings than are there now: delete it.");
        var vectors = new List<float[]>();
        while (vectors.Count < count) vectors.Add(FloatArrays.Read(from));
        return vectors;
    }

    /// <summary>[windows, 96] of all windows that the samples fill.</summary>
    static float[] Of(float[] samples, EmbeddingRun run)
    {
        var count = Math.Max(0, (samples.Length - SpeechEmbedding.SamplesOf(1)) / SpeechEmbedding.Hop + 1);
        var (vectors, part, random) = (new float[count * SpeechEmbedding.Size], new float[run.Samples], new Random(1));
        for (var first = 0; first < count; first += Windows)
        {
            for (var i = 0; i < part.Length; i++)
            {
                var at = first * SpeechEmbedding.Hop + i;
                part[i] = SpeechTeacher.Faint * (2 * random.NextSingle() - 1) + (at < samples.Length ? samples[at] : 0);
            }
            run.Run(part)[..(Math.Min(Windows, count - first) * SpeechEmbedding.Size)].CopyTo(vectors.AsSpan(first * SpeechEmbedding.Size));
        }
        return vectors;
    }

    /// <summary>The frame in which the first window ends, and frames from one window to the next.</summary>
    static (int First, int Hop) Places(FrontEndConfig frontEnd)
    {
        if (frontEnd.SampleRate != SpeechEmbedding.SampleRate || SpeechEmbedding.Hop % frontEnd.HopLength != 0) throw new ArgumentException($"The teacher's vectors are {SpeechEmbedding.Hop} samples of {SpeechEmbedding.SampleRate} Hz apart, which is no whole number of frames.");
        return ((SpeechEmbedding.SamplesOf(1) - frontEnd.WindowLength + frontEnd.HopLength - 1) / frontEnd.HopLength, SpeechEmbedding.Hop / frontEnd.HopLength);
    }

    public void Dispose() => Vectors.Dispose();
}
