using SuRnnStream.Tests.Support;
using SuRnnStream.Training.SecondLook;
using Xunit;

namespace SuRnnStream.Training.Tests.SecondLook;

public sealed class LookProposerTest
{
    static readonly SuRnnModel Commands = ModelFile.Load(Repository.File("models", "commands-small.surnn"));
    static readonly float[] Words = AudioFile.ReadAll(Repository.File("samples", "audio", "commands.wav"), 16_000);
    static readonly VerifierRule Rule = new() { Threshold = 0.8f, OwnPower = 0, BackgroundPower = 0 };

    /// <summary>Takes everything for *computer*.</summary>
    sealed class Always : IVerifier
    {
        public IReadOnlyList<string> Labels => ["unknown", "computer"];
        public VerifierRule Rule => LookProposerTest.Rule;
        public VerifierWindow Window => default;

        public long Verify(in VerifierCandidate candidate, Span<float> probabilities)
        {
            (probabilities[0], probabilities[1]) = (0, 1);
            return 1;
        }
    }

    [Fact]
    public void Make_KeepsEveryScoreAndBurst_AndNeverAnswersByItself()
    {
        var made = LookProposer.Make(Commands, ["computer", "alexa"]);
        Assert.Equal([.. Commands.Config.Labels, "computer", "alexa"], made.Config.Labels);
        Assert.Equal(Commands.Config.Labels, made.Config.Background);

        var (before, after, sound) = (Scores(Commands), Scores(made), Commands.Config.Labels.Count);
        Assert.Equal(before.Count, after.Count);
        foreach (var (own, with) in before.Zip(after))
        {
            Assert.Equal(own, with[..sound]);
            Assert.All(with[sound..], score => Assert.InRange(score, 0, 1e-9f));
        }
        (long, long, long)[] Bursts(SuRnnModel model) => [.. new BurstScan(model, Rule).Proposals(Words, 0).Select(burst => (burst.Start, burst.End, burst.Known))];
        Assert.True(Bursts(made).Length > 5);
        Assert.Equal(Bursts(Commands), Bursts(made));

        var alone = new List<Detection>();
        new StreamingDetector(made).Process(Words, alone.Add);
        Assert.Empty(alone);
    }

    [Fact]
    public void ASecondLook_DetectsAWordThatTheNetworkDoesNotKnow()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("proposer-").FullName, "computer.surnn");
        ModelFile.Save(path, LookProposer.Make(Commands, ["computer"]));
        var model = ModelFile.Load(path);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        var detections = new List<Detection>();
        new StreamingDetector(model, model.Defaults with { Verifier = new Always() }).Process(Words, detections.Add);
        Assert.True(detections.Count > 5);
        Assert.All(detections, detection => Assert.Equal("computer", detection.Label));
    }

    [Fact]
    public void Make_ForAWordThatTheModelKnows_Refuses() =>
        Assert.Contains("'yes'", Assert.Throws<ArgumentException>(() => LookProposer.Make(Commands, ["computer", "yes"])).Message);

    static List<float[]> Scores(SuRnnModel model)
    {
        var scores = new List<float[]>();
        new StreamingDetector(model) { OnFrame = (in FrameView frame) => scores.Add(frame.Scores.ToArray()) }.Process(Words, _ => { });
        return scores;
    }
}
