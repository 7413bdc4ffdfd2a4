using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Evaluation.Mixing;

public sealed class RoomMixerTest : IDisposable
{
    const int Rate = 16_000;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>300 samples of travel, the direct sound, then decaying noise.</summary>
    static float[] Response(int seed = 1)
    {
        var response = Sounds.Noise(5_000, 0.3, seed);
        for (var i = 0; i < response.Length; i++) response[i] *= i < 300 ? 0 : MathF.Exp(-(i - 300) / 800f);
        response[300] = -0.9f;
        return response;
    }

    string Responses(params float[][] responses)
    {
        foreach (var (response, i) in responses.Select((response, i) => (response, i))) WavWriter.Write(_folder.File($"{i}.wav"), response, Rate);
        return _folder.Path;
    }

    [Fact]
    public void Apply_AClick_HasItsDirectSoundWhereItWas()
    {
        var room = new RoomMixer(Responses(Response()), Rate);
        foreach (var at in new[] { 0, 4_000, 15_999, 40_000 })
        {
            var click = new float[48_000];
            click[at] = 0.5f;
            var heard = room.Apply("click", click);
            Assert.Equal(click.Length, heard.Length);
            Assert.Equal(at, Array.IndexOf(heard, heard.MinBy(x => -Math.Abs(x))));
            Assert.All(heard[..at], x => Assert.InRange(x, -1e-6f, 1e-6f));
        }
    }

    [Theory, InlineData(1), InlineData(700), InlineData(1_024), InlineData(30_000), InlineData(100_001)]
    public void Apply_IsTheConvolution_AtTheSoundsLevel(int length)
    {
        var (sound, response) = (Sounds.Noise(length, 0.3, 5), Response());
        var heard = new RoomMixer(Responses(response), Rate).Apply("noise", sound);
        Assert.Equal(Sound.Decibels(Sound.Power(sound)), Sound.Decibels(Sound.Power(heard)), 0.01);

        using var file = WavFile.Open(_folder.File("0.wav")); // as 16 bit made it
        var taps = file.ReadAll();
        double Direct(int n) => Enumerable.Range(0, taps.Length).Where(k => n + 300 - k >= 0 && n + 300 - k < length).Sum(k => (double)taps[k] * sound[n + 300 - k]);
        int[] places = [.. new[] { 0, 1, 299, 699, 1_023, 15_000, 16_383, 29_999, length - 1 }.Where(n => n < length)];
        var gain = heard[places[^1]] / Direct(places[^1]);
        Assert.All(places, n => Assert.Equal(gain * Direct(n), heard[n], 1e-5));
    }

    [Fact]
    public void Apply_TheSameSeedAndName_GiveTheSameBits_AndNamesOtherRooms()
    {
        var folder = Responses(Response(1), Response(2));
        var sound = Sounds.Noise(2_000);
        var first = new RoomMixer(folder, Rate).Apply("a", sound);
        SampleSourceContract.AssertSameBits(first, new RoomMixer(folder, Rate).Apply("a", sound));
        Assert.Contains(Enumerable.Range(0, 20), n => !first.SequenceEqual(new RoomMixer(folder, Rate).Apply($"{n}", sound)));
    }

    [Fact]
    public void Conditions_PutTheSoundIntoTheRoom_ButNotTheNoise()
    {
        var response = new float[800];
        (response[0], response[600]) = (0.5f, 0.49f); // one echo
        Directory.CreateDirectory(_folder.File("rooms"));
        Directory.CreateDirectory(_folder.File("noise"));
        WavWriter.Write(_folder.File("rooms/echo.wav"), response, Rate);
        WavWriter.Write(_folder.File("noise/fan.wav"), Sounds.Noise(Rate), Rate);
        var conditions = new Conditions(new RoomMixer(_folder.File("rooms"), Rate), new NoiseMixer(_folder.File("noise"), 20, Rate));
        var sound = Sounds.Noise(Rate, seed: 4);
        var noise = conditions.Apply("x", sound, []).Zip(conditions.Room!.Apply("x", sound), (all, room) => all - room).ToArray();
        Assert.Equal(20, Sound.Decibels(Sound.Power(sound)) - Sound.Decibels(Sound.Power(noise)), 0.01);
        var echo = Enumerable.Range(600, Rate - 600).Sum(i => (double)noise[i] * noise[i - 600]) / Enumerable.Range(0, Rate).Sum(i => (double)noise[i] * noise[i]);
        Assert.InRange(echo, -0.05, 0.05); // it is 0.5 in what the room makes
        Assert.Matches("^rooms of .*rooms \\(1 impulse responses\\); noise of .*noise \\(1 recordings\\), 20 dB below the events$", $"{conditions}");
        Assert.Equal("", $"{new Conditions()}");
        SampleSourceContract.AssertSameBits(sound, new Conditions().Apply("x", sound, []));
    }
}
