using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

public sealed class DevicesCommandTest : CliTest
{
    /// <summary>Bursts of noise over a hiss: as loud as speech.</summary>
    static float[] Speech(double level)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, 4 * ToneModel.Rate).Select(i => (float)((i % 8_000 < 4_800 ? level : 0.001) * (2 * random.NextDouble() - 1)))];
    }

    [Fact]
    public async Task Check_OfGoodSound_HasNothingToChange()
    {
        var run = await Run("devices", "--check", "--seconds", "3", Wav("good.wav", Speech(0.1)));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(2, run.Lines.Length);
        Assert.EndsWith("channel 0: speech -25 dBFS, noise -65 dBFS, 3.0 s", run.Lines[0]);
        Assert.Equal("    Nothing to change.", run.Lines[1]);
    }

    [Fact]
    public async Task Check_OfClippedSound_SaysTheRemedy_AndFails()
    {
        var run = await Run("devices", "--check", Wav("loud.wav", [.. Speech(3).Select(sample => Math.Clamp(sample, -1, 1))]));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("lower the capture level", run.Lines[1]);
    }

    [Fact]
    public async Task Check_OfADeadChannel_NamesIt()
    {
        var (path, speech) = (Folder.File("stereo.wav"), Speech(0.1));
        await using (var file = File.Create(path))
        {
            using var writer = new BinaryWriter(file);
            writer.Write("RIFF"u8);
            writer.Write(36 + 4 * speech.Length);
            writer.Write("WAVEfmt "u8);
            writer.Write(16);
            writer.Write((short)1);
            writer.Write((short)2);
            writer.Write(ToneModel.Rate);
            writer.Write(4 * ToneModel.Rate);
            writer.Write((short)4);
            writer.Write((short)16);
            writer.Write("data"u8);
            writer.Write(4 * speech.Length);
            foreach (var sample in speech)
            {
                writer.Write((short)(sample * 32_767));
                writer.Write((short)0);
            }
        }
        var run = await Run("devices", "--check", path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("channel 0: speech -25 dBFS", run.Lines[0]);
        Assert.Contains("channel 1: speech -120 dBFS", run.Lines[2]);
        Assert.Contains("This channel gives nothing while another one does", run.Lines[3]);
    }

    [Fact]
    public async Task WithoutCheck_ItListsDevices_AndTakesNothingElse()
    {
        using var alsa = new AlsaFolder();
        alsa.Add("door", Speech(0.1));
        var run = await Run("devices");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(2, (await Run("devices", "door")).ExitCode);
        Assert.Contains("nosuch: cannot be opened", (await Run("devices", "--check", "nosuch")).Error);
    }

    [Fact]
    public async Task Detect_WithAReference_DoesNotCountWhatWasPlayed()
    {
        var sound = AsPcm([.. ToneModel.Tones(4), .. new float[2 * ToneModel.Rate]]);
        var (microphone, played) = (Wav("microphone.wav", [.. new float[1_600], .. sound.Select(sample => 0.7f * sample)]), Wav("played.wav", sound));
        Assert.Equal(4 + 1, (await Run("detect", microphone, "--model", ModelPath, "--format", "json")).Lines.Length);
        foreach (var command in new[] { "detect", "listen" })
        {
            var run = await Run(command, microphone, "--reference", played, "--model", ModelPath, "--format", "json");
            Assert.Equal((0, 1), (run.ExitCode, run.Lines.Length));
            Assert.Contains("4 of 4 detections were this machine's own loudspeaker and do not count", run.Error);
        }
        Assert.Equal(2, (await Run("detect", microphone, played, "--reference", played, "--model", ModelPath)).ExitCode);
        Assert.Contains("gone.wav", (await Run("detect", microphone, "--reference", "gone.wav", "--model", ModelPath)).Error);
    }
}
