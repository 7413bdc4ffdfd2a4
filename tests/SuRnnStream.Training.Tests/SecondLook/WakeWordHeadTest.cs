using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.SecondLook;

/// <summary>A head of another engine as second look: asked about the last windows around a burst's end, by its file's name.</summary>
public sealed class WakeWordHeadTest
{
    const int Windows = 16, Shifts = 8;

    static readonly SuRnnModel Model = ModelFile.Load(Repository.File("models", "commands.surnn"));
    static readonly float[] Words = AudioFile.ReadAll(Repository.File("samples", "audio", "commands.wav"), 16_000);
    static readonly float[] Weights = [.. Enumerable.Range(0, Windows * SpeechEmbedding.Size).Select(i => 0.02f * MathF.Sin(i))];

    static void RequireEmbedding() => Assert.SkipUnless(Directory.Exists(EmbeddingFiles.DefaultFolder), $"no speech embedding in {EmbeddingFiles.DefaultFolder}: surnn-train fetch-embedding");

    [Fact]
    public void Verify_IsTheHighestScoreOfEightShifts_TheLastAHopAndAHalfAfterTheBurst()
    {
        RequireEmbedding();
        using var head = new WakeWordHead("yes", HeadFile.Of(Weights, Windows, SpeechEmbedding.Size), new SpeechEmbedding(EmbeddingFiles.Load()));
        Assert.Equal((2 * SpeechEmbedding.Hop, SpeechEmbedding.SamplesOf(Windows + Shifts - 1)), (head.Window.SamplesAfter, head.Window.Samples));
        using var embedding = new SpeechEmbedding(EmbeddingFiles.Load());
        using var run = embedding.NewRun(Windows + Shifts - 1);
        var samples = Words.AsSpan(16_000, head.Window.Samples);
        var vectors = run.Run(samples).ToArray();
        var expected = Enumerable.Range(0, Shifts).Max(shift => 1 / (1 + Math.Exp(-Weights.Select((weight, i) => (double)weight * vectors[(shift * SpeechEmbedding.Size) + i]).Sum())));
        var said = new float[1];
        for (var i = 0; i < 2; i++) // the second time in memory that was used before
        {
            head.Verify(new VerifierCandidate { Samples = samples, Frames = [], Start = TimeSpan.Zero, End = TimeSpan.FromSeconds(1) }, said);
            Assert.Equal(expected, said[0], 1e-4);
        }
    }

    [Fact]
    public async Task Verify_OfCandidatesThatOverlap_GivesTheSame_AndEmbedsWhatIsNew()
    {
        RequireEmbedding();
        var file = HeadFile.Of(Weights, Windows, SpeechEmbedding.Size);
        using var embedding = new SpeechEmbedding(EmbeddingFiles.Load());
        using var head = new WakeWordHead("yes", file, embedding);
        var all = SpeechEmbedding.MultiplyAdds(Windows + Shifts - 1);
        (int At, long Cost)[] asked = // as a long burst is cut, a hop more, far away, back, the same again, half a hop further, 2 s further
        [
            (16_000, all), (18_560, SpeechEmbedding.MultiplyAdds(2)), (21_120, SpeechEmbedding.MultiplyAdds(2)), (22_400, SpeechEmbedding.MultiplyAdds(1)), (200_000, all), (22_400, all), (22_400, 0), (23_040, all), (55_040, all),
        ];
        var (said, fresh) = (new float[1], new float[1]);
        foreach (var (at, cost) in asked)
        {
            VerifierCandidate Candidate() => new() { Samples = Words.AsSpan(at, head.Window.Samples), Frames = [], Start = TimeSpan.Zero, End = TimeSpan.FromSeconds(1) };
            Assert.Equal((at, cost), (at, head.Verify(Candidate(), said)));
            await Task.Factory.StartNew(() => head.Verify(Candidate(), fresh), TaskCreationOptions.LongRunning); // another thread has no memory of it
            Assert.Equal(fresh[0], said[0], 1e-5f); // ONNX Runtime rounds otherwise where it has fewer windows
        }
    }

    [Fact]
    public void AFileOfOneWord_ConfirmsThatWord_AndNothingElse()
    {
        RequireEmbedding();
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("stop_v0.1.onnx"), HeadFile.Of(new float[Windows * SpeechEmbedding.Size], Windows, SpeechEmbedding.Size)); // a half, always
        using var head = (WakeWordHead)SecondLooks.Open(folder.File("stop_v0.1.onnx"));
        var (proposed, detected) = (new List<Detection>(), new List<Detection>());
        var detector = new StreamingDetector(Model, Model.Defaults with { Verifier = head, Refractory = TimeSpan.Zero }) { OnVerdict = proposed.Add };
        detector.Process(Words, detected.Add);
        detector.Finish(detected.Add);
        Assert.True(proposed.Count >= 10);
        Assert.Equal(proposed, detected); // 0.5 reaches 0.5
        Assert.All(detected, detection => Assert.Equal(("stop", 0.5f), (detection.Label, detection.Score)));
    }

    [Theory]
    [InlineData("alexa_v0.1.onnx", "alexa")]
    [InlineData("/heads/hey_jarvis_v0.1.onnx", "hey_jarvis")]
    [InlineData("computer.onnx", "computer")]
    [InlineData("computer-2.1.onnx", "computer")]
    [InlineData("route66.onnx", "route66")]
    public void LabelOf_IsTheNameWithoutItsVersion(string file, string label) => Assert.Equal(label, WakeWordHead.LabelOf(file));

    [Fact]
    public void WhatIsNoSuchHead_IsRefusedByName()
    {
        RequireEmbedding();
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.onnx"), [1, 2, 3]);
        File.WriteAllBytes(folder.File("b.onnx"), HeadFile.Of(new float[16 * 40], 16, 40));
        Assert.Contains("a.onnx: it is no ONNX model", Assert.Throws<InvalidDataException>(() => WakeWordHead.Load(folder.File("a.onnx"))).Message);
        Assert.Contains("b.onnx: it takes and gives something else: x [1, 16, 40], ->, score [1, 1]; name an ONNX head", Assert.Throws<InvalidDataException>(() => WakeWordHead.Load(folder.File("b.onnx"))).Message);
        Assert.Throws<FileNotFoundException>(() => WakeWordHead.Load(folder.File("c.onnx")));
    }
}
