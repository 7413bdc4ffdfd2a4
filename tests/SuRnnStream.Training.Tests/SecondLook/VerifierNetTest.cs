using SuRnnStream.Evaluation.Enrolment;
using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using SuRnnStream.Training.Commands;
using SuRnnStream.Training.SecondLook;
using SuRnnStream.Training.WordSpaces;
using Xunit;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Tests.SecondLook;

/// <summary>A model's own second look: in Torch and in the runtime one network, which learns from what the detector would ask about.</summary>
public sealed class VerifierNetTest : IDisposable
{
    static readonly ModelVerifier Shape = new() { Channels = 96, Blocks = 6, Hidden = 16 };

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static SuRnnModel Commands() => ModelFile.Load(Repository.File("models", "commands.surnn"));

    static WordSpaceWeights Weights(VerifierNet net, ModelVerifier? shape = null) => new((shape ?? Shape).Window(40), net.Export(), new Dictionary<string, string> { ["second look"] = "a test's" });

    [Fact]
    public void TheRuntime_GivesTorchsProbabilities_FromTheConvolutionsOfAWordSpace()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        random.manual_seed(3);
        var space = WordSpace.Load(Repository.File("models", "words.space"));
        var shape = Shape with { Channels = space.Shape.Channels };
        var net = new VerifierNet(shape, 40, 12);
        net.Start(space.Tensors);
        net.eval();
        var frames = rand([8, shape.Frames, 40]) * 3;
        var torch = Enumerable.Range(0, shape.Shifts).Select(shift => nn.functional.softmax(net.Logits(frames, [.. Enumerable.Repeat((long)shift, 8)]), 1)).Aggregate((x, y) => x + y) / shape.Shifts;
        var weights = Weights(net, shape);
        weights.Save(_folder.File("look.bin"));
        var model = AddVerifierCommand.Make(Commands(), WordSpaceWeights.Load(_folder.File("look.bin")), new VerifierRule());
        var (look, answer) = ((NetworkVerifier)model.LookOf(model.Defaults)!, new float[12]);
        for (var b = 0; b < 8; b++)
        {
            look.Tell(frames[b].contiguous().data<float>().ToArray(), answer);
            var expected = torch[b].contiguous().data<float>().ToArray();
            for (var i = 0; i < 12; i++) Assert.InRange(answer[i] - expected[i], -0.02f, 0.02f); // rows are rounded to int8
        }
        Assert.Equal("a test's", model.Card["second look"]);

        var other = new VerifierNet(shape, 40, 12);
        other.Start(net.Export());
        Assert.Equal(net.Export()["out.weight"], other.Export()["out.weight"]);
        Assert.Contains("another shape", Assert.Throws<InvalidDataException>(() => new VerifierNet(Shape with { Channels = 24 }, 40, 12).Start(net.Export())).Message);
    }

    [Fact]
    public void AWiderNetwork_BeginsWithTheAnswersOfANarrowerOne()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        random.manual_seed(5);
        VerifierNet narrow = new(Shape, 40, 12), wide = new(Shape with { Channels = 112 }, 40, 12, targets: 6);
        wide.Start(narrow.Export());
        narrow.eval();
        wide.eval();
        var (frames, shifts) = (rand([4, Shape.Frames, 40]) * 3, new long[] { 0, 1, 2, 1 });
        Assert.True((narrow.Logits(frames, shifts) - wide.Logits(frames, shifts)).abs().max().item<float>() < 1e-4f);
        Assert.Equal(112, wide.Export()["first.bias"].Length);
        Assert.NotEqual(0, wide.Export()["block.5.weight"][111 * 112]); // the further channels read the old ones, so they learn
        Assert.Equal([4, 6], wide.Distilled(wide.Pooled(wide.Convolved(frames), shifts)).shape);
        Assert.DoesNotContain(wide.Export().Keys, name => name.Contains("distilled", StringComparison.Ordinal));
    }

    [Fact]
    public void AddVerifier_KeepsTheFirstStagesThresholds_AndReplacesAnOlderLook()
    {
        using var scope = NewDisposeScope();
        var (first, weights) = (Commands(), Weights(new VerifierNet(Shape, 40, 12)));
        var once = AddVerifierCommand.Make(first, weights, new VerifierRule());
        var twice = AddVerifierCommand.Make(once, weights, new VerifierRule { OwnPower = 0.5f });
        Assert.Equal(first.FirstStage.Threshold, twice.FirstStage.Threshold);
        Assert.Equal(first.FirstStage.Thresholds, twice.FirstStage.Thresholds);
        Assert.Equal(0.5f, twice.Config.Verifier!.Rule.OwnPower);
        Assert.Empty(twice.Defaults.Thresholds);
        Assert.True(twice.Defaults.Verify);
    }

    [Fact]
    public void FrameScan_ListsWhatADetectorAsksAbout_WithTheFramesThatItShows()
    {
        var (model, sound) = (Commands(), AudioFile.ReadAll(Repository.File("samples", "audio", "commands.wav"), 16_000));
        var asked = new Asked(Shape);
        new StreamingDetector(model, model.Defaults with { Verifier = asked }).Process(sound, _ => { });
        var listed = new FrameScan(model, Shape).Run(sound);
        Assert.InRange(listed.Count, 10, 60);
        Assert.Equal(asked.Ends, listed.Select(one => model.Config.RequireFrontEnd().StreamTime(one.Burst.End)));
        foreach (var (seen, one) in asked.Frames.Zip(listed)) Assert.Equal(seen, one.Frames);
    }

    [Fact]
    public void ABank_IsTheSameAfterItIsKept_AndDrawsEachCommandAlike()
    {
        var bank = new CandidateBank();
        for (var i = 0; i < 30; i++) bank.Add([i, 0.5f], i < 25 ? 2 : 3, CandidateBank.Kind.Command);
        bank.Add([99, 1], 1, CandidateBank.Kind.Speech, [0.25f, -3, 7]);
        bank.Save(_folder.File("kept.bank"));
        var kept = CandidateBank.Load(_folder.File("kept.bank"));
        Assert.Equal(31, kept.Count);
        var (random, counts, frames) = (new Random(1), new int[4], new float[2]);
        for (var n = 0; n < 400; n++) counts[kept.LabelOf(kept.Draw(CandidateBank.Kind.Command, random))]++;
        Assert.InRange(counts[3], 150, 250);
        var speech = kept.Draw(CandidateBank.Kind.Speech, random);
        kept.Read(speech, frames);
        Assert.Equal([99, 1], frames);
        Assert.Equal([0.25f, -3, 7], kept.TargetOf(speech).ToArray().Select(x => (float)x));
        Assert.Empty(kept.TargetOf(kept.Draw(CandidateBank.Kind.Command, random)).ToArray());
        Assert.Equal(-1, kept.Draw(CandidateBank.Kind.Noise, random));
    }

    [Fact]
    public void ABankWithoutAVersion_OrWithAnother_IsRefused_AndTheMessageSaysWhatToDo()
    {
        var (bank, path) = (new CandidateBank(), _folder.File("old.bank"));
        bank.Add([1, 2], 1, CandidateBank.Kind.Noise);
        bank.Save(path);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[12..]); // as it was before there was a version
        Assert.Equal($"{path} has no version, as files of earlier programs, or is no bank of candidates: delete what --banks has written, or name another place, and it is made again.",
            Assert.Throws<InvalidDataException>(() => CandidateBank.Load(path)).Message);
        bytes[8] = 2;
        File.WriteAllBytes(path, bytes);
        Assert.StartsWith($"{path} has layout 2, and this program reads 1: delete", Assert.Throws<InvalidDataException>(() => CandidateBank.Load(path)).Message);
    }

    sealed class Asked(ModelVerifier shape) : IVerifier
    {
        public List<TimeSpan> Ends { get; } = [];
        public List<float[]> Frames { get; } = [];
        public IReadOnlyList<string> Labels { get; } = ["yes"];
        public VerifierRule Rule => shape.Rule;
        public VerifierWindow Window => new() { FramesBefore = shape.Frames - shape.FramesAfter, FramesAfter = shape.FramesAfter };

        public long Verify(in VerifierCandidate candidate, Span<float> probabilities)
        {
            Ends.Add(candidate.End);
            Frames.Add(candidate.Frames.ToArray());
            probabilities.Clear();
            return 0;
        }
    }
}
