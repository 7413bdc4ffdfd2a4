using SuRnnStream.Evaluation.Enrolment;
using SuRnnStream.Tests.Support;
using Xunit;
using static SuRnnStream.Tests.Enrolment.SampleTakes;

namespace SuRnnStream.Tests.Enrolment;

/// <summary>Which recordings of a word are of use, and what is said about the others.</summary>
public sealed class TakeCheckTest
{
    static readonly TakeCheck Check = new();

    static float[] Louder(float[] samples, float gain, bool clip = false) => [.. samples.Select(x => clip ? Math.Clamp(gain * x, -1, 1) : gain * x)];

    static float[] Sum(float[] one, float[] other) => [.. one.Zip(other, (x, y) => x + y)];

    public static TheoryData<TakeFault, string, float[]> Takes() => new()
    {
        { TakeFault.None, "good: ", Word("stop") },
        { TakeFault.Silent, "nothing is detected in it", new float[Rate] },
        { TakeFault.Silent, "nothing is detected in it", [] },
        { TakeFault.Clipped, "it is clipped at full scale", Louder(Word("stop"), 40, clip: true) },
        { TakeFault.TooQuiet, "come closer", Louder(Word("stop"), 0.002f) },
        { TakeFault.TooNoisy, "above the background", Sum(Word("stop"), Sounds.Noise(Word("stop").Length, 0.4)) },
        { TakeFault.CutOff, "begins at the recording's edge", Word("stop")[9_500..] },
        { TakeFault.TooShort, "which is no word", [.. Sounds.Noise(Rate / 2, 0.0001), .. Sounds.Tone(800, 900), .. Sounds.Noise(Rate / 2, 0.0001)] },
        { TakeFault.TooLong, "a word at most 1.6 s", [.. Sounds.Noise(Rate / 2, 0.0001), .. Sounds.Noise(3 * Rate, 0.2), .. Sounds.Noise(Rate / 2, 0.0001)] },
        { TakeFault.Telephone, "nothing above 4 kHz", Telephone(Word("stop")) },
    };

    /// <summary>At 8,000 samples a second and back.</summary>
    static float[] Telephone(float[] samples) => Resampler.To(new ArraySource(Resampler.To(new ArraySource(samples, Rate), 8_000).ReadAll(4_096), 8_000), Rate).ReadAll(4_096);

    [Theory]
    [MemberData(nameof(Takes), DisableDiscoveryEnumeration = true)]
    public void EachFault_IsSaid(TakeFault fault, string sentence, float[] samples)
    {
        var verdict = Check.Judge(samples, Rate);
        Assert.Equal(fault, verdict.Fault);
        Assert.Contains(sentence, verdict.Sentence);
        Assert.Equal(fault == TakeFault.None, verdict.IsGood);
    }

    [Fact]
    public void AListener_CutsTakes_OutOfAStream_HoweverItIsCutUp()
    {
        float[] stream = [.. Sounds.Noise(Rate, 0.0005), .. Word("stop"), .. Sounds.Noise(Rate, 0.0005), .. Word("yes"), .. Sounds.Noise(Rate, 0.0005)];
        var takes = Takes(stream, 1_600);
        Assert.Equal(2, takes.Count);
        Assert.All(takes, take => Assert.Equal(TakeFault.None, Check.Judge(take, Rate).Fault));
        Assert.Equal(takes, Takes(stream, 333));
    }

    static List<float[]> Takes(float[] stream, int block)
    {
        var (listener, takes) = (new TakeListener(Rate), new List<float[]>());
        for (var at = 0; at < stream.Length; at += block) if (listener.Listen(stream.AsSpan(at, Math.Min(block, stream.Length - at))) is { } take) takes.Add(take);
        Assert.False(listener.IsSpeaking);
        Assert.InRange(listener.Level, -90, -50);
        return takes;
    }
}
