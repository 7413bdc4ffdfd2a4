using SuRnnStream.Training.Data;
using Xunit;

namespace SuRnnStream.Training.Tests.Data;

/// <summary>Alarms keep to the times of their standards, and the notes that are judged by are not those that are trained on.</summary>
public sealed class AlarmSoundTest
{
    const int Rate = 16_000;

    static readonly AlarmSound.Beeper Beeper = new(3_100, [], 0.002, 0.002);

    /// <summary>Seconds at which the sound begins and ends, from its 10 ms frames.</summary>
    static List<(double From, double To)> Pulses(float[] samples)
    {
        var pulses = new List<(double From, double To)>();
        const int Frame = Rate / 100;
        for (var i = 0; i + Frame <= samples.Length; i += Frame)
        {
            if (samples.AsSpan(i, Frame).ToArray().Max(Math.Abs) < 0.1) continue;
            var (from, to) = ((double)i / Rate, (double)(i + Frame) / Rate);
            if (pulses.Count > 0 && from - pulses[^1].To < 0.015) pulses[^1] = (pulses[^1].From, to);
            else pulses.Add((from, to));
        }
        return pulses;
    }

    [Fact]
    public void TemporalThree_IsThreeHalfSeconds_AndAPause()
    {
        var samples = AlarmSound.Play(Beeper, AlarmSound.TemporalThree, 2, Rate);
        Assert.Equal(2 * 4 * Rate, samples.Length); // ISO 8201: a cycle of four seconds
        Assert.Equal([0, 1, 2, 4, 5, 6], Pulses(samples).Select(pulse => Math.Round(pulse.From, 1)));
        Assert.All(Pulses(samples), pulse => Assert.Equal(0.5, pulse.To - pulse.From, 0.02));
    }

    [Fact]
    public void TemporalFour_IsFourTenths_AndFiveSeconds()
    {
        var samples = AlarmSound.Play(Beeper, AlarmSound.TemporalFour, 2, Rate);
        Assert.Equal(2 * 5.7, (double)samples.Length / Rate, 3);
        Assert.Equal([0, 0.2, 0.4, 0.6, 5.7, 5.9, 6.1, 6.3], Pulses(samples).Select(pulse => Math.Round(pulse.From, 1)));
        Assert.All(Pulses(samples), pulse => Assert.Equal(0.1, pulse.To - pulse.From, 0.02));
    }

    /// <summary>Groups of two to five short beeps, less than a second apart, for three seconds and more.</summary>
    [Fact]
    public void Clocks_BeepInGroups()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var (pattern, cycles) = AlarmSound.DrawClock(new Random(seed));
            var beeps = Pulses(AlarmSound.Play(Beeper, pattern, cycles, Rate));
            Assert.Equal(pattern.Pulses * cycles, beeps.Count);
            Assert.All(beeps.Zip(beeps.Skip(1)), pair => Assert.InRange(pair.Second.From - pair.First.From, 0.06, 0.9));
            Assert.InRange(AlarmSound.Clock(new Random(seed), Rate, heldBack: seed % 2 == 0).Length / (double)Rate, 3, 8);
        }
    }

    [Fact]
    public void Alarms_AreTheSameOfASeed_AndPeakAtHalf()
    {
        var (one, same, other) = (Make(1), Make(1), Make(2));
        Assert.Equal(one, same);
        Assert.NotEqual(one, other);
        Assert.Equal(0.5f, one.Max(Math.Abs), 1e-4f);
        Assert.All(Enumerable.Range(0, 40), seed => Assert.All(AlarmSound.Other(new Random(seed), Rate, heldBack: true), x => Assert.True(Math.Abs(x) <= 0.5001f)));

        static float[] Make(int seed) => AlarmSound.Alarm(AlarmSound.TemporalThree, new Random(seed), Rate, heldBack: false);
    }

    [Fact]
    public void Notes_ThatAreJudgedBy_AreNotTrainedOn()
    {
        static HashSet<int> Semitones(bool heldBack) => [.. Enumerable.Range(0, 300).Select(seed => (int)Math.Floor(12 * Math.Log2(AlarmSound.Draw(new Random(seed), heldBack, low: seed % 5 == 0).Hertz / 440)))];
        Assert.Empty(Semitones(heldBack: true).Intersect(Semitones(heldBack: false)));
        Assert.True(Semitones(heldBack: true).Count >= 2);
    }
}
