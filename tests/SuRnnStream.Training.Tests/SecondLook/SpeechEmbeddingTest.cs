using System.Globalization;
using SuRnnStream.Evaluation.Mixing;
using Xunit;

namespace SuRnnStream.Training.Tests.SecondLook;

/// <summary>With the real embedding, where `surnn-train fetch-embedding` has been called on this machine.</summary>
public sealed class SpeechEmbeddingTest
{
    static EmbeddingFiles Files()
    {
        Assert.SkipUnless(Directory.Exists(EmbeddingFiles.DefaultFolder), $"no speech embedding in {EmbeddingFiles.DefaultFolder}: surnn-train fetch-embedding");
        return EmbeddingFiles.Load();
    }

    static float[] Sound(int samples) => PinkNoise.Make(samples, -20, seed: 3);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(11)]
    public void Run_OfManyWindows_IsEqualToSeparateWindows_ToTheLastBit(int windows)
    {
        var files = Files();
        using var shared = new SpeechEmbedding(files);
        using var separate = new SpeechEmbedding(files, shared: false);
        using var all = shared.NewRun(windows);
        using var one = separate.NewRun(1);
        var sound = Sound(all.Samples);
        var vectors = all.Run(sound).ToArray();
        Assert.Equal(windows * SpeechEmbedding.Size, vectors.Length);
        // The spectrum is cut at 80 dB below its loudest number: pink noise has none so faint, so that each window by itself has the same.
        for (var window = 0; window < windows; window++)
            Assert.Equal(one.Run(sound.AsSpan(window * SpeechEmbedding.Hop, one.Samples)).ToArray(), vectors.AsSpan(window * SpeechEmbedding.Size, SpeechEmbedding.Size).ToArray());
        Assert.Contains(vectors, x => Math.Abs(x) > 1);
    }

    [Fact]
    public void Run_AllocatesNearlyNothing()
    {
        using var embedding = new SpeechEmbedding(Files());
        using var run = embedding.NewRun(10);
        var sound = Sound(run.Samples);
        for (var i = 0; i < 3; i++) run.Run(sound);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++) run.Run(sound);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 20, 0, 64); // ONNX Runtime's own handles, if any
    }

    [Fact]
    public void Run_OfAnotherNumberOfSamples_SaysHowMany()
    {
        using var embedding = new SpeechEmbedding(Files());
        using var run = embedding.NewRun(2);
        var wrong = Assert.Throws<ArgumentException>(() => run.Run(new float[100]));
        Assert.Contains(SpeechEmbedding.SamplesOf(2).ToString(CultureInfo.InvariantCulture), wrong.Message);
    }

    [Theory] // counted by hand from the file's layers: 42.0 M for the first window, 5.6 M for each further one, and the spectrum
    [InlineData(1, 41_955_840 + 76 * 271_392)]
    [InlineData(2, 47_568_384 + 84 * 271_392)]
    [InlineData(10, 92_468_736 + 148 * 271_392)]
    public void MultiplyAdds_AreThoseOfTheLayers(int windows, long expected) => Assert.Equal(expected, SpeechEmbedding.MultiplyAdds(windows));

    [Fact]
    public void Load_OfAnotherFile_NamesItAndTheRemedy()
    {
        using var folder = new SuRnnStream.Tests.TemporaryFolder();
        var missing = Assert.Throws<FileNotFoundException>(() => EmbeddingFiles.Load(folder.Path));
        Assert.Contains("fetch-embedding", missing.Message);
        File.WriteAllBytes(folder.File("melspectrogram.onnx"), [1, 2, 3]);
        var wrong = Assert.Throws<InvalidDataException>(() => EmbeddingFiles.Load(folder.Path));
        Assert.Contains("melspectrogram.onnx", wrong.Message);
        Assert.Contains("fetch-embedding", wrong.Message);
    }

    [Fact]
    public void Free_OfAnotherModel_SaysWhatIsMissing() =>
        Assert.Contains("76 frames", Assert.Throws<InvalidDataException>(() => SharedLayers.Free(new byte[1000])).Message);
}
