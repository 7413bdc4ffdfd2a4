using SuRnnStream.Evaluation;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

/// <summary>A disk that is really full, for every kind of file that is written: an error that says so, and the old file or a whole one.</summary>
public sealed class FullDiskTest
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Files that are written at once: the old one stays, and nothing else.</summary>
    public static TheoryData<string> Kinds => ["model", "state", "wav", "events", "report"];

    [Theory, MemberData(nameof(Kinds))]
    public void AFile_ThatDoesNotFit_LeavesTheOldOne(string kind)
    {
        using var disk = new SmallDisk(256 << 10);
        var (path, model) = (disk.File("file"), SensorModels.Build());
        Write(kind, path, model, large: false);
        var old = File.ReadAllBytes(path);
        disk.Fill(except: 4_096);
        var failed = Assert.ThrowsAny<IOException>(() => Write(kind, path, model, large: true));
        Assert.Contains("space", failed.Message);
        Assert.Equal(old, File.ReadAllBytes(path));
        Assert.Equal(["file"], disk.Names());
        disk.MakeRoom();
        Write(kind, path, model, large: true);
        Assert.NotEqual(old, File.ReadAllBytes(path));
    }

    static void Write(string kind, string path, SuRnnModel model, bool large)
    {
        var length = large ? 20_000 : 100;
        switch (kind)
        {
            case "model":
                ModelFile.Save(path, large ? ToneModel.Build(labels: [.. Enumerable.Range(0, 4).Select(i => new string((char)('a' + i), 5_000))]) : model);
                break;
            case "state":
                var detector = new StreamingDetector(model);
                SafeFile.Replace(path, to =>
                {
                    detector.Process(SensorModels.Stream(large ? 200 : 100), _ => { });
                    detector.Save(to);
                    to.Write(new byte[length]); // states of several streams are written after one another
                });
                break;
            case "wav":
                WavWriter.Write(path, new float[length], 16_000);
                break;
            case "events":
                EventTable.Write(path, [.. Enumerable.Range(0, length / 10).Select(i => new LabelledEvent("yes", TimeSpan.FromSeconds(i), TimeSpan.FromSeconds(i + 0.5)))]);
                break;
            default:
                SafeFile.Replace(path, new string('x', length));
                break;
        }
    }

    [Fact]
    public async Task JsonLines_OnAFullDisk_FailByTheLine_AndGoOnWhereThereIsRoom()
    {
        using var disk = new SmallDisk(64 << 10);
        var path = disk.File("heard.jsonl");
        await using var sink = new JsonLinesSink(path);
        await sink.WriteAsync(Heard.Number(1), Cancellation);
        disk.Fill();
        var written = 1;
        var failed = await Assert.ThrowsAsync<IOException>(async () =>
        {
            for (; written < 1_000; written++) await sink.WriteAsync(Heard.Number(written), Cancellation);
        });
        Assert.Contains("make room", failed.Message);
        var lines = await File.ReadAllLinesAsync(path, Cancellation);
        Assert.Equal(written, lines.Length); // and no part of the one that failed
        Assert.All(lines, line => Assert.EndsWith("}", line));
        disk.MakeRoom();
        await sink.WriteAsync(Heard.Number(7), Cancellation);
        Assert.Equal(written + 1, (await File.ReadAllLinesAsync(path, Cancellation)).Length);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void ARecording_OnAFullDisk_Fails_AndWhatItHasCanBeRead(bool gap)
    {
        using var disk = new SmallDisk(64 << 10);
        var (path, piece, written) = (disk.File("heard.wav"), new float[320], 0);
        Array.Fill(piece, 0.25f);
        disk.Fill(except: 8_192);
        using (var recorder = new WavRecorder(path, 16_000))
        {
            recorder.Write(piece);
            written += piece.Length;
            if (gap) recorder.Lose(16_000);
            Assert.ThrowsAny<IOException>(() =>
            {
                for (var i = 0; i < 1_000; i++, written += piece.Length) recorder.Write(piece);
            });
        }
        using var wav = WavFile.Open(path);
        var samples = new float[10_000];
        var got = 0;
        while (wav.Read(samples.AsSpan(got)) is > 0 and var more) got += more;
        Assert.Equal((written, false), (got, wav.Truncated));
        Assert.All(samples[..got], sample => Assert.Equal(0.25f, sample));
    }

    /// <summary>A file put in a device's place would break the machine; a shell's <c>/dev/stdout</c> is asked for at times.</summary>
    [Fact]
    public void ADevice_IsWrittenTo_AndNotReplaced()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no such device.");
        Assert.ThrowsAny<IOException>(() => SafeFile.Replace("/dev/full", new byte[10_000]));
        Assert.DoesNotContain(Directory.GetFiles("/dev"), name => name.StartsWith("/dev/full.", StringComparison.Ordinal));
        Assert.Contains("character special", FileKindOf("/dev/full"));
    }

    static string FileKindOf(string path)
    {
        using var stat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%F", path]) { RedirectStandardOutput = true })!;
        return stat.StandardOutput.ReadToEnd();
    }
}
