using Xunit;

namespace SuRnnStream.Tests.Signals;

/// <summary>What frames of sensors say of a rhythm.</summary>
public sealed class RhythmTest
{
    const int Rate = 200, Since = 0, Last = 1, Earlier = 2, Mean = 3, Strength = 4; // places after the value of a frame

    static readonly SensorFrontEndConfig Config = new() { Channels = [new() { Name = "a" }], SampleRate = Rate, HopLength = 4, Content = FrameContent.Mean, RhythmWithin = TimeSpan.FromSeconds(2) };

    [Fact]
    public void Numbers_OfASteadyRhythm_SayThatNothingDiffers()
    {
        var frames = Frames(Beats([.. Enumerable.Repeat(0.8, 25)]));
        Assert.Equal(6, Config.FrameLength);
        Assert.All(frames.Take(100), frame => Assert.Equal([0f, 0, 0, 0, 0], frame)); // the first two seconds tell what a beat is like
        var steady = frames.Skip(800).ToArray();
        Assert.All(steady, frame => Assert.All(new[] { Last, Earlier, Mean }, place => Assert.InRange(frame[place], -0.06f, 0.06f))); // two fifths of 2 s are 0.8 s
        Assert.All(steady, frame => Assert.InRange(frame[Strength], -0.2f, 0.2f));
        Assert.InRange(steady.Min(frame => frame[Since]), -4, -2); // just after a beat
        Assert.InRange(steady.Max(frame => frame[Since]), 0, 0.4f); // until the next one is found
    }

    [Fact]
    public void Numbers_AfterAnEarlyBeat_HoldItUntilTheNextOnes()
    {
        double[] intervals = [.. Enumerable.Repeat(0.8, 15), 0.5, 1.1, .. Enumerable.Repeat(0.8, 3)];
        var (frames, beat) = (Frames(Beats(intervals)), 1 + intervals.Take(16).Sum()); // when the early one is, s
        float[] At(double seconds) => frames[(int)(seconds * Rate / Config.HopLength)];
        Assert.InRange(At(beat + 0.2)[Last], Contrast(0.5, 0.76) - 0.1, Contrast(0.5, 0.76) + 0.1);
        Assert.InRange(At(beat + 0.2)[Earlier], Contrast(0.8, 0.76) - 0.1, Contrast(0.8, 0.76) + 0.1);
        Assert.Equal(At(beat + 0.2)[1..], At(beat + 0.9)[1..]); // held between beats
        Assert.InRange(At(beat + 1.0)[Since], Contrast(1, 0.76) - 0.2, Contrast(1, 0.76) + 0.2);
        Assert.InRange(At(beat + 1.3)[Last], Contrast(1.1, 0.8) - 0.1, Contrast(1.1, 0.8) + 0.1);
        Assert.InRange(At(beat + 1.3)[Earlier], Contrast(0.5, 0.8) - 0.1, Contrast(0.5, 0.8) + 0.1);
        static double Contrast(double a, double b) => 4 * (a - b) / (a + b);
    }

    [Fact]
    public void Numbers_DoNotDependOnTheSize_AndWideBeatsCount()
    {
        var wide = Beats([.. Enumerable.Repeat(0.8, 25)], at => at % 5 == 4);
        var frames = Frames(wide);
        Assert.All(frames.Skip(800), frame => Assert.InRange(frame[Last], -0.5f, 0.5f)); // none was lost: an interval of two beats would give 4 / 3
        Assert.Equal(frames.Select(frame => frame[Last]), Frames([.. wide.Select(x => 256 * x)]).Select(frame => frame[Last]));
    }

    [Fact]
    public void Numbers_AfterLostSamples_KnowTheMeanAlone_AndAfterALongGapNothing()
    {
        var samples = Beats([.. Enumerable.Repeat(0.8, 20)]);
        foreach (var (lost, knows) in new[] { (20, true), (10 * Rate, false) })
        {
            var front = new SensorFrontEnd(Config);
            Frames(front, samples);
            ((IFrontEnd)front).Skip(samples.Length + lost);
            var frame = Frames(front, [0, 0, 0, 0]).Single();
            Assert.Equal((0f, 0f, knows), (frame[Last], frame[Earlier], frame[Since] != 0));
        }
    }

    [Fact]
    public void Settings_OutOfRange_AreNamed()
    {
        foreach (var wrong in new[] { 0.4, -1, 1e6 })
            Assert.Contains("a rhythm within zero or 100 to a million moments", Assert.Throws<ArgumentException>(() => new SensorFrontEnd(Config with { RhythmWithin = TimeSpan.FromSeconds(wrong) })).Message);
    }

    /// <summary>The first beat comes after a second.</summary>
    static float[] Beats(double[] intervals, Func<int, bool>? wide = null)
    {
        var samples = new float[(int)((intervals.Sum() + 2) * Rate)];
        var at = 1.0;
        for (var i = 0; i <= intervals.Length; at += i < intervals.Length ? intervals[i] : 0, i++)
        {
            var (size, width) = wide?.Invoke(i) == true ? (-1.4, 0.03) : (1.0, 0.012);
            for (var n = 0; n < samples.Length; n++) samples[n] += (float)(size * Math.Exp(-Math.Pow((n / (double)Rate - at) / width, 2) / 2));
        }
        return samples;
    }

    static List<float[]> Frames(float[] samples) => Frames(new SensorFrontEnd(Config), samples);

    /// <summary>The five numbers of each frame.</summary>
    static List<float[]> Frames(SensorFrontEnd front, float[] samples)
    {
        var (frames, frame) = (new List<float[]>(), new float[Config.FrameLength]);
        for (ReadOnlySpan<float> rest = samples; front.TryNext(ref rest, frame);) frames.Add(frame[1..]);
        return frames;
    }
}
