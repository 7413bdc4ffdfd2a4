using SuRnnStream.Evaluation;
using SuRnnStream.Training.SecondLook;
using Xunit;

namespace SuRnnStream.Training.Tests.SecondLook;

/// <summary>What thresholds give is counted from what was answered to each candidate.</summary>
public sealed class LookJudgeTest
{
    static LabelledEvent Word(double at, string label) => new(label, TimeSpan.FromSeconds(at), TimeSpan.FromSeconds(at + 0.5));

    [Fact]
    public void WhyMissed_TellsWhatProposesFromWhatDecides()
    {
        LabelledEvent[] words = [Word(1, "yes"), Word(5, "no"), Word(9, "yes"), Word(13, "no"), Word(17, "yes"), Word(21, "no")];
        (float, string, TimeSpan)[] answers =
        [
            (0.9f, "yes", TimeSpan.FromSeconds(1.7)),   // right
            (0.7f, "yes", TimeSpan.FromSeconds(5.7)),   // another label
            (0.3f, "yes", TimeSpan.FromSeconds(9.6)),   // right, but below the threshold: of two candidates the better one counts
            (0.2f, "no", TimeSpan.FromSeconds(9.8)),
            (0.4f, "yes", TimeSpan.FromSeconds(13.7)),  // wrong and below it
            (0.9f, "yes", TimeSpan.FromSeconds(19.5)),  // of no word: the one at 17 s had no candidate, nor had the last
        ];
        var judge = new LookJudge([(new LookStream(LookStreamKind.Words, 0, TimeSpan.FromSeconds(30), words, []), answers)]);
        Assert.Equal("of 5 missed words 2 had no candidate, 1 got another label, 1 were told right but below the threshold, 1 wrong and below it", judge.WhyMissed(0.5f));
        Assert.Equal("of 4 missed words 2 had no candidate, 2 got another label, 0 were told right but below the threshold, 0 wrong and below it", judge.WhyMissed(0.25f));
    }
}
