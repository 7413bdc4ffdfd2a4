using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sinks;

public sealed class JsonLinesSinkTest : IDisposable
{
    const string First = """{"at":"2026-11-23T12:00:01Z","detector":"door","source":"hall","label":"word 1","score":0.75,"start":1,"end":1.5,"time":1.625}""";

    readonly TemporaryFolder _folder = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task File_GetsALineADetection_BehindWhatWasThere()
    {
        var path = _folder.File("heard.jsonl");
        await File.WriteAllTextAsync(path, "before\n", Cancellation);
        await using (var sink = new JsonLinesSink(path)) await sink.WriteAsync(Heard.Number(1), Cancellation);
        await using (var again = new JsonLinesSink(path))
        {
            await again.WriteAsync(Heard.Number(2), Cancellation);
            Assert.Equal("before\n" + First + "\n" + First.Replace("word 1", "word 2").Replace(":01Z", ":02Z").Replace("\"start\":1,\"end\":1.5,\"time\":1.625", "\"start\":2,\"end\":2.5,\"time\":2.625") + "\n",
                await File.ReadAllTextAsync(path, Cancellation)); // while it is open: each line has been handed to the system
        }
    }

    [Fact]
    public async Task Landmark_IsTheTime_AndTheRestIsSaidAsDetectSaysIt()
    {
        var heard = Heard.Number(1) with { At = new DateTimeOffset(2026, 11, 23, 14, 0, 0, 250, TimeSpan.FromHours(2)), Detector = "tür \"1\"" };
        var path = _folder.File("heard.jsonl");
        await using (var sink = new JsonLinesSink(path)) await sink.WriteAsync(heard with { Detection = heard.Detection with { Landmark = TimeSpan.FromSeconds(1.25), Source = null } }, Cancellation);
        Assert.Equal("""{"at":"2026-11-23T12:00:00.25Z","detector":"tür \"1\"","source":null,"label":"word 1","score":0.75,"start":1,"end":1.5,"time":1.25,"emitted":1.625}""",
            Assert.Single(await File.ReadAllLinesAsync(path, Cancellation)));
    }

    [Fact]
    public async Task File_ThatIsCutShortMeanwhile_GoesOnAtItsEnd()
    {
        var path = _folder.File("heard.jsonl");
        await using var sink = new JsonLinesSink(path);
        await sink.WriteAsync(Heard.Number(0), Cancellation);
        using (var rotated = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) rotated.SetLength(0);
        await sink.WriteAsync(Heard.Number(1), Cancellation);
        Assert.Equal(First + "\n", await File.ReadAllTextAsync(path, Cancellation));
    }

    /// <summary>As logrotate does it, with and without a new file in the old one's place.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public async Task File_ThatIsRenamed_GetsNothingMore_AndThePathDoes(bool made)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "An open file cannot be renamed there.");
        var (path, old) = (_folder.File("heard.jsonl"), _folder.File("heard.jsonl.1"));
        await using var sink = new JsonLinesSink(path);
        await sink.WriteAsync(Heard.Number(0), Cancellation);
        File.Move(path, old);
        if (made) await File.Create(path).DisposeAsync();
        await sink.WriteAsync(Heard.Number(1), Cancellation);
        await sink.WriteAsync(Heard.Number(2), Cancellation);
        File.Delete(old);
        File.Delete(path);
        await sink.WriteAsync(Heard.Number(3), Cancellation);
        Assert.Equal([3], File.ReadLines(path).Select(Heard.NumberOf));
        Assert.False(File.Exists(old));
    }

    [Fact]
    public async Task File_ThatIsRenamed_KeepsWhatItHad()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "An open file cannot be renamed there.");
        var (path, old) = (_folder.File("heard.jsonl"), _folder.File("heard.jsonl.1"));
        await using var sink = new JsonLinesSink(path);
        await sink.WriteAsync(Heard.Number(0), Cancellation);
        File.Move(path, old);
        await sink.WriteAsync(Heard.Number(1), Cancellation);
        Assert.Equal([0], File.ReadLines(old).Select(Heard.NumberOf));
        Assert.Equal([1], File.ReadLines(path).Select(Heard.NumberOf));
    }

    /// <summary>A process that was killed, or a machine that lost its power, has left half a line.</summary>
    [Fact]
    public async Task File_WhoseLastLineHasNoEnd_GetsTheNextOnALineOfItsOwn()
    {
        var path = _folder.File("heard.jsonl");
        await File.WriteAllTextAsync(path, "{\"at\":\"20", Cancellation);
        await using (var sink = new JsonLinesSink(path)) await sink.WriteAsync(Heard.Number(1), Cancellation);
        Assert.Equal(["{\"at\":\"20", First], await File.ReadAllLinesAsync(path, Cancellation));
    }

    [Fact]
    public async Task Disk_ThatIsFull_IsSaidWithTheFilesName()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no device that is always full here.");
        await using var sink = new JsonLinesSink("/dev/full");
        var refusal = await Assert.ThrowsAsync<IOException>(async () => await sink.WriteAsync(Heard.Number(1), Cancellation));
        Assert.Matches(@"^/dev/full: a detection could not be written: .*[Nn]o space left.*; make room, or name another file\.$", refusal.Message);
    }

    [Fact]
    public void File_ThatCannotBeOpened_IsSaidAtOnce() =>
        Assert.Matches(@"none/heard\.jsonl: cannot be opened for detections: .*; name a file that this user may write, in a folder that is there\.$",
            Assert.Throws<IOException>(() => new JsonLinesSink(_folder.File("none/heard.jsonl"))).Message);
}
