using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>What sessions nearly detect: kept where the server is asked to, said so plainly, and not at all by default.</summary>
public sealed class NearMissTest
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static async Task PlayAsync(TestServer server, int seed = 1)
    {
        await using var client = await server.OpenAsync();
        await client.PlayAsync(Sample.Pcm, seed);
        await client.EndAsync();
    }

    static string[] Kept(HardModel model) => Directory.Exists(model.Near) ? [.. Directory.GetFiles(model.Near).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)] : [];

    [Fact]
    public async Task ASession_IsKeptSampleExact_AndSurnnReviewTakesTheFolder()
    {
        using var model = new HardModel();
        var expected = new List<Candidate>();
        var detector = new StreamingDetector(HardModel.Build()) { OnCandidate = expected.Add };
        detector.Process(Sample.Floats(Sample.Pcm), _ => { });
        detector.Finish(_ => { });
        expected.RemoveAll(one => one.Outcome is CandidateOutcome.Detected or CandidateOutcome.OtherLabel || one.Score < 0.4f);
        Assert.True(expected.Count >= 3, $"{expected.Count} near misses do not tell much");

        await using (var server = await TestServer.StartAsync([model.Models, model.Keeps, "NearMisses:Before=00:00:00.5", "NearMisses:After=00:00:00.25"])) await PlayAsync(server);
        var review = new ReviewFolder(model.Near);
        var notes = review.Waiting().Select(wav => (Wav: wav, Note: ReviewFolder.NoteOf(wav))).OrderBy(one => one.Note.Time).ThenBy(one => one.Note.Label, StringComparer.Ordinal).ToArray();
        Assert.Equal(expected.OrderBy(one => one.Time).ThenBy(one => one.Label, StringComparer.Ordinal).Select(one => (one.Label, one.Outcome.Text(), Math.Round(one.Score, 4))),
            notes.Select(one => (one.Note.Label, one.Note.Outcome, Math.Round(one.Note.Score, 4))));
        Assert.All(notes, one => Assert.Matches(@"^\d{8}T\d{6}\.\d{3}Z-commands_session_1-[a-z]+(-[0-9a-f]+)?\.wav$", Path.GetFileName(one.Wav)));
        Assert.All(notes, one => Assert.Equal("commands session 1", one.Note.Source));
        foreach (var (one, (wav, _)) in expected.OrderBy(one => one.Time).ThenBy(one => one.Label, StringComparer.Ordinal).Zip(notes))
        {
            var from = Math.Max(0, (int)Math.Round((one.Start.TotalSeconds - 0.5) * Sample.Rate));
            var to = Math.Min(Sample.Pcm.Length, (int)Math.Round((one.End.TotalSeconds + 0.25) * Sample.Rate));
            Assert.Equal(Sample.Pcm[from..to], Read(wav));
        }

        var output = await ReviewAsync(model.Near, new string('w', expected.Count - 1) + "n");
        Assert.Contains($"{expected.Count - 1} word, 1 no word, 0 unsure, 0 to go", output);
        Assert.Equal((expected.Count - 1, 1, 0), (review.Judged(ReviewFolder.Word).Count, review.Judged(ReviewFolder.NoWord).Count, review.Waiting().Count));
    }

    [Fact]
    public async Task TwoSessions_ShareOneQuota()
    {
        using var model = new HardModel();
        await using (var server = await TestServer.StartAsync([model.Models, model.Keeps, "NearMisses:Keep=3"])) await Task.WhenAll(PlayAsync(server, 1), PlayAsync(server, 2));
        Assert.Equal((3, 3), (Kept(model).Count(file => file.EndsWith(".wav", StringComparison.Ordinal)), Kept(model).Count(file => file.EndsWith(".json", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task ABrokenConnection_KeepsWhatItHad()
    {
        using var model = new HardModel();
        await using (var server = await TestServer.StartAsync([model.Models, model.Keeps, "NearMisses:After=00:01:00"]))
        {
            await using var client = await server.OpenAsync();
            await client.PlayAsync(Sample.Pcm);
            await Patience.Until(() => client.Candidates.ToArray().Any(one => one.GetProperty("outcome").GetString() == "below threshold" && one.GetProperty("score").GetSingle() >= 0.4f));
            client.Abort();
            await Patience.Until(() => server.IsEmpty);
        }
        Assert.NotEmpty(Kept(model));
    }

    [Fact]
    public async Task ByDefault_NothingIsKept_AndTheModelsSaySo()
    {
        using var model = new HardModel();
        string[] places = [Environment.CurrentDirectory, AppContext.BaseDirectory];
        string[] Sounds() => [.. Directory.GetFileSystemEntries(Path.GetDirectoryName(model.Near)!), .. places.SelectMany(place => Directory.GetFiles(place, "*.wav"))]; // other tests may write other things there
        var before = Sounds();
        await using (var server = await TestServer.StartAsync([model.Models]))
        {
            await PlayAsync(server);
            Assert.All(server.Models.All, one => Assert.False(one.Info.KeepsNearMisses));
            Assert.DoesNotContain("keepsNearMisses", await ModelsAsync(server));
        }
        Assert.Equal(before.Order(StringComparer.Ordinal), Sounds().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task WhereTheyAreKept_TheLog_TheModelsAndTheWelcomeSaySo()
    {
        using var model = new HardModel();
        var log = new FakeLogCollector(Options.Create(new FakeLogCollectorOptions()));
        await using var server = await TestServer.StartAsync([model.Models, model.Keeps], log: log);
        Assert.Contains(log.GetSnapshot(), one => one.Message == $"The server keeps the sound of what sessions nearly detect, from a score of 0.4 on, in {model.Near}: people's voices, at most 500 of them and 100 MB, the oldest goes first");
        var models = JsonElement.Parse(await ModelsAsync(server)).GetProperty("models").EnumerateArray().ToDictionary(one => one.GetProperty("name").GetString()!);
        Assert.True(models["commands"].GetProperty("keepsNearMisses").GetBoolean());
        Assert.False(models["heart"].TryGetProperty("keepsNearMisses", out _)); // of sensors there is no sound
        await using var client = await server.ConnectAsync();
        await client.HelloAsync();
        Assert.True((await client.Welcome.Within()).GetProperty("model").GetProperty("keepsNearMisses").GetBoolean());
        await using var heart = await server.ConnectAsync();
        await heart.HelloAsync(360, "f32", "heart");
        Assert.False((await heart.Welcome.Within()).GetProperty("model").TryGetProperty("keepsNearMisses", out _));
    }

    /// <summary>A disk that is full while the server runs: the log says so, and sessions go on.</summary>
    [Fact]
    public async Task AFolderThatIsGone_IsSaid_AndSessionsGoOn()
    {
        using var model = new HardModel();
        var log = new FakeLogCollector(Options.Create(new FakeLogCollectorOptions()));
        await using (var server = await TestServer.StartAsync([model.Models, model.Keeps], log: log))
        {
            Directory.Delete(model.Near);
            await File.WriteAllTextAsync(model.Near, "a file in its place", Cancellation);
            await PlayAsync(server);
        }
        Assert.Contains(log.GetSnapshot(), one => one.Message.Contains("near misses were not written", StringComparison.Ordinal));
    }

    static short[] Read(string path)
    {
        using var wav = WavFile.Open(path);
        var samples = new float[wav.Length!.Value];
        for (int read = 0, n; (n = wav.Read(samples.AsSpan(read))) > 0;) read += n;
        return [.. samples.Select(sample => (short)(sample * 32768))];
    }

    static async Task<string> ModelsAsync(TestServer server)
    {
        using var http = new HttpClient { BaseAddress = server.Http };
        return await http.GetStringAsync("models", Cancellation);
    }

    static async Task<string> ReviewAsync(string folder, string keys)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "surnn.dll"), "review", folder, "--silent"]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(keys);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(Cancellation).Within();
        await process.WaitForExitAsync(Cancellation).Within();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
