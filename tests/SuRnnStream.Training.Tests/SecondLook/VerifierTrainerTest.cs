using System.Globalization;
using SuRnnStream.Training.Mel;
using SuRnnStream.Training.SecondLook;
using SuRnnStream.Training.Tests.Mel;
using Xunit;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Tests.SecondLook;

/// <summary>With a number of steps in place of minutes a training ends after them and comes to the same bits, whatever else the machine does.</summary>
public sealed class VerifierTrainerTest
{
    static readonly ModelVerifier Shape = new() { Channels = 8, Blocks = 1, Hidden = 8 };
    static readonly string[] Labels = ["silence", "unknown", "yes", "no"];

    static (Dictionary<string, float[]> Weights, List<string> Said) Run(int steps, double hard = 0)
    {
        set_num_threads(1);
        var (bank, draw, said) = (new CandidateBank(), new Random(3), new List<string>());
        foreach (var (label, kind) in new[] { (2, CandidateBank.Kind.Command), (3, CandidateBank.Kind.Command), (1, CandidateBank.Kind.OtherWord), (1, CandidateBank.Kind.Speech), (0, CandidateBank.Kind.Noise) })
            for (var n = 0; n < 3; n++) bank.Add([.. Enumerable.Range(0, Shape.Frames * 40).Select(_ => label + draw.NextSingle())], label, kind);
        using var mixer = new MelMixer(TinyMel.Corpus(), Labels, new FrontEndConfig(), seed: 1) { Talker = 0.5 };
        Dictionary<string, float[]> weights = [];
        new VerifierTrainer(Shape, Labels, mixer, bank, bank, new VerifierFit { Batch = 8, Steps = steps, HeadSteps = 0, Minutes = 1e-9, Hard = hard }).Run(null, said.Add, kept => weights = kept, TestContext.Current.CancellationToken);
        return (weights, said);
    }

    [Fact]
    public void Run_ForSteps_EndsAfterThem_TheSameEachTime()
    {
        var (one, again, longer) = (Run(4), Run(4), Run(6));
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"step {4}:"), one.Said[^1], StringComparison.Ordinal);
        Assert.All(one.Weights.Keys, name => Assert.Equal(one.Weights[name], again.Weights[name]));
        Assert.NotEqual(one.Weights["out.weight"], longer.Weights["out.weight"]);
    }

    [Fact]
    public void Run_WithHardWindows_LooksForThemThreeTimes_AndLearnsOtherwise()
    {
        var (plain, hard) = (Run(6), Run(6, hard: 1));
        var mined = hard.Said.Where(line => line.EndsWith("of 6 proposed windows without a command are taken for one", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["step 0", "step 2", "step 4"], mined.Select(line => line.Split(':')[0]));
        Assert.NotEqual(plain.Weights["out.weight"], hard.Weights["out.weight"]);
    }

    [Fact]
    public void TheHardest_AreThoseOfEachKindThatScoreHighest()
    {
        var bank = new CandidateBank();
        for (var n = 0; n < 40; n++) bank.Add([n], 1, n % 2 == 0 ? CandidateBank.Kind.Speech : CandidateBank.Kind.OtherWord);
        Assert.Equal(-1, bank.DrawHard(CandidateBank.Kind.Speech, new Random(1)));
        bank.TakeHardest(Enumerable.Range(0, 40).Select(n => (n, (float)n)), 0.1);
        HashSet<int> Drawn(CandidateBank.Kind kind) => [.. Enumerable.Range(0, 50).Select(seed => bank.DrawHard(kind, new Random(seed)))];
        Assert.Equivalent(new[] { 36, 38 }, Drawn(CandidateBank.Kind.Speech));
        Assert.Equivalent(new[] { 37, 39 }, Drawn(CandidateBank.Kind.OtherWord));
        Assert.Equal(-1, bank.DrawHard(CandidateBank.Kind.Noise, new Random(1)));
    }
}
