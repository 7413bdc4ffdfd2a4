using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using SuRnnStream.Tests.Support;
using SuRnnStream.Wyoming;
using Xunit;

namespace SuRnnStream.Tests.Wyoming;

/// <summary>The server as clients see it; client.py knows the protocol's text and nothing of this project.</summary>
public sealed class WyomingServerTest
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static WyomingServerOptions Options() => new() { Uri = "tcp://127.0.0.1:0", Models = { ShippedSample.Model } };

    [Fact]
    public async Task AForeignClient_InACrowdOfTwenty_GetsTheSamplesWords_WhateverOthersDo()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/python3"), "The foreign client is a script for python3: apt-get install python3.");
        var time = new FakeTimeProvider();
        await using var server = new WyomingServer(Options(), time: time);
        server.Start();
        var script = Repository.File("tests", "SuRnnStream.Tests", "Wyoming", "client.py");
        using var client = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, "crowd", $"{server.EndPoint.Port}", ShippedSample.Recording]) { RedirectStandardOutput = true })!;
        try
        {
            Assert.StartsWith("only those", await client.StandardOutput.ReadLineAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromMinutes(5), Cancellation));
            time.Advance(TimeSpan.FromSeconds(61)); // once: later steps would end the sending of an answer that the machine has no time for
            Assert.StartsWith("both", await client.StandardOutput.ReadLineAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromMinutes(5), Cancellation));
            var last = client.StandardOutput.ReadLineAsync(Cancellation).AsTask();
            await Wait.Until(() =>
            {
                time.Advance(TimeSpan.FromMinutes(1)); // what waits for a client has waited long enough
                return last.IsCompleted;
            }, seconds: 300);
            var result = JsonElement.Parse((await last)!);
            var answers = result.GetProperty("answers");
            for (var i = 0; i < 20; i++) AssertWords(ShippedSample.Detected, answers.GetProperty($"{i}"));
            AssertWords(["yes", "no", "up"], answers.GetProperty("48k"));
            AssertWords(["stop"], answers.GetProperty("one word"));
            Assert.Equal(["not-detected"], answers.GetProperty("no word").EnumerateArray().Select(Type));
            foreach (var (who, code) in new[] { ("malformed", "bad-json"), ("long", "too-long"), ("still", "idle"), ("half", "idle") })
                Assert.Equal(("error", code), (answers.GetProperty(who)[0].GetString(), answers.GetProperty(who)[1].GetProperty("code").GetString()));
            Assert.All(result.GetProperty("closings").EnumerateObject(), closing => Assert.True(closing.Value.GetBoolean(), closing.Name));
            AssertInfo(answers.GetProperty("info"));
            await Wait.Until(() => server.Counters.Clients == 0);
            var done = server.Counters;
            Assert.Equal((2, 20 * ShippedSample.Detected.Length + 3 + 1), (done.Malformed, done.Detections));
            Assert.InRange(done.Idle + done.Stalled, 3, 4); // the deaf one is either or both, as the system's buffers are large
        }
        finally
        {
            if (!client.HasExited) client.Kill();
        }
    }

    static string Type(JsonElement of) => of.GetProperty("type").GetString()!;

    /// <summary>The words in order, at the times at which a detector of its own has them.</summary>
    static void AssertWords(string[] words, JsonElement events)
    {
        Assert.All(events.EnumerateArray(), one => Assert.Equal("detection", Type(one)));
        Assert.Equal(words, events.EnumerateArray().Select(one => one.GetProperty("name").GetString()));
        if (words.Length < 10) return;
        Assert.Equal(2_292, events[0].GetProperty("timestamp").GetInt64());
        Assert.Equal(57_032, events[words.Length - 1].GetProperty("timestamp").GetInt64());
    }

    /// <summary>Every member that the protocol requires of a wake word program and its models.</summary>
    static void AssertInfo(JsonElement info)
    {
        Assert.Equal("info", info[0].GetString());
        var program = info[1].GetProperty("wake")[0];
        foreach (var artifact in program.GetProperty("models").EnumerateArray().Append(program))
        {
            Assert.True(artifact.GetProperty("installed").GetBoolean());
            foreach (var name in new[] { "name", "description", "version" }) Assert.NotEmpty(artifact.GetProperty(name).GetString()!);
            Assert.NotEmpty(artifact.GetProperty("attribution").GetProperty("name").GetString()!);
            Assert.Equal(JsonValueKind.String, artifact.GetProperty("attribution").GetProperty("url").ValueKind);
        }
        Assert.Equal(ShippedSample.Words.Order(), program.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()).Order());
        Assert.Equal(("Yes", "en"), (program.GetProperty("models")[0].GetProperty("phrase").GetString(), program.GetProperty("models")[0].GetProperty("languages")[0].GetString()));
    }

    /// <summary>Seconds 0 to 10 of the sample, as one client's stream that begins at 5 s of its own count.</summary>
    static byte[] TenSeconds()
    {
        var stream = new MemoryStream();
        stream.Write("{\"type\":\"audio-start\",\"data\":{\"rate\":16000,\"width\":2,\"channels\":1,\"timestamp\":5000}}\n"u8);
        stream.Write(Encoding.UTF8.GetBytes($"{{\"type\":\"audio-chunk\",\"data\":{{\"rate\":16000,\"width\":2,\"channels\":1}},\"payload_length\":{320_000}}}\n"));
        stream.Write(File.ReadAllBytes(ShippedSample.Recording).AsSpan(44, 320_000));
        stream.Write("{\"type\":\"audio-stop\"}\n"u8);
        return stream.ToArray();
    }

    static async Task<(string Type, JsonElement Data)[]> Talk(WyomingServer server, params byte[][] sent)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.EndPoint, Cancellation);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        late.CancelAfter(TimeSpan.FromMinutes(5)); // a server that never answers fails the test and does not hang it
        var stream = client.GetStream();
        foreach (var bytes in sent) await stream.WriteAsync(bytes, late.Token);
        client.Client.Shutdown(SocketShutdown.Send);
        var (reader, events) = (new WyomingReader(stream, FrameLimits.Default), new List<(string, JsonElement)>());
        while (await reader.ReadAsync(late.Token) is { } frame)
            using (frame) events.Add((frame.Type, new[] { "timestamp", "text" }.Select(name => frame.TryGet(name, out var value) ? value.Clone() : default).FirstOrDefault(value => value.ValueKind != JsonValueKind.Undefined)));
        return [.. events];
    }

    [Fact]
    public async Task Timestamps_GoOnFromTheClientsOwn_AndARefractoryTimeOfItsOwnHolds()
    {
        await using var server = new WyomingServer(Options());
        server.Start();
        var events = await Talk(server, "{\"type\":\"detect\",\"data\":{\"refractory\":600}}\n"u8.ToArray(), TenSeconds(), TenSeconds());
        Assert.Equal([7_292, 9_552, 13_512, 7_292, 9_552, 13_512], events.Select(one => one.Data.GetInt64())); // the second stream has forgotten the first
    }

    [Fact]
    public async Task WithoutVerify_TheFirstStageDecides()
    {
        var options = Options();
        options.Verify = false;
        await using var server = new WyomingServer(options);
        server.Start();
        var events = await Talk(server, "{\"type\":\"detect\",\"data\":{}}\n"u8.ToArray(), TenSeconds());
        await using var small = new WyomingServer(new WyomingServerOptions { Uri = "tcp://127.0.0.1:0", Models = { Repository.File("models", "commands-small.surnn") } });
        small.Start();
        Assert.Equal((await Talk(small, "{\"type\":\"detect\",\"data\":{}}\n"u8.ToArray(), TenSeconds())).Select(one => (one.Type, one.Data.ToString())), events.Select(one => (one.Type, one.Data.ToString())));
        Assert.True(events.Length >= 3);
    }

    /// <summary>Also of a model that holds, which hears the faint noise before the word: what it takes for silence is no voice.</summary>
    [Theory, InlineData("commands.surnn"), InlineData("candidates/commands-hold-voices.surnn")]
    public async Task Voice_IsToldFromTheNetworksActivity_InOrderAndByTurns(string model)
    {
        var options = new WyomingServerOptions { Uri = "tcp://127.0.0.1:0", Models = { Repository.File("models", model) }, Voice = true };
        await using var server = new WyomingServer(options);
        server.Start();
        var events = await Talk(server, "{\"type\":\"detect\",\"data\":{\"names\":[\"yes\"]}}\n"u8.ToArray(), TenSeconds());
        var voice = events.Where(one => one.Type.StartsWith("voice", StringComparison.Ordinal)).ToArray();
        Assert.True(voice.Length >= 4 && voice.Length % 2 == 0, $"{voice.Length} events");
        Assert.Equal(voice.Select((_, i) => i % 2 == 0 ? "voice-started" : "voice-stopped"), voice.Select(one => one.Type));
        Assert.Equal(voice.Select(one => one.Data.GetInt64()).Order(), voice.Select(one => one.Data.GetInt64()));
        Assert.InRange(voice[0].Data.GetInt64(), 5_000 + 1_400, 5_000 + 2_100); // "yes" is at 1.57 to 2.15 s
    }

    [Fact]
    public async Task AWordThatThereIsNot_IsSaid_AndNothingElseIsDetectedInItsPlace()
    {
        await using var server = new WyomingServer(Options());
        server.Start();
        var events = await Talk(server, "{\"type\":\"detect\",\"data\":{\"names\":[\"okay_nabu\"]}}\n"u8.ToArray(), TenSeconds());
        Assert.Equal(["error", "not-detected"], events.Select(one => one.Type));
        Assert.Contains("'okay_nabu'", events[0].Data.GetString());
    }

    [Fact]
    public async Task OneClientTooMany_IsRefused_WithAReason()
    {
        var options = Options();
        options.MostClients = 1;
        await using var server = new WyomingServer(options, time: new FakeTimeProvider()); // who is refused has all the time to read why
        server.Start();
        using var first = new TcpClient();
        await first.ConnectAsync(server.EndPoint, Cancellation);
        await Wait.Until(() => server.Counters.Clients == 1);
        Assert.Contains("clients are taken than 1;", Assert.Single(await Talk(server)).Data.GetString());
        Assert.Equal(1, server.Counters.Refused);
        await server.DisposeAsync(); // and again at the end, which does nothing
    }

    [Fact]
    public async Task InAHost_ItServesWhileTheHostRuns_AndSettingsThatAreWrongStopIt()
    {
        var port = Ports.Free();
        IHost Host(params (string Key, string Value)[] settings)
        {
            var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
            builder.Configuration.AddInMemoryCollection(settings.Select(one => KeyValuePair.Create($"Wyoming:{one.Key}", (string?)one.Value)));
            builder.Services.AddWyoming();
            return builder.Build();
        }
        using (var host = Host(("Uri", $"tcp://127.0.0.1:{port}"), ("Models:0", ShippedSample.Model), ("Languages:0", "de")))
        {
            await host.StartAsync(Cancellation);
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, Cancellation);
            await client.GetStream().WriteAsync("{\"type\":\"describe\"}\n"u8.ToArray(), Cancellation);
            using var info = await new WyomingReader(client.GetStream(), FrameLimits.Default).ReadAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromMinutes(5), Cancellation);
            Assert.True(info!.TryGet("wake", out var wake));
            Assert.Equal("de", wake[0].GetProperty("models")[0].GetProperty("languages")[0].GetString());
            await host.StopAsync(Cancellation);
        }
        foreach (var (key, value, said) in new[] { ("Modells", "x", "Wyoming:Modells means nothing here"), ("IdleTimeout", "5", "for 5 s write 00:00:05"), ("Uri", "http://x", "must be tcp://HOST:PORT"), ("Threshold", "2", "Threshold is 2") })
        {
            using var host = Host((key, value), ("Models:0", ShippedSample.Model));
            var wrong = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancellation));
            Assert.Contains(said, wrong.Message);
        }
    }
}
