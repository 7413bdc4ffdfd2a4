using System.Globalization;
using System.Text;
using SuRnnStream.Cli;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>Files as users have them, through the program, with the shipped models: what was heard before has to be heard.</summary>
public sealed class RealSituationsTest : CliTest
{
    static readonly string Heart = Repository.File("models", "heartbeat.surnn"), Commands = Repository.File("models", "commands.surnn");
    static readonly float[] Ecg = [.. File.ReadLines(Repository.File("samples", "sensors", "ecg.csv")).Skip(1).Select(line => float.Parse(line.Split(',')[1], CultureInfo.InvariantCulture))];

    /// <summary>One sample that no electrode gives kept the detector deaf for 17 s to 14 minutes.</summary>
    [Theory, InlineData("32767"), InlineData("-999"), InlineData("1e6"), InlineData("9.97e36"), InlineData("3.4e38")]
    public async Task OneWildSample_CostsNoMoreThanTwoSeconds_AndIsCounted(string wild)
    {
        var clean = await Beats(Table("MLII [mV]", (value, _) => value));
        var run = await Beats(Table("MLII [mV]", (value, i) => i == 5 * 360 ? wild : value));
        Assert.True(clean.Times.Length > 60);
        Assert.All(clean.Times.Where(time => time is < 5 or > 7), time => Assert.Contains(run.Times, found => Math.Abs(found - time) < 0.05));
        Assert.InRange(run.Times.Length, clean.Times.Length - 3, clean.Times.Length + 1);
        Assert.Equal((1L, 0L), (run.Summary("wild"), clean.Summary("wild")));
    }

    /// <summary>A new level is a new beginning, not a fault: the half second until that is known is all it costs.</summary>
    [Fact]
    public async Task ALevelThatStays_IsTheNewOne()
    {
        var clean = await Beats(Table("MLII [mV]", (value, _) => value));
        var run = await Beats(Table("MLII [mV]", (value, i) => i < 20 * 360 ? value : (float.Parse(value, CultureInfo.InvariantCulture) + 300).ToString("R", CultureInfo.InvariantCulture)));
        Assert.All(clean.Times.Where(time => time is < 19.9 or > 22), time => Assert.Contains(run.Times, found => Math.Abs(found - time) < 0.05));
        Assert.Equal(180, run.Summary("wild"));
    }

    [Theory, InlineData("time_ms", 1e3), InlineData("time [us]", 1e6), InlineData("time_s", 1), InlineData("time [MS]", 1e3), InlineData("timestamp_ms", 1e3)]
    public async Task AThousandMomentsThatAreMissing_AreAGap_WhateverTheTimeIsCalled(string head, double unit)
    {
        var lines = Enumerable.Range(0, 4_000).Where(i => i is < 1_000 or >= 2_000).Select(i => FormattableString.Invariant($"{Math.Round(i / 360.0 * unit, unit > 1 ? 0 : 4)},{Ecg[i]}"));
        Assert.Equal(1_000, (await Beats(Write("gap.csv", $"{head},MLII", lines))).Summary("lost"));
    }

    [Fact]
    public async Task ADateWithoutTheWordTime_IsATime_AndAColumnThatOnlyLooksLikeOne_IsTold()
    {
        var start = new DateTime(2024, 5, 1, 10, 0, 0, DateTimeKind.Utc);
        IEnumerable<string> Lines() => Enumerable.Range(0, 3_000).Where(i => i is < 1_000 or >= 2_000)
            .Select(i => $"{start.AddTicks((long)(i / 360.0 * TimeSpan.TicksPerSecond)):yyyy-MM-ddTHH:mm:ss.ffffff},{Ecg[i].ToString("R", CultureInfo.InvariantCulture)}");
        var named = await Beats(Write("datetime.csv", "datetime,MLII", Lines()));
        Assert.Equal((1_000L, ""), (named.Summary("lost"), named.Error));
        var unknown = await Beats(Write("clock.csv", "wall_clock_of_logger,MLII", Lines()));
        Assert.Equal((0L, 0), (unknown.Summary("lost"), unknown.ExitCode));
        Assert.Contains("the column 'wall_clock_of_logger' looks like a time, but is not read", unknown.Error);
    }

    [Fact]
    public async Task ATimeThatIsThereTwice_CostsOneMoment_AndIsDamage()
    {
        var lines = Enumerable.Range(0, 12 * 360).Select(i => FormattableString.Invariant($"{(i == 500 ? 499 : i) / 360.0:0.000000},{Ecg[i]}")).ToArray();
        var clean = await Beats(Table("MLII [mV]", (value, _) => value));
        var run = await Beats(Write("dup.csv", "time [s],MLII [mV]", lines));
        Assert.Equal(clean.Times.Count(time => time < 11.7), run.Times.Count(time => time < 11.7));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("1 moment whose time stands still or goes back was left out, the first in line 502", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    /// <summary>A sensor's own times are the detections' times, whether it is fast or slow; nothing is lost that never was.</summary>
    [Theory, InlineData(0.9, "fast"), InlineData(1.1, "slow")]
    public async Task ASensorThatIsOff_IsHeardAtItsOwnTimes(double off, string how)
    {
        var clean = await Beats(Table("MLII [mV]", (value, _) => value));
        var run = await Beats(Write("off.csv", "time [s],MLII [mV]", Enumerable.Range(0, Ecg.Length).Select(i => FormattableString.Invariant($"{i / 360.0 * off:0.00000},{Ecg[i]}"))));
        Assert.Equal((0L, 0), (run.Summary("lost"), run.ExitCode));
        Assert.Contains($"% {how}); times are the recording's own", run.Error);
        Assert.Equal(clean.Times.Length, run.Times.Length);
        Assert.All(clean.Times.Zip(run.Times), pair => Assert.Equal(pair.First * off, pair.Second, 0.01));
    }

    [Theory, InlineData("m/s^2"), InlineData("m/s\u00B2"), InlineData("m/s2"), InlineData("m s-2")]
    public async Task SpellingsOfOneUnit_AreOneUnit(string unit)
    {
        var path = Write("imu.csv", $"time [s],acc x [{unit}],acc y [{unit}],acc z [{unit}],gyro x [rad/s],gyro y [rad/s],gyro z [rad/s]", Enumerable.Range(0, 50).Select(i => FormattableString.Invariant($"{i / 100.0},0,0,9.8,0,0,0")));
        var run = await Run("detect", "-m", Repository.File("models", "gesture.surnn"), path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    /// <summary>A colon is a character of a file's name.</summary>
    [Theory, InlineData("detect"), InlineData("listen")]
    public async Task AFileNameWithColons_IsAFile(string command)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "No file is called so there.");
        var path = Wav("2024-05-01T12:30:00.wav", ToneModel.Tones(2));
        var run = await Run(command, path, "--model", ModelPath, "--format", "csv");
        Assert.Equal((0, 3), (run.ExitCode, run.Lines.Length));
        var table = Write("2024-05-01T12:30:00.csv", "MLII", Ecg.Take(3_600).Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
        Assert.Equal(0, (await Run(command, table, "--model", Heart, "--format", "json")).ExitCode);
    }

    [Fact]
    public async Task OppositeChannels_AreTold_AndOneCanBeChosen()
    {
        var path = Folder.File("opposite.wav");
        File.WriteAllBytes(path, WavBytes.Wav([.. ToneModel.Tones(3).SelectMany(sample => new[] { sample, -sample }).SelectMany(sample => WavBytes.U16((short)(sample * 32_767) & 0xFFFF))], channels: 2, rate: ToneModel.Rate));
        var mean = await Run("detect", path, "--model", ModelPath, "--format", "csv");
        Assert.Equal((0, 1), (mean.ExitCode, mean.Lines.Length));
        Assert.Contains("its 2 channels cancel each other", Assert.Single(mean.Errors));
        var left = await Run("detect", path, "--channel", "0", "--model", ModelPath, "--format", "csv");
        Assert.Equal((0, 4, 0), (left.ExitCode, left.Lines.Length, left.Errors.Length));
        var none = await Run("detect", path, "--channel", "2", "--model", ModelPath, "--format", "csv");
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("there is no channel 2 in it", Assert.Single(none.Errors));
        foreach (var command in new[] { "classify", "evaluate" })
        {
            Directory.CreateDirectory(Folder.File("clips/low"));
            File.Copy(path, Folder.File("clips/low/a.wav"), overwrite: true);
            string[] where = command == "classify" ? [Folder.File("clips")] : ["--positives", Folder.File("clips")];
            Assert.Contains("cancel each other", (await Run([command, .. where, "--model", ModelPath])).Error);
            Assert.Equal("", (await Run([command, .. where, "--channel", "1", "--model", ModelPath])).Error);
        }
    }

    /// <summary>What arecord pipes without -t raw is a WAV; it was heard as samples, header and all, at the model's rate.</summary>
    [Theory, InlineData("detect"), InlineData("listen")]
    public async Task AWavOnStandardInput_IsHeardAsItsFile(string command)
    {
        var path = Wav("fast.wav", ToneModel.Tones(3, rate: 44_100), 44_100);
        var expected = await Run("detect", path, "--model", ModelPath, "--format", "csv");
        using var input = new PipeStream(File.ReadAllBytes(path));
        var piped = await RunWith(input, command, "-", "--model", ModelPath, "--format", "csv");
        Assert.Equal(expected.Lines.Select(line => line.Replace(path, "-")), piped.Lines);
        using var flac = new MemoryStream([.. "fLaC"u8, .. new byte[50]]);
        Assert.Equal(1, (await RunWith(flac, command, "-", "--model", ModelPath)).ExitCode);
    }

    [Fact]
    public async Task ALabelOfAnotherHand_LeavesAsPlainText()
    {
        const string Label = "=1\u001B]52;c;AAAA\a\u202E\n,x";
        ModelFile.Save(ModelPath, ToneModel.Build(labels: ["silence", "unknown", Label, "high"]));
        var path = Wav("tones.wav", ToneModel.Tones(4));
        foreach (var format in new[] { "table", "csv", "json" })
        {
            var run = await Run("detect", path, "--model", ModelPath, "--format", format);
            Assert.Contains("u001B", run.Out, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(run.Out.Replace(Environment.NewLine, ""), c => char.IsControl(c) || c == '\u202E');
            if (format == "csv") Assert.Contains("'=1", run.Out);
        }
        Assert.DoesNotContain((await Run("inspect", ModelPath)).Out.Replace(Environment.NewLine, ""), char.IsControl);
    }

    /// <summary>A full or closed standard error ended the process; a full standard output was the input's fault.</summary>
    [Fact]
    public async Task OutputThatCannotBeWritten_IsNoInputsFault_AndErrorsThatCannotBe_EndNothing()
    {
        var path = Wav("tones.wav", ToneModel.Tones(2));
        var errors = new StringWriter();
        var full = await Surnn.RunAsync(["detect", path, "--model", ModelPath], new Terminal(new FullWriter(), errors, () => Stream.Null), TestContext.Current.CancellationToken);
        Assert.Equal((1, "surnn: standard output cannot be written: No space left on device" + Environment.NewLine), (full, errors.ToString()));
        var output = new StringWriter();
        var deaf = await Surnn.RunAsync(["detect", Folder.File("missing.wav"), path, "--model", ModelPath, "--format", "csv"], new Terminal(output, new FullWriter(), () => Stream.Null), TestContext.Current.CancellationToken);
        Assert.Equal((1, 3), (deaf, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
    }

    sealed class FullWriter : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("No space left on device");
    }

    async Task<Heartbeats> Beats(string path)
    {
        var run = await Run("detect", "-m", Heart, path, "--format", "json");
        return new Heartbeats(run.ExitCode, [.. run.Json[..^1].Select(json => json.GetProperty("time").GetDouble())], run, run.Error);
    }

    string Table(string head, Func<string, int, string> value) =>
        Write("table.csv", head, Ecg.Select((sample, i) => value(sample.ToString("R", CultureInfo.InvariantCulture), i)));

    string Write(string name, string head, IEnumerable<string> lines)
    {
        File.WriteAllLines(Folder.File(name), lines.Prepend(head), new UTF8Encoding(false));
        return Folder.File(name);
    }

    sealed record Heartbeats(int ExitCode, double[] Times, CliRun Run, string Error)
    {
        public long Summary(string name) => Run.Json[^1].GetProperty("summary").GetProperty(name).GetInt64();
    }
}
