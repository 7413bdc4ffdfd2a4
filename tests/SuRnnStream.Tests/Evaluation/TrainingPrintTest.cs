using SuRnnStream.Evaluation;
using Xunit;

namespace SuRnnStream.Tests.Evaluation;

public sealed class TrainingPrintTest
{
    static float[] Clip(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 100).Select(_ => random.NextSingle() - 0.5f)];
    }

    static TrainingPrint Of(IEnumerable<int> seeds)
    {
        var print = new TrainingPrint();
        foreach (var seed in seeds) print.Add(Clip(seed), $"speaker {seed / 2}");
        return print;
    }

    static TrainingPrint ThroughACard(TrainingPrint print)
    {
        var card = new Dictionary<string, string>();
        print.WriteTo(card);
        return TrainingPrint.Of(card)!;
    }

    static (int, int) Check(TrainingPrint print, IEnumerable<int> seeds) => print.Clips(seeds.Select(seed => SoundHash.Of(Clip(seed))));

    [Fact]
    public void ASmallTraining_IsKnownToTheLastClip()
    {
        var print = ThroughACard(Of(Enumerable.Range(0, 50)));
        Assert.Equal((30, 20), Check(print, Enumerable.Range(30, 30)));
        Assert.Equal((4, 3), print.Speakers(["speaker 0", "speaker 24", "speaker 3", "somebody else", ""]));
        Assert.Equal(new LeakCheck(3, 2, 2, 1), print.Check([Judged(0, "speaker 0"), Judged(49, "speaker 0"), Judged(50, "somebody else"), Judged(null, "")]));
    }

    static JudgedStream Judged(int? seed, string speaker)
    {
        var judge = new Evaluator(HandMadeStream.Model).Judge(EvaluationStream.FromNegative("a.wav", [], 16_000) with { Speaker = speaker });
        judge.Process(new float[16_000]);
        if (seed is { } known) judge.Record(Clip(known));
        return judge.Finish();
    }

    [Fact]
    public void OfALargeOne_APartCanBeChecked_AndThePartHolds()
    {
        var print = ThroughACard(Of(Enumerable.Range(0, 4_000)));
        var (all, known) = Check(print, Enumerable.Range(3_000, 2_000)); // half of them
        Assert.InRange(all, 400, 600);                                   // 1,000 of 4,000 are kept
        Assert.InRange((double)known / all, 0.42, 0.58);
        var card = new Dictionary<string, string>();
        print.WriteTo(card);
        Assert.StartsWith("4000 ", card[TrainingPrint.ClipsEntry]);
        Assert.True(card.Values.Sum(text => text.Length) < 17_000);
    }

    [Fact]
    public void ACopyInSixteenBits_HasTheSameHash() =>
        Assert.Equal(SoundHash.Of([.. Clip(1).Select(x => MathF.Round(x * 32_768) / 32_768)]), SoundHash.Of(Clip(1)));

    [Theory, InlineData("x"), InlineData("5 AAAA"), InlineData("5 ?"), InlineData("")]
    public void ACardThatSaysNothing_IsNone(string text) => Assert.Null(TrainingPrint.Of(new Dictionary<string, string> { [TrainingPrint.ClipsEntry] = text }));
}
