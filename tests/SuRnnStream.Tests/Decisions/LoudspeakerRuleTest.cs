using SuRnnStream.Tests.Pipeline;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Decisions;

public sealed class LoudspeakerRuleTest
{
    const int Rate = ToneModel.Rate;

    static readonly string[] Labels = ["silence", "unknown", "low", "high"];

    static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>Noise whose loudness changes every 50 ms, as speech's does.</summary>
    static float[] Speech(int seed, double seconds, double level = 0.1)
    {
        var (random, gain) = (new Random(seed), 0.0);
        return [.. Enumerable.Range(0, (int)(seconds * Rate)).Select(i =>
        {
            if (i % 800 == 0) gain = level * Math.Pow(10, -2 * random.NextDouble());
            return (float)(gain * (2 * random.NextDouble() - 1));
        })];
    }

    static float[] Delayed(float[] sound, double seconds, double gain) => [.. new float[(int)(seconds * Rate)], .. sound.Select(sample => (float)(gain * sample)).Take(sound.Length - (int)(seconds * Rate))];

    static List<bool> Follows(float[] microphone, float[] played, int piece, out float correlation, LoudspeakerOptions? options = null)
    {
        var (follower, follows) = (new EnvelopeFollower(options ?? new LoudspeakerOptions(), Rate), new List<bool>());
        for (var i = 0; i < microphone.Length; i += piece)
        {
            ReadOnlySpan<float> near = microphone.AsSpan(i, Math.Min(piece, microphone.Length - i)), far = played.AsSpan(Math.Min(i, played.Length), Math.Min(piece, Math.Max(0, played.Length - i)));
            while (follower.TryNext(ref near, ref far, out var yes)) follows.Add(yes);
        }
        correlation = follower.Correlation;
        return follows;
    }

    [Theory, InlineData(0, 1), InlineData(0.1, 0.1), InlineData(0.38, 0.5)]
    public void EnvelopeFollower_OfAnEcho_Follows(double delay, double gain)
    {
        var played = Speech(1, 5);
        var follows = Follows(Delayed(played, delay, gain), played, 1_000, out var correlation);
        Assert.InRange(correlation, 0.8f, 1.001f);
        Assert.All(follows.Skip(75), Assert.True);
    }

    [Fact]
    public void ForPlayed_TakesAPartOfEveryThreshold_AndNeitherSecondLookNorLevel()
    {
        var room = new DetectorOptions { Threshold = 0.8f, Thresholds = new Dictionary<string, float> { ["stop"] = 0.6f }, Level = true };
        var played = new LoudspeakerOptions { PlayedThreshold = 0.5f }.ForPlayed(room);
        Assert.Equal((0.4f, 0.3f, false, null), (played.Threshold, played.Thresholds["stop"], played.Level, played.Verifier));
    }

    [Fact]
    public void EnvelopeFollower_OfOtherSoundOrSilence_DoesNot()
    {
        var played = Speech(1, 5);
        Assert.DoesNotContain(true, Follows(Speech(2, 5), played, 1_000, out _, new LoudspeakerOptions { Follows = 0.9f }));
        Assert.DoesNotContain(true, Follows(Speech(2, 5), new float[5 * Rate], 1_000, out _));
        Assert.DoesNotContain(true, Follows(Speech(2, 5), [], 1_000, out _));
        Assert.DoesNotContain(true, Follows(played, Speech(1, 5, level: 0.001), 1_000, out _)); // too quiet to matter
        Assert.DoesNotContain(true, Follows(Delayed(played, 0.8, 1), played, 1_000, out _, new LoudspeakerOptions { Follows = 0.9f })); // later than an echo comes
    }

    [Theory, InlineData(1), InlineData(317), InlineData(50_000)]
    public void EnvelopeFollower_InAnyPieces_SaysTheSame(int piece)
    {
        var played = Speech(1, 3);
        float[] microphone = [.. Delayed(played, 0.1, 0.3).Zip(Speech(2, 3, 0.02), (echo, near) => echo + near)];
        Assert.Equal(Follows(microphone, played, 320, out _), Follows(microphone, played, piece, out _));
    }

    static LoudspeakerRule Rule(bool echo, LoudspeakerOptions? options = null)
    {
        var (rule, played) = (new LoudspeakerRule(options ?? new LoudspeakerOptions { Threshold = 0.9f, AgreeingFrames = 2, Follows = 0.5f }, Rate, Labels), Speech(1, 5));
        rule.Hear(echo ? Delayed(played, 0.1, 0.5) : new float[5 * Rate], played);
        return rule;
    }

    static HoldReason Decide(LoudspeakerRule rule, string label, float score, params (double End, string Label, float Score)[] frames)
    {
        foreach (var (end, ahead, value) in frames) rule.OnFrame(Seconds(end), [.. Labels.Select(one => one == ahead ? value : 0.01f)]);
        var verdicts = new List<DetectionVerdict>();
        rule.Take(new Detection(label, score, Seconds(4), Seconds(4.3), Seconds(4.4)), verdicts.Add);
        return Assert.Single(verdicts).Reason;
    }

    [Fact]
    public void WhileTheMicrophoneFollows_AHigherScoreAndTwoFramesAreNeeded()
    {
        Assert.Equal(HoldReason.OwnLoudspeaker, Decide(Rule(echo: true), "high", 0.85f, (4.1, "high", 0.95f), (4.2, "high", 0.95f)));
        Assert.Equal(HoldReason.OwnLoudspeaker, Decide(Rule(echo: true), "high", 0.95f, (4.1, "high", 0.95f), (4.2, "low", 0.95f), (4.35, "high", 0.95f)));
        Assert.Equal(HoldReason.None, Decide(Rule(echo: true), "high", 0.95f, (4.1, "high", 0.95f), (4.2, "high", 0.95f)));
        Assert.Equal(HoldReason.None, Decide(Rule(echo: false), "high", 0.6f));
    }

    [Theory]
    [InlineData("high", 4.2, HoldReason.OwnLoudspeaker)]
    [InlineData("high", 3.95, HoldReason.OwnLoudspeaker)]   // 350 ms before
    [InlineData("high", 3.4, HoldReason.None)]              // too long ago to be this
    [InlineData("low", 4.2, HoldReason.None)]               // another word
    public void WhatIsDetectedInThePlayedSound_DoesNotCount(string label, double end, HoldReason reason)
    {
        var rule = Rule(echo: false);
        rule.OnPlayed(new Detection(label, 0.7f, Seconds(end - 0.3), Seconds(end), Seconds(end + 0.1)));
        Assert.Equal(reason, Decide(rule, "high", 0.99f));
    }

    [Fact]
    public void SavedAndRestored_ItDecidesTheSame()
    {
        var rule = Rule(echo: true);
        rule.OnFrame(Seconds(4.1), [0, 0, 0, 0.95f]);
        rule.OnPlayed(new Detection("low", 0.7f, Seconds(4), Seconds(4.2), Seconds(4.3)));
        using var state = new MemoryStream();
        rule.Save(new BinaryWriter(state));
        var bytes = state.ToArray();
        LoudspeakerRule Again()
        {
            var again = new LoudspeakerRule(new LoudspeakerOptions { Threshold = 0.9f, Follows = 0.5f }, Rate, Labels);
            again.Restore(new BinaryReader(new MemoryStream(bytes)));
            return again;
        }
        Assert.Equal(HoldReason.None, Decide(Again(), "high", 0.95f, (4.2, "high", 0.95f)));
        Assert.Equal(HoldReason.OwnLoudspeaker, Decide(Again(), "high", 0.95f));
        Assert.Equal(HoldReason.OwnLoudspeaker, Decide(Again(), "low", 0.99f, (4.1, "low", 0.95f), (4.2, "low", 0.95f)));
        for (var length = 0; length < bytes.Length; length += 97)
            Assert.Throws<InvalidDataException>(() => new LoudspeakerRule(new LoudspeakerOptions(), Rate, Labels).Restore(new BinaryReader(new MemoryStream(bytes[..length]))));
    }

    [Theory]
    [InlineData(-100, 0.5f, 0.4, 0.9f, 2), InlineData(-50, 1f, 0.4, 0.9f, 2), InlineData(-50, 0.5f, 2, 0.9f, 2), InlineData(-50, 0.5f, 0.4, 1f, 2), InlineData(-50, 0.5f, 0.4, 0.9f, 0)]
    public void Options_OutsideTheirRange_AreRefused(float loud, float follows, double delay, float threshold, int frames) => Assert.Throws<ArgumentException>(() =>
        new LoudspeakerRule(new LoudspeakerOptions { LoudFrom = loud, Follows = follows, LongestDelay = Seconds(delay), Threshold = threshold, AgreeingFrames = frames }, Rate, Labels));

    /// <summary>The loudspeaker plays four tones, 100 ms later the microphone gets them; then somebody makes two of their own.</summary>
    static (float[] Microphone, float[] Played) Scene()
    {
        float[] played = [.. ToneModel.Tones(4), .. new float[2 * Rate]];
        float[] own = [.. new float[ToneModel.Tones(4).Length + Rate / 2], .. ToneModel.Tones(2)];
        return ([.. Delayed(played, 0.1, 0.8).Zip(own.Concat(new float[played.Length]), (echo, near) => Math.Clamp(echo + near, -1, 1))], played);
    }

    static async Task<(int Passed, DecisionCounts Counts)> Hear(PlayedSound? played, float[] microphone, int block)
    {
        var pipeline = new DetectorPipeline(new ArraySource(microphone, Rate), ToneModel.Build(), options: new PipelineOptions
        {
            BlockDuration = TimeSpan.FromMilliseconds(block),
            Decisions = played is null ? null : new DecisionOptions { Loudspeaker = new LoudspeakerOptions() },
            Played = played,
        });
        await pipeline.RunAsync(TestContext.Current.CancellationToken);
        return ((int)pipeline.Counters.Decisions.Passed, pipeline.Counters.Decisions with { Seen = pipeline.Counters.Detections });
    }

    [Theory, InlineData(10), InlineData(20), InlineData(333)]
    public async Task Pipeline_HoldsBackWhatItPlayed_AndKeepsWhatWasSaid(int block)
    {
        var (microphone, played) = Scene();
        var without = await Hear(null, microphone, block);
        Assert.Equal(6, without.Counts.Seen);
        foreach (var source in new Func<PlayedSound>[] { () => PlayedSound.Recording(new ArraySource(played, Rate), Rate), () => Pushed(played) })
        {
            var with = await Hear(source(), microphone, block);
            Assert.Equal((6L, 2, 4L), (with.Counts.Seen, with.Passed, with.Counts.OwnLoudspeaker));
        }
    }

    /// <summary>Nothing that a device throws ends the process, and none of it is hidden.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public async Task ADeviceThatBreaks_IsSilentFromThenOn_AndSaysWhy(bool unexpected)
    {
        Exception failure = unexpected ? new InvalidOperationException("a driver's fault") : new IOException("the cable is out");
        var played = PlayedSound.Live(new ScriptedSource { SampleRate = Rate }.Play([0.5f, 0.5f]).Do(() => throw failure), Rate);
        await Wait.Until(() => played.Failure is not null);
        Assert.Same(failure, played.Failure);
        var samples = new float[4];
        played.Read(0, samples);
        Assert.Equal([0.5f, 0.5f, 0, 0], samples);
    }

    static PlayedSound Pushed(float[] played)
    {
        var sound = new PlayedSound(Rate);
        for (var i = 0; i < played.Length; i += 1_000) sound.Push(played.AsSpan(i, Math.Min(1_000, played.Length - i)));
        return sound;
    }
}
