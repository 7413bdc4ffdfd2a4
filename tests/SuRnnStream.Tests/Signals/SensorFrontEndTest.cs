using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Signals;

/// <summary>Frames of sensors: what filters, scales, differences, missing values and gaps make of samples.</summary>
public sealed class SensorFrontEndTest
{
    static readonly SensorFrontEndConfig Plain = new() { Channels = [new() { Name = "a" }, new() { Name = "b", Scale = 2 }], SampleRate = 50 };
    static readonly SensorFrontEndConfig One = new() { Channels = [new() { Name = "a" }], SampleRate = 100 };

    [Fact]
    public void TryNext_WithoutFilters_GivesSamplesInUnitsOfTheirScale()
    {
        var frames = Frames(Plain with { HopLength = 2 }, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]); // the last moment fills no frame
        Assert.Equal([[1f, 1, 3, 2], [5f, 3, 7, 4]], frames);
    }

    [Fact]
    public void TryNext_OfMeans_GivesOneNumberAChannel() =>
        Assert.Equal([[2f, 1.5f], [6f, 3.5f]], Frames(Plain with { HopLength = 2, Content = FrameContent.Mean }, [1, 2, 3, 4, 5, 6, 7, 8]));

    [Theory]
    [InlineData(FrameContent.Samples, new float[] { 1, 2, 0, 1 }, new float[] { 4, 8, 2, 4 })]
    [InlineData(FrameContent.Mean, new float[] { 1.5f, 0 }, new float[] { 6, 4.5f })]
    public void TryNext_WithDerivatives_GivesDifferencesAcrossFrames(FrameContent content, float[] first, float[] second) =>
        Assert.Equal([first, second], Frames(One with { HopLength = 2, Content = content, Derivatives = true }, [1, 2, 4, 8]));

    [Theory, InlineData(0.5, 0.0), InlineData(0.5, 30.0), InlineData(0.0, 30.0)]
    public void TryNext_WithFilters_HasTheirGain(double high, double low)
    {
        foreach (var (hertz, least, most) in new[] { (0.05, high > 0 ? 0 : 0.98, high > 0 ? 0.02 : 1.01), (5.0, 0.97, 1.01), (45.0, low > 0 ? 0 : 0.98, low > 0 ? 0.11 : 1.01) })
        {
            var config = One with { Channels = [new() { Name = "a", HighPassHz = high, LowPassHz = low }] };
            var wave = Enumerable.Range(0, 8_000).Select(n => (float)Math.Sin(2 * Math.PI * hertz * n / 100)).ToArray();
            var size = Frames(config, wave).Skip(4_000).Max(frame => Math.Abs(frame[0]));
            Assert.InRange(size, least, most);
        }
        foreach (var corner in new[] { high, low }.Where(corner => corner > 0))
        {
            var config = One with { Channels = [new() { Name = "a", HighPassHz = corner == high ? high : 0, LowPassHz = corner == low ? low : 0 }] };
            var wave = Enumerable.Range(0, 20_000).Select(n => (float)Math.Sin(2 * Math.PI * corner * n / 100 + 0.2)).ToArray();
            Assert.Equal(Math.Sqrt(0.5), Math.Sqrt(2 * Frames(config, wave).Skip(10_000).Average(frame => (double)frame[0] * frame[0])), 0.002); // -3 dB
        }
    }

    [Fact]
    public void TryNext_AtTheStart_MakesNoStepOfALargeOffset()
    {
        var config = One with { Channels = [new() { Name = "a", HighPassHz = 0.5, LowPassHz = 20 }] };
        Assert.All(Frames(config, [.. Enumerable.Repeat(1e6f, 500)]), frame => Assert.InRange(frame[0], -1e-3, 1e-3));
    }

    [Fact]
    public void TryNext_WithNormalisation_FollowsMeanAndDeviation()
    {
        var config = One with { NormalizeOver = TimeSpan.FromSeconds(1), Channels = [new() { Name = "a", Scale = 1e-3 }] };
        var random = new Random(1);
        float[] Noise(int count, double mean, double size) => [.. Enumerable.Range(0, count).Select(_ => (float)(mean + size * Math.Sqrt(3) * (2 * random.NextDouble() - 1)))];
        foreach (var (mean, size) in new[] { (100.0, 5.0), (-3.0, 0.01) })
        {
            var frames = Frames(config, [.. Noise(2_000, 7, 2), .. Noise(4_000, mean, size)]).Skip(5_000).Select(frame => (double)frame[0]).ToArray();
            Assert.InRange(frames.Average(), -0.1, 0.1);
            Assert.InRange(Math.Sqrt(frames.Average(x => x * x)), 0.9, 1.1);
        }
        var start = Frames(config, Noise(100, 40, 4)); // by all that was heard so far: bounded from the first value on
        Assert.Equal(0, start[0][0]);
        Assert.All(start, frame => Assert.InRange(Math.Abs(frame[0]), 0, 10));
        Assert.All(Frames(config, [.. Enumerable.Range(0, 3_000).Select(n => 3 + 1e-7f * (n % 2))]), frame => Assert.InRange(Math.Abs(frame[0]), 0, 0.01)); // stuck
    }

    [Fact]
    public void TryNext_WithMissingValues_HoldsFlagsAndCounts()
    {
        var config = Plain with { FlagMissing = true };
        var front = new SensorFrontEnd(config);
        float none = float.NaN;
        var frames = Frames(config, front, [none, none, 1, 2, none, 6, 5, float.PositiveInfinity, float.NegativeInfinity, none, 7, 8]);
        Assert.Equal([[0f, 0, 1], [1f, 1, 0], [1f, 3, 1], [5f, 3, 1], [5f, 3, 1], [7f, 4, 0]], frames);
        Assert.Equal(6, front.SamplesHeld);
    }

    [Fact]
    public void TryNext_WithAnyNumbers_GivesFiniteFrames()
    {
        float[] odd = [float.MaxValue, float.MinValue, float.Epsilon, 0, -0f, 1e30f, float.NaN, float.MaxValue, float.MaxValue, -1];
        var config = SensorModels.FrontEnd with { NormalizeOver = TimeSpan.FromSeconds(0.1) };
        Assert.All(Frames(config, [.. Enumerable.Repeat(odd, 200).SelectMany(x => x)]), frame => Assert.All(frame, x => Assert.True(float.IsFinite(x))));
    }

    [Fact]
    public void TryNext_BehindALongGap_BeginsAnew()
    {
        var config = One with { Channels = [new() { Name = "a", HighPassHz = 1 }], ResetAfter = TimeSpan.FromSeconds(0.5), NormalizeOver = TimeSpan.FromSeconds(10) };
        float[] before = [.. Enumerable.Range(0, 300).Select(n => 5 + MathF.Sin(n))], after = [.. Enumerable.Range(0, 100).Select(n => 90 + MathF.Cos(n))];
        foreach (var (missing, restarts) in new[] { (50, false), (51, true) })
        {
            var front = new SensorFrontEnd(config);
            var frames = Frames(config, front, [.. before, .. Enumerable.Repeat(float.NaN, missing), .. after[..1]]);
            Assert.Equal(restarts, front.Restarted);
            frames.AddRange(Frames(config, front, after[1..]));
            Assert.False(front.Restarted);
            Assert.Equal(restarts, frames.TakeLast(100).Select(frame => frame[0]).SequenceEqual(Frames(config, after).Select(frame => frame[0])));
        }
        var lone = new SensorFrontEnd(config);
        Frames(config, lone, [.. Enumerable.Repeat(float.NaN, 500), 1]); // nothing to forget
        Assert.False(lone.Restarted);
    }

    [Fact]
    public void Skip_CountsAsMissing()
    {
        var config = Plain with { ResetAfter = TimeSpan.FromSeconds(1), NormalizeOver = TimeSpan.FromSeconds(10) }; // 50 moments
        foreach (var (lost, restarts) in new[] { (100, false), (102, true), (101, true) }) // of 101 the second half of a moment is left, which is lost too
        {
            var front = new SensorFrontEnd(config);
            Frames(config, front, [.. Enumerable.Range(0, 200).Select(n => (float)n % 7)]);
            var next = ((IFrontEnd)front).Skip(200 + lost);
            Assert.Equal((300 + (restarts ? 2 : 0), lost % 2), ((int)next, -((IFrontEnd)front).Pending));
            var behind = Frames(config, front, [.. new float[lost % 2], 5, 6]);
            Assert.Equal(restarts, front.Restarted);
            Assert.Equal(restarts, behind.Single().SequenceEqual([0f, 0f]));
        }
    }

    [Fact]
    public void StreamTime_AtAFractionalRate_IsExact()
    {
        IFrameTiming slow = Plain with { SampleRate = 0.1, HopLength = 3 }, fast = Plain with { SampleRate = 100_000 };
        Assert.Equal(TimeSpan.FromSeconds(30), slow.Hop);
        for (var moment = 0L; moment < 40_000_000; moment += 1_234_567)
        {
            Assert.Equal(TimeSpan.FromSeconds(10 * moment), slow.StreamTime(2 * moment));
            Assert.Equal(new TimeSpan(100 * moment), fast.StreamTime(2 * moment + 1));
        }
    }

    [Fact]
    public void Settings_OutOfRange_AreNamed()
    {
        void Refused(SensorFrontEndConfig config, string says) => Assert.Contains(says, Assert.Throws<ArgumentException>(() => new SensorFrontEnd(config)).Message);
        SensorFrontEndConfig With(SensorChannel channel) => Plain with { Channels = [channel] };
        Refused(Plain with { Channels = [] }, "1 to 256 channels, but has 0");
        Refused(Plain with { Channels = [new() { Name = "x" }, new() { Name = "X" }] }, "all different");
        Refused(With(new() { Name = " " }), "names");
        Refused(Plain with { SampleRate = double.NaN }, "a sample rate of 0.001 to 1000000 Hz, but has NaN");
        Refused(Plain with { SampleRate = 0 }, "sample rate");
        Refused(With(new() { Name = "x", HighPassHz = 25 }), "below 25 Hz for 'x', but has 25");
        Refused(With(new() { Name = "x", HighPassHz = 1e-5 }), "high-pass");
        Refused(With(new() { Name = "x", LowPassHz = -1 }), "low-pass");
        Refused(With(new() { Name = "x", HighPassHz = 10, LowPassHz = 9 }), "above 10 Hz");
        Refused(With(new() { Name = "x", Scale = 0 }), "a scale above 0 for 'x'");
        Refused(Plain with { HopLength = 0 }, "a hop of 1 to 8192");
        Refused(Plain with { HopLength = 4_000 }, "at most 4096 numbers in a frame, but has 8000");
        Refused(Plain with { Content = (FrameContent)7 }, "Samples or Mean");
        Refused(Plain with { NormalizeOver = TimeSpan.FromSeconds(0.03) }, "two moments");
        Refused(Plain with { ResetAfter = TimeSpan.FromSeconds(-1) }, "reset");
        Refused(Plain with { LandmarkWithin = TimeSpan.FromDays(1) }, "landmark");
    }

    static List<float[]> Frames(SensorFrontEndConfig config, float[] samples) => Frames(config, new SensorFrontEnd(config), samples);

    static List<float[]> Frames(SensorFrontEndConfig config, SensorFrontEnd front, float[] samples)
    {
        var frames = new List<float[]>();
        var frame = new float[config.FrameLength];
        for (ReadOnlySpan<float> rest = samples; front.TryNext(ref rest, frame);) frames.Add([.. frame]);
        return frames;
    }

    /// <summary>A pressure in Pa is 100,000 for good; only what leaves it by a thousand scales is wild.</summary>
    [Fact]
    public void Wild_IsToldFromTheValueBefore_WhereAChannelLiesAboutNothing()
    {
        var front = new SensorFrontEnd(new() { Channels = [new() { Name = "p", Unit = "Pa", LowPassHz = 10, Scale = 10 }], SampleRate = 100, HopLength = 1 });
        var (frame, values) = (new float[1], Enumerable.Range(0, 400).Select(i => i == 200 ? 0f : 101_325 + i % 7).ToArray());
        ReadOnlySpan<float> samples = values;
        while (front.TryNext(ref samples, frame)) { }
        Assert.Equal((1, 1), (front.SamplesWild, front.SamplesHeld));
    }
}
