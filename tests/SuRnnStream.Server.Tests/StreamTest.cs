using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>Sound that goes through the socket is heard as it is anywhere else.</summary>
public class StreamTest
{
    [Fact]
    public async Task Wav_GivesTheDetectionsOfSurnnDetect()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.OpenAsync();
        await client.PlayAsync(Sample.Pcm);
        await client.EndAsync();

        var lines = (await SurnnAsync("detect", Sample.WavPath, "--format", "json")).Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(Sample.Detected.Count + 1, lines.Count); // and the summary
        Expect.Same(lines[..^1], client.Detections);
        Expect.Same(Sample.Detect(Sample.Floats(Sample.Pcm)), client.Detections);

        var (end, summary) = (client.End!.Value, lines[^1].GetProperty("summary"));
        Assert.Equal(summary.GetProperty("seconds").GetDouble(), end.GetProperty("seconds").GetDouble());
        foreach (var name in new[] { "frames", "framesSkipped", "macs", "macsDense" })
            Assert.Equal(summary.GetProperty(name).GetInt64(), end.GetProperty(name).GetInt64());
        Assert.Equal((Sample.Detected.Count, 0, 0), (end.GetProperty("detections").GetInt64(), end.GetProperty("samplesLost").GetInt64(), end.GetProperty("gaps").GetInt64()));
        Assert.True(end.GetProperty("computeSeconds").GetDouble() > 0);
    }

    /// <summary>Every sixteenth of the 674 recorded words of a second, all of them where SURNN_ALL_CLIPS is set: the end of each is the end of its session.</summary>
    [Fact]
    public async Task OneSecondClips_GiveWhatADetectorGives_OneByOne()
    {
        var folder = Recordings.Folder("speech-commands", "validation");
        var every = Environment.GetEnvironmentVariable("SURNN_ALL_CLIPS") is { Length: > 0 } ? 1 : 16;
        string[] clips = [.. Sample.Words.SelectMany(word => Directory.GetFiles(Path.Combine(folder, word.Label), "*.wav")).Order(StringComparer.Ordinal).Where((_, i) => i % every == 0)];
        await using var server = await TestServer.StartAsync();
        foreach (var clip in clips)
        {
            var (samples, expected, detector) = (Sample.Read(clip), new List<Detection>(), new StreamingDetector(Sample.Model));
            await using var client = await server.OpenAsync();
            await client.PlayAsync(samples);
            await client.EndAsync();
            detector.Process(Sample.Floats(samples), expected.Add);
            detector.Finish(expected.Add);
            Expect.Same(expected, client.Detections);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{clips.Length} clips");
    }

    [Fact]
    public async Task WithoutVerify_TheFirstStageDecides()
    {
        await using var server = await TestServer.StartAsync(["Verify=false"]);
        await using var client = await server.OpenAsync();
        Assert.False((await client.Welcome.Within()).GetProperty("model").TryGetProperty("secondLook", out _));
        await client.PlayAsync(Sample.Pcm);
        await client.EndAsync();
        Expect.Same(Sample.Detect(Sample.Floats(Sample.Pcm), new StreamingDetector(Sample.SmallModel)), client.Detections);
    }

    [Fact]
    public async Task Candidates_AreThoseOfTheDetector_ButForDetections()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.OpenAsync();
        await client.PlayAsync(Sample.Pcm);
        await client.EndAsync();
        var expected = new List<Candidate>();
        var detector = new StreamingDetector(Sample.Model) { OnCandidate = candidate => { if (candidate.Outcome != CandidateOutcome.Detected) expected.Add(candidate); } };
        detector.Process(Sample.Floats(Sample.Pcm), _ => { });
        detector.Finish(_ => { });
        Assert.True(expected.Count > 3, $"{expected.Count} candidates do not tell much");
        Assert.Equal(
            expected.Select(one => (one.Label, one.Score, one.Threshold, one.Start.TotalSeconds, one.End.TotalSeconds, one.Time.TotalSeconds)),
            client.Candidates.Select(one => (one.GetProperty("label").GetString()!, one.GetProperty("score").GetSingle(), one.GetProperty("threshold").GetSingle(), one.GetProperty("start").GetDouble(), one.GetProperty("end").GetDouble(), one.GetProperty("time").GetDouble())));
        Assert.All(client.Candidates, one => Assert.Contains(one.GetProperty("outcome").GetString(), new[] { "below threshold", "other label", "vetoed", "no calm", "refractory", "no candidate", "settling" }));
    }

    [Fact]
    public async Task End_RightAfterAWord_DecidesIt()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.OpenAsync();
        await client.PlayAsync(Sample.Cut(0, 2.10)); // 12 ms before the detector would say yes
        await client.EndAsync();
        var detector = new StreamingDetector(Sample.Model);
        var expected = Sample.Detect(Sample.Floats(Sample.Cut(0, 2.10)), detector);
        detector.Finish(expected.Add);
        Assert.Equal("yes", Assert.Single(expected).Label);
        Expect.Same(expected, client.Detections);
        Assert.Equal(1, client.End!.Value.GetProperty("detections").GetInt64());
    }

    [Theory, InlineData(48_000), InlineData(44_100), InlineData(8_000), InlineData(96_000)]
    public async Task OtherRates_AreResampledAsAFileWouldBe(int rate)
    {
        using var wav = WavFile.Open(Sample.WavPath);
        var sound = ReadAll(Resampler.To(wav, rate))[..(rate * 14)];
        await using var server = await TestServer.StartAsync();
        await using var client = await server.OpenAsync(rate, "f32");
        await client.PlayAsync(sound);
        await client.EndAsync();
        var expected = Sample.Detect(ReadAll(Resampler.To(new ArraySource(sound, rate), Sample.Rate)));
        Assert.InRange(expected.Count, 2, 4); // 8 kHz has no s in it
        Expect.Same(expected, client.Detections);
    }

    [Theory, InlineData(16_000, 1), InlineData(48_000, 7), InlineData(44_100, 480), InlineData(11_025, 5_000), InlineData(4_000, 1_000), InlineData(191_999, 6_000)]
    public void LiveResampler_GivesWhatTheResamplerGives_HoweverItIsPushed(int rate, int most)
    {
        var random = new Random(most);
        var sound = new float[20_000];
        foreach (ref var sample in sound.AsSpan()) sample = random.NextSingle() - 0.5f;
        var (live, pushed) = (new LiveResampler(rate, Sample.Rate), new List<float>());
        for (int at = 0, n; at < sound.Length; at += n)
        {
            pushed.AddRange(live.Push(sound.AsSpan(at, n = Math.Min(random.Next(1, most + 1), sound.Length - at))).Span);
            var late = (double)(at + n) / rate - (double)pushed.Count / Sample.Rate;
            Assert.True(rate == Sample.Rate || late < 72.0 / Math.Min(rate, Sample.Rate), $"{1000 * late:0.0} ms late");
        }
        pushed.AddRange(live.End().Span);
        Assert.Equal(ReadAll(Resampler.To(new ArraySource(sound, rate), Sample.Rate)), pushed);
    }

    [Fact]
    public async Task Counter_ThatJumps_IsAGapToTheDetector()
    {
        const int Lost = 100_001;
        var (before, behind) = (Sample.Cut(0, 5), Sample.Cut(7, 14));
        await using var server = await TestServer.StartAsync();
        await using var client = await server.OpenAsync();
        await client.PlayAsync(before, from: 1_000); // the first counter need not be 0
        await client.PlayAsync(behind, from: 1_000 + before.Length + Lost);
        await client.EndAsync();

        var detector = new StreamingDetector(Sample.Model);
        detector.Reset(1_000);
        var expected = Sample.Detect(Sample.Floats(before), detector);
        detector.Reset(1_000 + before.Length + Lost);
        expected.AddRange(Sample.Detect(Sample.Floats(behind), detector));
        Assert.Equal(4, expected.Count);
        Expect.Same(expected, client.Detections);
        var end = client.End!.Value;
        Assert.Equal((1_000 + Lost, 2), (end.GetProperty("samplesLost").GetInt64(), end.GetProperty("gaps").GetInt64()));
    }

    [Fact]
    public async Task Counter_ThatJumpsAtAnotherRate_KeepsTheTimes()
    {
        using var wav = WavFile.Open(Sample.WavPath);
        var sound = ReadAll(Resampler.To(wav, 48_000));
        var (before, behind) = (sound[..(5 * 48_000)], sound[(7 * 48_000)..(14 * 48_000)]);
        await using var server = await TestServer.StartAsync();
        await using var client = await server.OpenAsync(48_000, "f32");
        await client.PlayAsync(before);
        await client.PlayAsync(behind, from: 7 * 48_000);
        await client.EndAsync();

        var detector = new StreamingDetector(Sample.Model);
        var expected = Sample.Detect(ReadAll(Resampler.To(new ArraySource(before, 48_000), Sample.Rate)), detector);
        detector.Reset(7 * Sample.Rate);
        expected.AddRange(Sample.Detect(ReadAll(Resampler.To(new ArraySource(behind, 48_000), Sample.Rate)), detector));
        Assert.Equal(4, expected.Count);
        Expect.Same(expected, client.Detections);
    }

    [Fact]
    public async Task ManyShortPieces_BetweenJumps_AreTakenWithoutEnd()
    {
        await using var server = await TestServer.StartAsync(["Backlog=00:00:00.1"]);
        await using var client = await server.OpenAsync();
        for (var i = 0; i < 2_000; i++) await client.AudioAsync<short>((ulong)i * 1_000, new short[100]); // none makes a frame
        await client.PlayAsync(Sample.Cut(0, 3), from: 2_000_000);
        await client.EndAsync();
        Assert.Equal("yes", Assert.Single(client.Detections).GetProperty("label").GetString());
    }

    [Fact]
    public async Task Frames_AreThoseOfTheDetector()
    {
        var pcm = Sample.Cut(1, 4.04); // the last message is not full
        await using var server = await TestServer.StartAsync();
        await using var client = await server.OpenAsync();
        await client.PlayAsync(pcm);
        await client.EndAsync();

        var expected = new List<byte[]>();
        var ends = new List<double>();
        var detector = new StreamingDetector(Sample.Model) { OnFrame = Record };
        Sample.Detect(Sample.Floats(pcm), detector);
        detector.Finish(_ => { });
        void Record(in FrameView frame)
        {
            ends.Add(frame.End.TotalSeconds);
            var macs = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(macs, (int)frame.Stats.MultiplyAdds);
            var open = frame.Open(0).ToArray();
            expected.Add(
            [
                .. macs,
                .. frame.Features.ToArray().Select(feature => (byte)Math.Round(255 * Math.Min(1, feature / 4.5f))),
                .. frame.Scores.ToArray().Select(score => (byte)Math.Round(255 * score)),
                .. open.Chunk(8).Select(eight => (byte)eight.Select((isOpen, bit) => isOpen ? 1 << bit : 0).Sum()),
            ]);
        }

        var sent = client.FrameMessages.SelectMany(Records).ToList();
        Assert.Equal(expected.Count, sent.Count);
        Assert.Equal(Enumerable.Range(0, sent.Count), sent.Select(frame => frame.Number));
        for (var i = 0; i < sent.Count; i++)
        {
            Assert.Equal(ends[i], sent[i].End, 1e-9);
            Assert.Equal(expected[i], sent[i].Record);
        }
        Assert.Contains(sent, frame => frame.Record[^16..].Any(bits => bits != 0));
        Assert.True(BitConverter.ToDouble(client.FrameMessages[^1], 16) > 0);
        Assert.Equal(expected.Count, BitConverter.ToInt32(client.FrameMessages[^1], 24));
        Assert.InRange(client.FrameMessages.Count, 25, 35); // ten a second of sound
    }

    static IEnumerable<(int Number, double End, byte[] Record)> Records(byte[] message)
    {
        Assert.Equal(1, message[0]);
        var (count, size) = (message[1], BitConverter.ToUInt16(message, 2));
        Assert.Equal(28 + count * size, message.Length);
        for (var i = 0; i < count; i++)
            yield return (BitConverter.ToInt32(message, 4) + i, BitConverter.ToDouble(message, 8) + 0.02 * i, message[(28 + i * size)..(28 + (i + 1) * size)]);
    }

    [Fact]
    public async Task Models_AreTheFolders_AndAClientChooses()
    {
        await using var server = await TestServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Http };
        var list = JsonElement.Parse(await http.GetStringAsync("models", TestContext.Current.CancellationToken));
        Assert.Equal("commands", list.GetProperty("default").GetString());
        Assert.Equal(Sample.Models, list.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()));
        Assert.All(list.GetProperty("models").EnumerateArray(), model => Assert.StartsWith(model.GetProperty("rule").GetString()!, model.GetProperty("settings").GetString(), StringComparison.OrdinalIgnoreCase));

        await using var client = await server.ConnectAsync();
        await client.HelloAsync(model: "commands-dense");
        var model = (await client.Welcome.Within()).GetProperty("model");
        Assert.True(model.GetProperty("alwaysOpen").GetBoolean());
        await client.PlayAsync(Sample.Cut(0, 3));
        await client.EndAsync();
        var end = client.End!.Value;
        Assert.Equal(model.GetProperty("macsDense").GetInt64() * end.GetProperty("frames").GetInt64(), end.GetProperty("macsDense").GetInt64());
        Assert.InRange((double)end.GetProperty("macs").GetInt64() / end.GetProperty("macsDense").GetInt64(), 1, 1.02); // the first frame makes its past too
    }

    static float[] ReadAll(ISampleSource source)
    {
        var (all, block) = (new List<float>(), new float[10_000]);
        for (int n; (n = source.Read(block)) > 0;) all.AddRange(block.AsSpan(0, n));
        return [.. all];
    }

    static async Task<string[]> SurnnAsync(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "surnn.dll"), .. args]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
