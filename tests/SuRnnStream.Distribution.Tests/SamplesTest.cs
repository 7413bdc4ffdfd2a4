using System.Text.RegularExpressions;
using SuRnnStream.Distribution.Tests.Support;
using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests;

/// <summary>The programs in samples/, run as their first lines say.</summary>
public sealed class SamplesTest
{
    static readonly string[] Words = ShippedSample.Detected;
    static readonly string Recording = ShippedSample.Recording;

    [Fact]
    public async Task Quickstart_FindsTheTenWords()
    {
        var (exitCode, lines, error) = await Run("quickstart.cs");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(Words, lines[..^1].Select(line => line.Split("  ")[1]));
        Assert.Equal("00:50.39  stop  0.63", lines[8]);
        Assert.Matches(@"^7\d % of the frames skipped, [\d,]+ of 302,400,000 multiply-adds$", lines[^1]);
    }

    [Fact]
    public async Task TwoMicrophones_CountWhatBothHearWithinHalfASecond()
    {
        using var folder = new TemporaryFolder();
        var shipped = AudioFile.ReadAll(Recording, 16_000);
        var (silent, late) = ((float[])shipped.Clone(), 0.3);
        Array.Clear(silent, 0, 10 * 16_000);                                                      // yes, no and up
        WavWriter.Write(folder.File("near.wav"), [.. new float[(int)(late * 16_000)], .. silent], 16_000);
        WavWriter.Write(folder.File("far.wav"), [.. new float[(int)(0.7 * 16_000)], .. shipped], 16_000);

        var same = await Run("two-microphones.cs");
        Assert.Equal((0, ""), (same.ExitCode, same.Error));
        Assert.Equal(Words, same.Lines.Select(Word));
        Assert.All(same.Lines, line => Assert.EndsWith("0.00 s apart", line));
        var near = await Run("two-microphones.cs", Recording, folder.File("near.wav"));
        Assert.Equal(Words[3..], near.Lines.Select(Word));
        Assert.All(near.Lines, line => Assert.Matches(@"0\.(28|30|32) s apart$", line));
        var far = await Run("two-microphones.cs", Recording, folder.File("far.wav"));
        Assert.Equal((0, 0), (far.ExitCode, far.Lines.Length));

        static string Word(string line) => Regex.Match(line, @"^ *[\d.]+  (\w+) ").Groups[1].Value;
    }

    [Fact]
    public async Task Dictation_WithoutAModelOfWhisper_SaysWhatItWouldWriteDown()
    {
        var (exitCode, lines, error) = await Run("dictation.cs", "--wake", "models/commands.surnn", Recording);
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(Words, lines.Select(line => Regex.Match(line, @"^\d\d:\d\d\.\d\d  (\w+), and \d+\.\d s around it$").Groups[1].Value));
    }

    [Fact]
    public async Task Dictation_WithAModelOfWhisper_WritesDownWhatIsSaid()
    {
        var model = Environment.GetEnvironmentVariable("WHISPER_MODEL");
        Assert.SkipWhen(string.IsNullOrEmpty(model), "WHISPER_MODEL names no model of whisper.cpp in ggml format.");
        var (exitCode, lines, error) = await Run("dictation.cs", model, "--wake", "models/commands.surnn", Recording);
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains(lines, line => line.StartsWith("    ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task GpioAlarm_RaisesItsPinForASecond()
    {
        var (exitCode, lines, error) = await Run("gpio-alarm.cs", "--simulate", "--pin", "4", Recording);
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(2, lines.Length);
        Assert.EndsWith("  pin 4 high", lines[0]);
        Assert.EndsWith("  pin 4 low", lines[1]);
        var high = TimeOf(lines[1]) - TimeOf(lines[0]);
        Assert.InRange((high < TimeSpan.Zero ? high + TimeSpan.FromDays(1) : high).TotalSeconds, 0.98, 300); // what is more, this machine was busy

        static TimeSpan TimeOf(string line) => TimeSpan.Parse(line.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task GpioAlarm_WithoutPins_IsOneLineThatSaysWhatToDo()
    {
        Assert.SkipWhen(File.Exists("/dev/gpiochip0"), "This machine has pins.");
        var (exitCode, lines, error) = await Run("gpio-alarm.cs", Recording);
        Assert.Equal((1, 0), (exitCode, lines.Length));
        Assert.Matches(@"^gpio-alarm: pin 17 cannot be opened: .*[^.]; run it on a board with GPIO pins, or with --simulate\.\n$", error);
    }

    static Task<(int ExitCode, string[] Lines, string Error)> Run(string sample, params string[] args) => SingleFileProgram.Run(Repository.File("samples", sample), args);
}
