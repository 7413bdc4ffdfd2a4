using SuRnnStream.Training.Data;
using Xunit;

namespace SuRnnStream.Training.Tests.Data;

/// <summary>When the label of a sound that lasts may and must hold, frame by frame of 20 ms.</summary>
public sealed class LastingLabelsTest
{
    static readonly FrontEndConfig FrontEnd = new();
    static readonly string[] Names = ["silence", "unknown", "bark", "alarm"];

    static LastingLabels Labels(string sureAfter = "") => new(LastingOptions.Parse(sureAfter, Names), Names, FrontEnd);

    /// <summary>Noise in these segments of seconds, near silence between.</summary>
    static float[] Sound(double seconds, params (double From, double To)[] loud)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, (int)(seconds * FrontEnd.SampleRate)).Select(i => (random.NextSingle() - 0.5f) * (loud.Any(one => i >= one.From * FrontEnd.SampleRate && i < one.To * FrontEnd.SampleRate) ? 0.8f : 1e-4f))];
    }

    static Segment Marked(LastingLabels labels, int label, float[] sound, double seconds = 8)
    {
        var segment = new Segment((int)(seconds * 50), FrontEnd.Bands);
        labels.Mark(segment, label, sound, 0, kind: 7);
        return segment;
    }

    static int At(double seconds) => (int)(seconds * 50);

    [Fact]
    public void Bark_MayHoldAtOnce_MustAfterAWhile_AndIsGoneAfterItsEnd()
    {
        var segment = Marked(Labels(), 2, Sound(6, (1, 3)));
        Assert.Equal((0, 0), (segment.Answer[At(0.9)], segment.OrAnswer[At(0.9)]));
        Assert.Equal((0, 2), (segment.Answer[At(1.2)], segment.OrAnswer[At(1.2)]));
        Assert.Equal((2, 2), (segment.Answer[At(1.7)], segment.OrAnswer[At(1.7)]));
        Assert.Equal((2, 2), (segment.Answer[At(2.9)], segment.OrAnswer[At(2.9)]));
        Assert.Equal((0, 2), (segment.Answer[At(3.3)], segment.OrAnswer[At(3.3)]));
        Assert.Equal((0, 0), (segment.Answer[At(3.7)], segment.OrAnswer[At(3.7)]));
        Assert.True(segment.InEvent[At(2)] && !segment.InEvent[At(4)]);
        Assert.Equal((7, -1), (segment.Kind[At(2)], segment.Kind[At(1.2)]));
    }

    [Fact]
    public void Pause_IsBridged_AndMayGoEitherWay()
    {
        var segment = Marked(Labels(), 2, Sound(8, (1, 2), (3.2, 4)));
        Assert.Equal((0, 2), (segment.Answer[At(2.8)], segment.OrAnswer[At(2.8)]));
        Assert.Equal((2, 2), (segment.Answer[At(3.6)], segment.OrAnswer[At(3.6)])); // it goes on: no new wait
        var apart = Marked(Labels(), 2, Sound(8, (1, 2), (5, 6)));
        Assert.Equal((0, 0), (apart.Answer[At(4)], apart.OrAnswer[At(4)]));
        Assert.Equal((0, 2), (apart.Answer[At(5.2)], apart.OrAnswer[At(5.2)]));
    }

    [Fact]
    public void ShortSound_MustHoldBeforeItEnds_AndALabelCanHaveItsOwnTime()
    {
        var brief = Marked(Labels(), 2, Sound(4, (1, 1.4)));
        Assert.Contains((byte)2, brief.Answer[At(1)..At(1.5)]);
        var patient = Marked(Labels("0.5,alarm=2.2"), 3, Sound(8, (1, 5)));
        Assert.Equal((0, 3), (patient.Answer[At(3)], patient.OrAnswer[At(3)]));
        Assert.Equal((3, 3), (patient.Answer[At(3.4)], patient.OrAnswer[At(3.4)]));
        Assert.DoesNotContain((byte)3, Marked(Labels("alarm=2.2"), 3, Sound(8, (1, 2))).Answer); // one pulse is no alarm yet
    }

    [Fact]
    public void OtherSounds_AreSilenceOrUnknown_AndDigitalZerosAreNoBackground()
    {
        var segment = Marked(Labels(), 1, Sound(6, (1, 3)));
        Assert.Equal((0, 1, -1), (segment.Answer[At(2)], segment.OrAnswer[At(2)], segment.Kind[At(2)]));
        float[] padded = [.. new float[16_000], .. Sound(2, (0, 2)), .. new float[64_000]];
        Assert.All(Enumerable.Range(0, padded.Length / FrontEnd.HopLength), hop => Assert.Equal(hop >= 50 && hop < 150, Labels().Active(padded)[hop]));
        Assert.Empty(Labels().Bouts(Labels().Active(new float[16_000])));
    }

    [Theory]
    [InlineData("cat=1", "there is no label 'cat'")]
    [InlineData("0", "'0' is no number of seconds")]
    [InlineData("bark=x", "'bark=x' is no number of seconds")]
    public void SureAfter_ThatIsNone_SaysWhy(string text, string says) => Assert.Contains(says, Assert.Throws<ArgumentException>(() => LastingOptions.Parse(text, Names)).Message);
}
