using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

public sealed class SoundFilesTest : CliTest
{
    string Sounds => Folder.File("sounds");

    [Fact]
    public async Task Detect_WritesTheSoundAroundEachDetection_SampleForSample_AndNamesItInJson()
    {
        var sound = AsPcm([.. ToneModel.Quiet(2), .. ToneModel.Tones(3), .. ToneModel.Quiet(2)]);
        var path = Wav("three.wav", sound);
        for (var again = 0; again < 2; again++) // another run writes the same
        {
            var run = await Run("detect", path, "--model", ModelPath, "--format", "json", "--sounds", Sounds, "--sound-before", "0.25", "--sound-after", "0.5");
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            foreach (var json in run.Json[..^1])
            {
                var start = (int)Math.Round((json.GetProperty("start").GetDouble() - 0.25) * ToneModel.Rate);
                var end = Math.Min(sound.Length, (int)Math.Round((json.GetProperty("end").GetDouble() + 0.5) * ToneModel.Rate));
                Assert.Equal(sound[start..end], Read(json.GetProperty("sound").GetString()!));
            }
            Assert.Equal(3, Directory.GetFiles(Sounds).Length);
        }
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Sounds));
    }

    [Fact]
    public async Task Listen_WritesThem_NamedByTheTime_AndKeepsTheNewest()
    {
        var path = Wav("three.wav", AsPcm(ToneModel.Tones(3)));
        var run = await Run("listen", path, "--model", ModelPath, "--format", "json", "--sounds", Sounds, "--keep-sounds", "2");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        string[] named = [.. run.Json[..^1].Select(json => json.GetProperty("sound").GetString()!)];
        Assert.Equal(3, named.Distinct().Count());
        Assert.All(named, name => Assert.Matches(@"^\d{8}T\d{6}\.\d{3}Z-.*three.*-(low|high)(-\d)?\.wav$", Path.GetFileName(name)));
        Assert.Equal(2, Directory.GetFiles(Sounds).Length);
    }

    [Fact]
    public async Task Detect_OfTwoFilesOfTheSameName_WritesBoth()
    {
        var (first, second) = (Wav("a/word.wav", ToneModel.Tones(1)), Wav("b/word.wav", ToneModel.Tones(1)));
        var run = await Run("detect", first, second, "--model", ModelPath, "--format", "json", "--sounds", Sounds);
        Assert.Equal((0, 2), (run.ExitCode, Directory.GetFiles(Sounds).Length));
        Assert.Equal(2, run.Json[..^1].Select(json => json.GetProperty("sound").GetString()).Distinct().Count());
    }

    [Theory, InlineData("--sound-before=-1", "--sound-before"), InlineData("--sound-after=61", "--sound-after"), InlineData("--sound-after=NaN", "--sound-after"), InlineData("--keep-sounds=0", "--keep-sounds")]
    public async Task AnOption_OutsideItsRange_IsRefused(string option, string said)
    {
        var run = await Run(["detect", Wav("one.wav", ToneModel.Tones(1)), "--model", ModelPath, "--sounds", Sounds, .. option.Split('=')]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, run.Error);
        Assert.False(Directory.Exists(Sounds));
    }

    [Fact]
    public async Task AFolderThatIsNone_IsTold()
    {
        var run = await Run("detect", Wav("one.wav", ToneModel.Tones(1)), "--model", ModelPath, "--sounds", Wav("file.wav", new float[16]));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("file.wav", run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }

    static float[] Read(string file)
    {
        using var wav = WavFile.Open(file);
        var (all, buffer) = (new List<float>(), new float[4_096]);
        for (int n; (n = wav.Read(buffer)) > 0;) all.AddRange(buffer[..n]);
        return [.. all];
    }
}
