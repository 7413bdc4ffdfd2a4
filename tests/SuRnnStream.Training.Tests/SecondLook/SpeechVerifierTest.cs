using SuRnnStream.Tests.Support;
using SuRnnStream.Training.Commands;
using SuRnnStream.Training.SecondLook;
using Xunit;

namespace SuRnnStream.Training.Tests.SecondLook;

public sealed class SpeechVerifierTest
{
    static readonly SuRnnModel Model = ModelFile.Load(Repository.File("models", "commands.surnn"));
    static readonly float[] Words = AudioFile.ReadAll(Repository.File("samples", "audio", "commands.wav"), 16_000);

    static SpeechVerifier Verifier(LookHead head)
    {
        Assert.SkipUnless(Directory.Exists(EmbeddingFiles.DefaultFolder), $"no speech embedding in {EmbeddingFiles.DefaultFolder}: surnn-train fetch-embedding");
        return new SpeechVerifier(new SpeechEmbedding(EmbeddingFiles.Load()), head);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.4)]
    public void Process_AsksAboutTheSameBurstsAndWindowsThatTheHeadIsFittedOn(float ownLook)
    {
        var head = LookFileTest.Head() with { Rule = new VerifierRule { Threshold = 0.001f, AtMost = TimeSpan.FromSeconds(3), OwnLookWeight = ownLook } };
        using var verifier = Verifier(head);
        var verdicts = new List<Detection>();
        var detector = new StreamingDetector(Model, Model.Defaults with { Verifier = verifier }) { OnVerdict = verdicts.Add };
        detector.Process(Words, _ => { });

        using var embedding = new SpeechEmbedding(EmbeddingFiles.Load());
        var maker = new LookBankMaker(Model.WithoutSecondLook(), head.Shape, head.Rule, embedding, new LookSounds([], 16_000), 1);
        var answers = new LookStream(LookStreamKind.Words, -1, TimeSpan.Zero, [], SecondLookCommand.Candidates(Model, head.Rule, maker)(Words)).Answers(head, Model.Config.Labels, Model.Config.Background, 16_000).ToArray();
        Assert.True(answers.Length >= 10);
        Assert.Equal(answers.Select(answer => (answer.Label, answer.Score, answer.Time)), verdicts.Select(verdict => (verdict.Label, verdict.Score, verdict.Time)));
    }

    [Fact]
    public void Process_AllocatesNothingForACandidate()
    {
        using var verifier = Verifier(LookFileTest.Head() with { Rule = new VerifierRule { Threshold = 0.999f } });
        var detector = new StreamingDetector(Model, Model.Defaults with { Verifier = verifier });
        Action<Detection> nobody = _ => { };
        detector.Process(Words.AsSpan(0, 400_000), nobody);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var stats = detector.Process(Words.AsSpan(400_000), nobody);
        Assert.True(stats.Candidates > 3);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / stats.Candidates, 0, 64);
        Assert.Equal(stats.Candidates * (SpeechEmbedding.MultiplyAdds(6) + LookFileTest.Head().MultiplyAdds), stats.VerifierMultiplyAdds);
    }

    [Fact]
    public void Verify_OnManyThreads_SaysTheSame()
    {
        using var verifier = Verifier(LookFileTest.Head() with { Rule = new VerifierRule { Threshold = 0.01f } });
        var options = Model.Defaults with { Verifier = verifier };
        var alone = new List<Detection>();
        new StreamingDetector(Model, options).Process(Words, alone.Add);
        Assert.NotEmpty(alone);
        Parallel.For(0, 4, _ =>
        {
            var detections = new List<Detection>();
            new StreamingDetector(Model, options).Process(Words, detections.Add);
            Assert.Equal(alone, detections);
        });
    }
}
