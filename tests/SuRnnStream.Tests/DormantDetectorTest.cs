using SuRnnStream.Tests.SecondLook;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

/// <summary>A low tone calls, a high one is a command.</summary>
public sealed class DormantDetectorTest
{
    static readonly SuRnnModel Commands = Of("silence", "unknown", "a low tone", "high"), Wake = Of("silence", "unknown", "call", "a high tone");

    static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    static readonly float[] Low = [.. ToneModel.Quiet(0.3), .. ToneModel.Tone(ToneModel.Low, 0.2)], High = [.. ToneModel.Quiet(0.3), .. ToneModel.Tone(ToneModel.High, 0.2)];

    /// <summary>A call, a command, one that comes too late, and another call with a command.</summary>
    static readonly float[] Stream = [.. High, .. Low, .. High, .. ToneModel.Quiet(1.5), .. High, .. Low, .. High, .. ToneModel.Quiet(0.2)];

    static SuRnnModel Of(params string[] labels)
    {
        var made = ToneModel.Build(labels: labels);
        return new SuRnnModel(made.Config with { Background = [.. labels.Where(label => label is not ("call" or "high"))] }, made.Weights);
    }

    static (List<Detection> Heard, ComputeStats Stats) Run(ArmedPair pair, float[] samples, int piece = int.MaxValue)
    {
        var (heard, stats) = (new List<Detection>(), new ComputeStats());
        for (int at = 0, n; at < samples.Length; at += n) stats += pair.Process(samples.AsSpan(at, n = Math.Min(piece, samples.Length - at)), heard.Add);
        return (heard, stats + pair.Finish(heard.Add));
    }

    [Fact]
    public void Commands_CountOnlyAfterACall()
    {
        var pair = new ArmedPair(Wake, Commands, Period);
        var (heard, stats) = Run(pair, Stream);
        Assert.Equal(["call", "high", "call", "high"], heard.Select(one => one.Label));
        Assert.InRange(heard[1].Start.TotalSeconds, 1.3, 1.33);
        Assert.Equal(heard.Select(one => one.Time).Order(), heard.Select(one => one.Time));
        Assert.False(pair.IsArmed);
        Assert.Equal(pair.WakeCost.Frames, pair.CommandCost.Frames);
        Assert.InRange(pair.CommandCost.SkippedRatio, 0.4, 0.7);
        Assert.Equal(pair.CommandCost.MultiplyAdds + pair.WakeCost.MultiplyAdds, stats.MultiplyAdds);
        Assert.True(pair.CommandCost.MultiplyAdds < 0.7 * pair.CommandCost.MultiplyAddsDense);
    }

    [Fact]
    public void Pairs_OfOneFrontEndAndOfTwo_DoNotDependOnHowSamplesAreCut()
    {
        var random = TinyModels.Build(TinyModels.Config(), defaults: TinyModels.Eager); // of another front end, and it fires all the time
        foreach (var commands in new[] { Commands, random })
        {
            var whole = Run(new ArmedPair(Wake, commands, Period), Stream);
            Assert.True(whole.Heard.Count > 3);
            foreach (var piece in new[] { 1_777, 333, 160, 31 })
            {
                var pair = new ArmedPair(Wake, commands, Period);
                var (heard, stats) = Run(pair, Stream, piece);
                Assert.Equal(whole.Heard, heard);
                Assert.Equal((whole.Stats.Frames, whole.Stats.MultiplyAdds, whole.Stats.FramesSkipped), (stats.Frames, stats.MultiplyAdds, stats.FramesSkipped));
            }
            TimeSpan[] calls = [.. whole.Heard.Where(one => one.Label == "call").Select(one => one.Time)];
            Assert.All(whole.Heard, one => Assert.Contains(calls, call => one.Time >= call && one.Start <= call + Period));
        }
    }

    /// <summary>What a detector does on another one's frames is what it does on its own, whatever the pieces, over a gap and at the end; it is given no samples.</summary>
    [Theory, InlineData(int.MaxValue), InlineData(333)]
    public void Follower_OnTheLeadersFrames_DetectsWhatItDoesAlone(int piece)
    {
        var leader = new StreamingDetector(Wake);
        var follower = new DormantDetector(Commands, null, awake: true);
        var (heard, stats) = (new List<Detection>(), new ComputeStats());
        Assert.True(follower.Follow(leader, heard.Add));
        void Process(ReadOnlySpan<float> samples)
        {
            for (; !samples.IsEmpty; samples = samples[Math.Min(piece, samples.Length)..]) leader.Process(samples[..Math.Min(piece, samples.Length)], _ => { });
        }
        Process(Stream);
        stats += follower.TakeStats();
        leader.Skip(777);
        Assert.True(follower.Follow(leader, heard.Add));
        Process(High);
        stats += follower.TakeStats() + follower.Finish(heard.Add);

        var (alone, expected) = (new StreamingDetector(Commands), new List<Detection>());
        var own = alone.Process(Stream, expected.Add);
        alone.Skip(777);
        own += alone.Process(High, expected.Add);
        alone.Finish(expected.Add);
        Assert.Equal(expected, heard);
        Assert.True(expected.Count >= 4);
        Assert.Equal(TimeSpan.Zero, stats.FrontEndTime);
        Assert.True(stats.Frames >= own.Frames && stats.MultiplyAdds >= own.MultiplyAdds);
        Assert.Equal(default, follower.TakeStats());
    }

    [Fact]
    public void Follower_OfAnotherFrontEnd_OrOfNobody_GetsNoFrames()
    {
        var other = new DormantDetector(TinyModels.Build(TinyModels.Config(), defaults: TinyModels.Eager), null, awake: true);
        var leader = new StreamingDetector(Wake);
        Assert.False(other.Follow(leader, _ => Assert.Fail("it has no frames")));
        var follower = new DormantDetector(Commands, null, awake: true);
        Assert.True(follower.Follow(leader, _ => Assert.Fail("it has no frames")));
        Assert.Contains("give the samples to that one", Assert.Throws<InvalidOperationException>(() => follower.Process(Stream, _ => { })).Message);
        Assert.False(follower.Follow(null, _ => Assert.Fail("it has no frames")));
        leader.Process(Stream, _ => { });
        Assert.Equal((0L, 0L), (follower.TakeStats().Frames, other.TakeStats().Frames));
        var heard = new List<Detection>();
        follower.Process(Stream, heard.Add); // frames of its own again
        Assert.True(heard.Count >= 3);
    }

    [Fact]
    public void Disarmed_NothingIsComputed()
    {
        var stats = new DormantDetector(Commands).Process(Stream, _ => Assert.Fail("nobody has armed it"));
        Assert.Equal((stats.Frames, 0, 0), (stats.FramesSkipped, stats.MultiplyAdds, stats.SwitchesOpen));
        Assert.Equal(stats.Frames * Commands.MultiplyAddsPerFrame, stats.MultiplyAddsDense);
    }

    /// <summary>Told at once, seconds late, or before: the same commands.</summary>
    [Fact]
    public void Arm_WheneverItIsTold_HearsTheSame()
    {
        var call = new Detection("call", 0.9f, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(0.95), TimeSpan.FromSeconds(1.0));
        foreach (var told in new[] { 0, 7_777, 16_000, 20_123, 30_000 })
        {
            var (detector, heard) = (new DormantDetector(Commands), new List<Detection>());
            detector.Process(Stream.AsSpan(0, told), heard.Add);
            Assert.Empty(heard);
            detector.Arm(call, Period, heard.Add);
            detector.Process(Stream.AsSpan(told), heard.Add);
            Assert.Equal(["high"], heard.Select(one => one.Label));
            Assert.InRange(heard[0].Time.TotalSeconds, 1.4, 1.45);
            Assert.False(detector.IsArmed);
        }
    }

    [Fact]
    public void Arm_Again_ProlongsOnly_AndDisarmEnds()
    {
        var (detector, heard) = (new DormantDetector(Commands), new List<Detection>());
        Detection Call(double time) => new("call", 1, TimeSpan.FromSeconds(time), TimeSpan.FromSeconds(time), TimeSpan.FromSeconds(time));
        detector.Arm(Call(0.1), Period, heard.Add);
        detector.Process(ToneModel.Quiet(0.5), heard.Add);
        detector.Arm(Call(0.5), Period, heard.Add);
        detector.Process(ToneModel.Quiet(0.8), heard.Add);
        Assert.True(detector.IsArmed);
        detector.Disarm();
        Assert.Equal(0, detector.Process(High, heard.Add).MultiplyAdds);
        Assert.Empty(heard);
        Assert.Throws<ArgumentOutOfRangeException>(() => detector.Arm(Call(2), TimeSpan.Zero, heard.Add));
    }

    [Fact]
    public void SaveAndRestore_ChangeNothing_ArmedOrNot()
    {
        var call = new Detection("call", 0.9f, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(0.95), TimeSpan.FromSeconds(1.0));
        for (var at = 1_000; at < 40_000; at += 3_333)
        {
            var (detector, heard) = (new DormantDetector(Commands), new List<Detection>());
            if (at < 16_000) detector.Arm(call, Period, heard.Add);
            detector.Process(Stream.AsSpan(0, at), heard.Add);
            var saved = new MemoryStream();
            detector.Save(saved);
            saved.Position = 0;
            detector = new DormantDetector(Commands);
            detector.Process(High, _ => { });
            detector.Restore(saved);
            Assert.Equal(at, detector.Position);
            if (at >= 16_000) detector.Arm(call, Period, heard.Add);
            detector.Process(Stream.AsSpan(at), heard.Add);
            Assert.Equal(["high"], heard.Select(one => one.Label));
        }
        Assert.Throws<InvalidDataException>(() => new DormantDetector(Commands).Restore(new MemoryStream([1, 2, 3])));
    }

    /// <summary>Armed from the start it is a detector like any other: second look, levels and cost too, however late it is told, and however the stream is cut.</summary>
    [Theory, InlineData(0, 40_000), InlineData(30_000, 25_001)]
    public void Arm_WithASecondLookAndLevels_DetectsWhatAStreamingDetectorDoes(int told, int piece)
    {
        var options = SecondLookTest.Model.Defaults with { Level = true, Verifier = new SecondLookTest.Hash(SecondLookTest.Rule) };
        var (all, same, samples) = (new List<Detection>(), new List<Detection>(), SecondLookTest.Words);
        var plain = new StreamingDetector(SecondLookTest.Model, options);
        var cost = plain.Process(samples, all.Add) + plain.Finish(all.Add);
        Assert.NotEmpty(all);
        Assert.All(all, one => Assert.NotNull(one.Level));

        var detector = new DormantDetector(SecondLookTest.Model, options);
        var stats = detector.Process(samples.AsSpan(0, told), same.Add);
        stats += detector.Arm(new Detection("computer", 1, default, default, default), TimeSpan.FromHours(1), same.Add);
        for (int at = told, n; at < samples.Length; at += n)
        {
            stats += detector.Process(samples.AsSpan(at, n = Math.Min(piece, samples.Length - at)), same.Add);
            var saved = new MemoryStream();
            detector.Save(saved);
            saved.Position = 0;
            detector.Restore(saved);
        }
        stats += detector.Finish(same.Add);
        Assert.Equal(all, same);
        Assert.Equal((cost.Candidates, cost.Accepted, cost.Frames), (stats.Candidates, stats.Accepted, stats.Frames));
    }

    /// <summary>With a front end in common the second look is given the same sound as with two.</summary>
    [Fact]
    public void Pair_WithASecondLook_DetectsWhatTwoDetectorsDo()
    {
        var (model, samples) = (SecondLookTest.Model, SecondLookTest.Words[..160_000]);
        var options = model.Defaults with { Level = true, Verifier = new SecondLookTest.Hash(SecondLookTest.Rule) };
        var (pair, together, apart) = (new ArmedPair(model, model, TimeSpan.FromSeconds(4), commandOptions: options), new List<Detection>(), new List<Detection>());
        var stats = pair.Process(samples, together.Add) + pair.Finish(together.Add);

        var (wake, commands) = (new StreamingDetector(model), new DormantDetector(model, options));
        void Arm(Detection word)
        {
            apart.Add(word);
            commands.Arm(word, TimeSpan.FromSeconds(4), apart.Add);
        }
        for (var at = 0; at < samples.Length; at += 320)
        {
            wake.Process(samples.AsSpan(at, 320), Arm);
            commands.Process(samples.AsSpan(at, 320), apart.Add);
        }
        wake.Finish(Arm);
        commands.Finish(apart.Add);
        Assert.Equal(apart.OrderBy(one => one.Time).ThenBy(one => one.Level), together.OrderBy(one => one.Time).ThenBy(one => one.Level));
        Assert.InRange(together.Count(one => one.Level is not null), 1, together.Count - 1);
        Assert.InRange(stats.Candidates, 1, 20);
        Assert.Equal(stats.Candidates, pair.CommandCost.Candidates);
    }

    [Fact]
    public void OnReleased_TellsTheEndOfACommand_AtTheLatestWhenDisarmed()
    {
        var (released, heard) = (new List<string>(), new List<Detection>());
        var detector = new DormantDetector(Commands) { OnReleased = (label, at) => released.Add(label) };
        detector.Arm(new Detection("call", 1, default, default, default), Period, heard.Add);
        detector.Process(High.AsSpan(0, High.Length - 800), heard.Add);
        Assert.Equal(["high"], heard.Select(one => one.Label));
        Assert.Empty(released);
        detector.Disarm();
        Assert.Equal(["high"], released);
    }

    [Fact]
    public void Finish_DecidesACommandAtTheEnd()
    {
        var cut = Stream.Length - ToneModel.Quiet(0.2).Length - (int)(0.12 * 16_000);
        Assert.Equal(["call", "high", "call", "high"], Run(new ArmedPair(Wake, Commands, Period), Stream[..cut]).Heard.Select(one => one.Label));
    }

    [Fact]
    public void Process_AfterWarmUp_AllocatesNothing()
    {
        var (pair, heard) = (new ArmedPair(Wake, Commands, Period), 0);
        Action<Detection> count = _ => heard++;
        pair.Process(Stream, count);
        heard = 0;
        Assert.Equal(0, Allocations.Of(() => pair.Process(Stream, count)));
        Assert.True(heard > 3);
    }
}
