using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;
using Xunit;

namespace SuRnnStream.Tests.Evaluation.Mixing;

public sealed class RendererTest
{
    const int Rate = 16_000;

    /// <summary>A buzz of 200 Hz with two formants, from 0.5 to 1.5 s of 2 s.</summary>
    static readonly float[] Voice = [.. Enumerable.Range(0, 2 * Rate).Select(i => i is < Rate / 2 or >= 3 * Rate / 2 ? 0f : (float)(0.02 * Enumerable.Range(1, 30).Sum(k => Math.Exp(-Math.Pow((200 * k - 800) / 300.0, 2)) * Math.Sin(2 * Math.PI * 200 * k * i / Rate))
        + 0.02 * Enumerable.Range(1, 30).Sum(k => 0.5 * Math.Exp(-Math.Pow((200 * k - 2400) / 300.0, 2)) * Math.Sin(2 * Math.PI * 200 * k * i / Rate))))];

    static readonly LabelledEvent[] Events = [new("yes", TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1.5))];

    static float[] Render(Rendering rendering, float[]? sound = null) => new Conditions().With(rendering, Rate).Apply("x", sound ?? Voice, Events);

    static double Rms(ReadOnlySpan<float> samples) => Waveform.Rms(samples);

    /// <summary>Energy of the middle second at a frequency.</summary>
    static double At(float[] samples, double hertz)
    {
        double re = 0, im = 0;
        for (var i = Rate / 2; i < 3 * Rate / 2; i++) (re, im) = (re + samples[i] * Math.Cos(2 * Math.PI * hertz * i / Rate), im + samples[i] * Math.Sin(2 * Math.PI * hertz * i / Rate));
        return Math.Sqrt(re * re + im * im) / Rate;
    }

    static double Centre(float[] samples)
    {
        double sum = 0, weight = 0;
        for (var hertz = 100.0; hertz < 1_600; hertz += 5) (sum, weight) = (sum + hertz * Math.Pow(At(samples, hertz), 2), weight + Math.Pow(At(samples, hertz), 2));
        return sum / weight;
    }

    [Theory, InlineData(Rendering.Noise), InlineData(Rendering.Room), InlineData(Rendering.Telephone), InlineData(Rendering.Child), InlineData(Rendering.Quiet), InlineData(Rendering.Loudspeaker), InlineData(Rendering.Clean)]
    public void EveryRendering_HasTheSameLength_IsTheSameEachTime_AndKeepsTheEventInItsPlace(Rendering rendering)
    {
        var heard = Render(rendering);
        Assert.Equal(Voice.Length, heard.Length);
        Assert.Equal(heard, Render(rendering));
        Assert.All(heard, x => Assert.True(float.IsFinite(x)));
        Assert.True(Rms(heard.AsSpan(Rate / 2, Rate)) > (rendering == Rendering.Noise ? 2 : 5) * Rms(heard.AsSpan(0, Rate / 2 - 800)));
    }

    [Fact]
    public void Child_RaisesTheFormantsByTwentyToFortyPerCent() => Assert.InRange(Centre(Render(Rendering.Child)) / Centre(Voice), 1.17, 1.43);

    [Fact]
    public void Telephone_HasNothingAbove3400Hz_OrBelow300()
    {
        float[] Tone(double hertz) => [.. Enumerable.Range(0, 2 * Rate).Select(i => (float)(0.3 * Math.Sin(2 * Math.PI * hertz * i / Rate)))];
        foreach (var (hertz, gain) in new[] { (100.0, 0.05), (6_000, 0.02) }) Assert.True(At(Render(Rendering.Telephone, Tone(hertz)), hertz) < gain * At(Tone(hertz), hertz));
        Assert.InRange(At(Render(Rendering.Telephone, Tone(1_000)), 1_000) / At(Tone(1_000), 1_000), 0.9, 1.1);
    }

    [Fact]
    public void Quiet_Is20DecibelsLess() => Assert.Equal(0.1, Rms(Render(Rendering.Quiet)) / Rms(Voice), 1e-4);

    [Fact]
    public void Noise_IsTenDecibelsBelowTheEvent()
    {
        var noise = Render(Rendering.Noise).Zip(Voice, (a, b) => a - b).ToArray();
        Assert.Equal(10, 20 * Math.Log10(Rms(Voice.AsSpan(Rate / 2, Rate)) / Rms(noise)), 0.1);
    }

    [Fact]
    public void Room_RingsAfterTheEvent() => Assert.True(Rms(Render(Rendering.Room).AsSpan(3 * Rate / 2, Rate / 10)) > 0.1 * Rms(Voice.AsSpan(Rate / 2, Rate)));
}
