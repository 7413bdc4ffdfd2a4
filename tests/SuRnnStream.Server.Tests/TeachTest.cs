using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.Logging.Testing;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>A word is enrolled over the socket at <c>/teach</c>; everything else is one sentence.</summary>
public class TeachTest
{
    const string On = "Teach=true";

    [Fact]
    public async Task Takes_AreEnrolled_TriedAtTwoThresholds_AndTheFileHasTheThreshold()
    {
        var log = new FakeLogCollector();
        await using var server = await TestServer.StartAsync([On], log: log);
        using var client = await TeachClient.OpenAsync(server);
        foreach (var (i, take) in WordTakes.Of("stop", 4).Index()) await client.RecordAsync("take", take, $"take {i + 1}");
        await client.RecordAsync("talk", Sample.Cut(0, 30), "talk");
        await client.RecordAsync("room", WordTakes.Quiet(3), "room");
        await client.SayAsync("""{"type": "enrol", "word": "halt", "falseAlarmsPerHour": 0.5}""");
        var made = await client.HearAsync("enrolled");
        Assert.Equal(("halt", 4), (made.GetProperty("word").GetString(), made.GetProperty("takes").GetInt32()));
        Assert.StartsWith("4 takes, ", made.GetProperty("summary").GetString());
        var settings = made.GetProperty("settings").EnumerateArray().ToList();
        double[] Of(string name) => [.. settings.Select(setting => setting.GetProperty(name).GetDouble())];
        Assert.Equal(Of("threshold").Order(), Of("threshold"));
        Assert.Equal(Of("falseAlarmsPerHour").OrderDescending(), Of("falseAlarmsPerHour"));
        Assert.Equal(Of("foundLeftOut").OrderDescending(), Of("foundLeftOut"));
        Assert.InRange(settings.Single(setting => setting.GetProperty("threshold").GetSingle() == 0.5f).GetProperty("falseAlarmsPerHour").GetDouble(), 0.49, 0.51);
        Assert.True(made.GetProperty("ownNegatives").GetInt32() > 0);

        short[] said = [.. WordTakes.Quiet(1), .. WordTakes.Word("stop", 1.01), .. WordTakes.Quiet(1), .. WordTakes.Word("yes"), .. WordTakes.Quiet(1)];
        await client.RecordAsync("try", said, threshold: 0.5f);
        var detection = await client.HearAsync("detection");
        Assert.Equal("halt", detection.GetProperty("label").GetString());
        Assert.InRange(detection.GetProperty("end").GetDouble(), 1, 2.5);

        await client.SayAsync("""{"type": "model", "threshold": 0.9}""");
        var file = await client.HearAsync("model"); // and no other detection before it
        Assert.Equal(0.9f, file.GetProperty("threshold").GetSingle());
        var bytes = await client.BytesAsync();
        Assert.Equal(file.GetProperty("bytes").GetInt32(), bytes.Length);
        var model = ModelFile.Load(new MemoryStream(bytes), "halt.surnn");
        Assert.Equal(0.9f, model.Defaults.Thresholds["halt"]);
        Assert.Contains("4 takes, ", model.Card["enrolled halt"]);
        Assert.Equal(["halt"], Sample.Detect(Sample.Floats(said), new StreamingDetector(model, model.Defaults with { Thresholds = new Dictionary<string, float>() })).Select(one => one.Label));
        Assert.Empty(log.GetSnapshot());
    }

    [Fact]
    public async Task ALiveMicrophone_IsCutIntoTakes_AtTheirPlaces_AndEachIsJudged()
    {
        await using var server = await TestServer.StartAsync([On]);
        using var client = await TeachClient.OpenAsync(server);
        var (word, quiet) = (WordTakes.Word("stop"), WordTakes.Quiet(1));
        short[] clipped = [.. word.Select(sample => (short)Math.Clamp(sample * 40, -32_768, 32_767))];
        await client.RecordAsync("takes", [.. quiet, .. word, .. quiet, .. clipped, .. quiet]);
        var good = await client.HearAsync("take");
        Assert.True(good.GetProperty("good").GetBoolean(), good.GetRawText());
        Assert.StartsWith("good: ", good.GetProperty("sentence").GetString());
        Assert.InRange(good.GetProperty("wordStart").GetDouble(), 1.3, 1.7); // the word begins half a second into its cut, a second into the sound
        Assert.InRange(good.GetProperty("start").GetDouble(), 0.3, good.GetProperty("wordStart").GetDouble());
        var bad = await client.HearAsync("take");
        Assert.False(bad.GetProperty("good").GetBoolean());
        Assert.Contains("clipped", bad.GetProperty("sentence").GetString());
    }

    [Fact]
    public async Task ASoundOfAFile_IsJudged()
    {
        await using var server = await TestServer.StartAsync([On]);
        using var client = await TeachClient.OpenAsync(server);
        async Task<(bool Good, bool Usable, string Sentence)> JudgedAsync(short[] samples, int rate = Sample.Rate)
        {
            await client.RecordAsync("check", samples, "a.wav", rate);
            var take = await client.HearAsync("take");
            return (take.GetProperty("good").GetBoolean(), take.GetProperty("usable").GetBoolean(), take.GetProperty("sentence").GetString()!);
        }
        Assert.True((await JudgedAsync(WordTakes.Word("stop"))).Good);
        Assert.Equal((false, false, "nothing is detected in it: check the microphone and say the word again"), await JudgedAsync(new short[Sample.Rate]));
        Assert.Contains("clipped", (await JudgedAsync([.. WordTakes.Word("stop").Select(sample => (short)Math.Clamp(sample * 40, -32_768, 32_767))])).Sentence);
        Assert.Contains("it is longer than 6 s", (await JudgedAsync(Sample.Cut(0, 7))).Sentence);
        Assert.Contains("above 4 kHz", (await JudgedAsync([.. WordTakes.Word("stop").Where((_, i) => i % 2 == 0)], 8_000)).Sentence);
        var cut = await JudgedAsync(WordTakes.Word("stop")[9_500..]);
        Assert.False(cut.Good);
        Assert.Contains("before and after", cut.Sentence);
    }

    [Fact]
    public async Task WhatCannotBeEnrolled_IsOneSentence_AndTheSessionGoesOn()
    {
        await using var server = await TestServer.StartAsync([On]);
        using var client = await TeachClient.OpenAsync(server);
        async Task<string> EnrolAsync(string word, params short[][] takes)
        {
            foreach (var (i, take) in takes.Index()) await client.RecordAsync("take", take, $"take {i + 1}");
            await client.SayAsync($$"""{"type": "enrol", "word": "{{word}}"}""");
            return await client.RefusedAsync();
        }
        Assert.Equal("2 takes of 'halt' are too few: record 3 at least, better ten.", await EnrolAsync("halt", WordTakes.Of("stop", 2)));
        Assert.Equal("Say first which word it is.", await EnrolAsync(" ", WordTakes.Of("stop", 3)));
        Assert.Equal("A word has at most 60 characters, and no control characters.", await EnrolAsync(new string('x', 61), WordTakes.Of("stop", 3)));
        Assert.StartsWith("take 4: unlike the other takes of 'halt'", await EnrolAsync("halt", [.. WordTakes.Of("stop", 3), WordTakes.Word("yes")]));
        Assert.Contains("no word is detected in it", await EnrolAsync("halt", [.. WordTakes.Of("stop", 3), WordTakes.Quiet(1)]));
        await client.SayAsync("""{"type": "enrol", "word": "halt", "falseAlarmsPerHour": 1e9}""");
        Assert.Equal("0 takes of 'halt' are too few: record 3 at least, better ten.", await client.RefusedAsync()); // what was sent was for the enrolment before
        foreach (var take in WordTakes.Of("stop", 3)) await client.RecordAsync("take", take);
        await client.SayAsync("""{"type": "enrol", "word": "halt", "falseAlarmsPerHour": 1000000}""");
        Assert.Equal("FalseAlarmsPerHour is 1000000, but must be 0.01 to 100.", await client.RefusedAsync());
        await client.SayAsync("""{"type": "model"}""");
        Assert.Equal("No word is enrolled yet.", await client.RefusedAsync());
    }

    [Fact]
    public async Task TooMany_AndTooLong_AreRefused()
    {
        await using var server = await TestServer.StartAsync([On]);
        using var client = await TeachClient.OpenAsync(server);
        for (var i = 0; i < 50; i++) await client.RecordAsync("take", WordTakes.Quiet(0.1));
        await client.RecordAsync("take", WordTakes.Quiet(0.1));
        Assert.Equal("50 takes are enough: remove some.", await client.RefusedAsync());
        await client.RecordAsync("take", WordTakes.Quiet(6.1), "long.wav");
        Assert.Equal("long.wav is longer than 6 s.", await client.RefusedAsync());
        await client.RecordAsync("talk", new short[151 * Sample.Rate], "the talk");
        Assert.Equal("the talk is longer than 150 s.", await client.RefusedAsync());
        await client.RecordAsync("room", WordTakes.Quiet(1), "the room");
        await client.RecordAsync("room", WordTakes.Quiet(1), "the room");
        Assert.Equal("There is one recording of the room already.", await client.RefusedAsync());
    }

    [Theory]
    [InlineData("""{"type": "hello", "version": 2}""", 4_000, "The hello needs \"version\": 1.")]
    [InlineData("""{"type": "enrol"}""", 1_002, "The first message must be a JSON object with \"type\": \"hello\".")]
    [InlineData("""{"type": "drop"}""", 1_002, "A text message must be a JSON object with a \"type\": hello, record, stop, threshold, enrol or model.")]
    [InlineData("{", 1_007, "In a text message is no JSON at byte 1 of line 1.")]
    public async Task ABadHello_EndsTheSession(string text, int code, string reason)
    {
        await using var server = await TestServer.StartAsync([On]);
        using var client = await TeachClient.ConnectAsync(server);
        await client.SayAsync(text);
        Assert.Equal((code, reason), await client.ClosedAsync());
    }

    [Theory]
    [InlineData("""{"type": "record", "kind": "all", "rate": 16000, "format": "s16"}""", 1_002, "The record needs a \"kind\": takes, try, check, take, talk, room.")]
    [InlineData("""{"type": "record", "kind": "take", "rate": 100, "format": "s16"}""", 4_000, "The hello needs a whole \"rate\" of 4000 to 192000.")]
    [InlineData("""{"type": "record", "kind": "take", "rate": 16000}""", 4_000, "The record needs a \"format\": \"s16\" or \"f32\".")]
    [InlineData("""{"type": "record", "kind": "try", "rate": 16000, "format": "s16"}""", 1_002, "No word is enrolled yet.")]
    public async Task ABadRecord_EndsTheSession(string text, int code, string reason)
    {
        await using var server = await TestServer.StartAsync([On]);
        using var client = await TeachClient.OpenAsync(server);
        await client.SayAsync(text);
        Assert.Equal((code, reason), await client.ClosedAsync());
    }

    [Fact]
    public async Task WithoutTheFlag_ThereIsNoSuchSocket_AndModelsDoNotTellOfOne()
    {
        await using var server = await TestServer.StartAsync();
        var error = await Assert.ThrowsAsync<WebSocketException>(() => TeachClient.ConnectAsync(server));
        Assert.Contains("404", error.Message);
        using var http = new HttpClient { BaseAddress = server.Http };
        Assert.False(JsonElement.Parse(await http.GetStringAsync("models", TestContext.Current.CancellationToken)).TryGetProperty("teach", out _));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("teach", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task AnotherOrigin_AndMoreThanThePlaces_AreTurnedAway()
    {
        await using var server = await TestServer.StartAsync([On, "TeachSessions=1"]);
        await Assert.ThrowsAsync<WebSocketException>(() => TeachClient.ConnectAsync(server, "https://elsewhere.example"));
        using (var first = await TeachClient.OpenAsync(server))
        {
            using var second = await TeachClient.ConnectAsync(server);
            Assert.Equal((1_013, "All 1 places for teaching are taken. Try again later."), await second.ClosedAsync());
        }
        await Patience.Until(() => server.IsEmpty);
        using var third = await TeachClient.OpenAsync(server);
        using var http = new HttpClient { BaseAddress = server.Http };
        Assert.True(JsonElement.Parse(await http.GetStringAsync("models", TestContext.Current.CancellationToken)).GetProperty("teach").GetBoolean());
    }
}
