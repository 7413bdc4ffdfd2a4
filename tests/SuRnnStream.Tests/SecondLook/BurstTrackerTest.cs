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
            if (tracker.TryAdvance(now, open, scores, [])) found.Add((tracker.Own(Yes), tracker.After(Yes), tracker.Own(No), tracker.After(No)));
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
    public void AFrameThatScoresAsSilence_IsCalm_ThoughSwitchesAreOpen()
    {
        (long First, long Last)[] Bursts(float silentFrom)
        {
            var (tracker, found, scores) = (new BurstTracker(new VerifierRule { SilentFrom = silentFrom }, Config), new List<(long, long)>(), new float[Config.Labels.Count]);
            tracker.Reset(0);
            for (var n = 0; n < 60; n++) // switches are open all the time; two words with a talker between them
            {
                scores[0] = n is < 12 or > 40 and < 50 ? 0.1f : 0.8f;
                if (tracker.TryAdvance(n * Hop, 9, scores, [])) found.Add((tracker.Start / Hop, tracker.Last / Hop));
            }
            return [.. found];
        }
        Assert.Equal([(0L, 11L), (41L, 49L)], Bursts(0.8f));
        Assert.Empty(Bursts(0.81f));
        Assert.Empty(Bursts(0));
        Assert.Contains("SilentFrom", Assert.Throws<ArgumentException>(() => new VerifierRule { SilentFrom = 1 }.Validate()).Message);
    }

    /// <summary>Bursts of frames with nine open switches, as first and last frame: a word of ten frames at a level, then talk at another, then calm.</summary>
    static (long First, long Last)[] Bursts(float decibels, float word, float talk, int talking = 100, Func<BurstTracker, BurstTracker>? between = null, int lost = 0)
    {
        var rule = new VerifierRule { BelowLoudest = decibels };
        var (tracker, found, scores, frame) = (new BurstTracker(rule, Config), new List<(long, long)>(), new float[Config.Labels.Count], new float[Config.FrameLength]);
        tracker.Reset(0);
        for (var n = 0; n < 10 + talking + 10; n++)
        {
            Array.Fill(frame, n < 10 ? word : n < 10 + talking ? talk : 0);
            if (between is not null) tracker = between(tracker);
            if (tracker.TryAdvance((n + (n > 10 ? lost : 0L)) * Hop, n < 10 + talking ? 9 : 0, scores, frame)) found.Add((tracker.Start / Hop, tracker.Last / Hop));
        }
        return [.. found];
    }

    [Fact]
    public void ATalkerInTheBackground_EndsAWordsBurst_WhereTheLevelCounts()
    {
        var twenty = 20 * Config.FrontEnd!.Scale * MathF.Log(10) / 10;
        Assert.Empty(Bursts(0, 2, 2 - 1.2f * twenty));                                  // with the talk it is one long burst
        Assert.Equal((0L, 9L), Bursts(20, 2, 2 - 1.2f * twenty)[0]);                    // 24 dB below
        Assert.Equal([(0L, 24L)], Bursts(20, 2, 2 - 0.9f * twenty, talking: 15));       // 18 dB below it counts
        Assert.Equal([(0L, 9L)], Bursts(20, 2, 2 - 1.2f * twenty, talking: 30));
        Assert.Equal([(0L, 9L), (48L, 109L)], Bursts(20, 2, 2 - 1.2f * twenty) is [var first, ..] ? [first, (48, 109)] : []); // the loudest falls by 4 dB in 37 frames
        Assert.Contains("BelowLoudest", Assert.Throws<ArgumentException>(() => new VerifierRule { BelowLoudest = 3 }.Validate()).Message);
    }

    [Fact]
    public void TheLoudestFrame_IsSaved_AndFallsWhileFramesAreLost()
    {
        var (word, talk) = (2f, 2f - 24 * Config.FrontEnd!.Scale * MathF.Log(10) / 10);
        var rule = new VerifierRule { BelowLoudest = 20 };
        BurstTracker Saved(BurstTracker tracker)
        {
            using var kept = new MemoryStream();
            using (var to = new BinaryWriter(kept, System.Text.Encoding.UTF8, leaveOpen: true)) tracker.Save(to);
            kept.Position = 0;
            var other = new BurstTracker(rule, Config);
            using var from = new BinaryReader(kept);
            other.Restore(from);
            return other;
        }
        Assert.Equal(Bursts(20, word, talk, 60), Bursts(20, word, talk, 60, Saved));
        var louder = 2f - 22 * Config.FrontEnd.Scale * MathF.Log(10) / 10;
        Assert.Equal([(0L, 9L)], Bursts(20, word, louder, 15));
        Assert.Equal([(0L, 46L)], Bursts(20, word, louder, 15, lost: 22)); // 0.44 s later it is less than 20 dB below; a gap is no calm
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
