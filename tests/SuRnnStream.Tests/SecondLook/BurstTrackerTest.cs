using Xunit;

namespace SuRnnStream.Tests.SecondLook;

/// <summary>What a second look is told of a burst besides its sound and its frames.</summary>
public sealed class BurstTrackerTest
{
    const int Yes = 2, No = 3, Hop = 320;

    static readonly SuRnnConfig Config = SecondLookTest.Model.Config;

    /// <summary>Frames of open switches, unknown, yes and no, one a step; then calm. What is proposed: yes and no, each with the background after its highest score.</summary>
    static (float Yes, float After, float No, float AfterNo)[] Run(VerifierRule rule, params (int Open, float Unknown, float Yes, float No)[] frames)
    {
        var (tracker, found, now) = (new BurstTracker(rule, Config), new List<(float, float, float, float)>(), 0L);
        tracker.Reset(0);
        foreach (var (open, unknown, yes, no) in frames.Concat(Enumerable.Repeat(frames[^1] with { Open = 0 }, 10)))
        {
            var scores = new float[Config.Labels.Count];
            (scores[1], scores[Yes], scores[No]) = (unknown, yes, no);
            if (tracker.TryAdvance(now, open, scores)) found.Add((tracker.Own(Yes), tracker.After(Yes), tracker.Own(No), tracker.After(No)));
            now += Hop;
        }
        return [.. found];
    }

    [Fact]
    public void After_IsTheBackgroundSinceTheLabelsHighestScore()
    {
        var rule = new VerifierRule();
        (int, float, float, float)[] word = [(9, 0.7f, 0.1f, 0), (9, 0.2f, 0.6f, 0.3f), (9, 0.5f, 0.2f, 0.1f), (9, 0.1f, 0.8f, 0), (9, 0.3f, 0.4f, 0), (9, 0.1f, 0, 0)];
        Assert.Equal([(0.8f, 0.3f, 0.3f, 0.5f)], Run(rule, word));

        // what came before a burst is no part of it
        (int, float, float, float)[] twice = [.. word, .. Enumerable.Repeat((0, 0f, 0f, 0f), 8), .. Enumerable.Repeat((9, 0.2f, 0.1f, 0f), 6)];
        Assert.Equal([(0.8f, 0.3f, 0.3f, 0.5f), (0.1f, 0.2f, 0, 0.2f)], Run(rule, twice));
    }

    [Fact]
    public void After_OfALongBurst_IsThatOfThePieceWithTheHighestScore()
    {
        var rule = new VerifierRule { AtMost = TimeSpan.FromMilliseconds(120), CutEvery = TimeSpan.FromMilliseconds(100) }; // pieces of six frames, the next five frames later
        var found = Run(rule, [(9, 0.1f, 0.9f, 0), .. Enumerable.Repeat((9, 0.2f, 0.1f, 0f), 5), (9, 0.6f, 0.3f, 0), .. Enumerable.Repeat((9, 0.1f, 0f, 0f), 4)]);
        Assert.Equal((0.9f, 0.2f), (found[0].Yes, found[0].After));
        Assert.Equal((0.9f, 0.6f), (found[1].Yes, found[1].After));
    }

    [Fact]
    public void Score_IsLower_TheMoreBackgroundCameAfter()
    {
        var rule = new VerifierRule { OwnPower = 0.5f, BackgroundPower = 0.25f, AfterPower = 2 };
        Assert.Equal(0.8f * MathF.Sqrt(0.52f) * 0.25f, rule.Score(0.8f, 0.5f, 0, 0.5f), 1e-6);
        Assert.Equal(rule.Score(0.8f, 0.5f, 0.3f), (rule with { AfterPower = 0 }).Score(0.8f, 0.5f, 0.3f, 0.9f));
        Assert.Contains("AfterPower", Assert.Throws<ArgumentException>(() => (rule with { AfterPower = 5 }).Validate()).Message);
    }
}
