using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>What a client may not say, and what it is told.</summary>
public class ProtocolTest
{
    [Theory]
    [InlineData("hello", 1007, "no JSON at byte 0 of line 1")]
    [InlineData("{\n\"type\": }", 1007, "no JSON at byte 8 of line 2")]
    [InlineData("[1]", 1002, "\"type\": \"hello\"")]
    [InlineData("""{"type": 5}""", 1002, "\"type\": \"hello\"")]
    [InlineData("""{"type": "end"}""", 1002, "\"type\": \"hello\"")]
    [InlineData("""{"type": "\ud800"}""", 1002, "\"type\": \"hello\"")]
    [InlineData("""{"\ud800": 1}""", 1002, "\"type\": \"hello\"")]
    [InlineData("""{"type": "hello", "version": 1, "rate": 16000, "format": "\ud800"}""", 4000, "\"s16\" or \"f32\"")]
    [InlineData("""{"type": "hello", "rate": 16000, "format": "s16"}""", 4000, "\"version\": 1")]
    [InlineData("""{"type": "hello", "version": 2, "rate": 16000, "format": "s16"}""", 4000, "\"version\": 1")]
    [InlineData("""{"type": "hello", "version": 1, "format": "s16"}""", 4000, "\"rate\" of 4000 to 192000")]
    [InlineData("""{"type": "hello", "version": 1, "rate": 3999, "format": "s16"}""", 4000, "\"rate\" of 4000 to 192000")]
    [InlineData("""{"type": "hello", "version": 1, "rate": 192001, "format": "s16"}""", 4000, "\"rate\" of 4000 to 192000")]
    [InlineData("""{"type": "hello", "version": 1, "rate": 1e99, "format": "s16"}""", 4000, "\"rate\" of 4000 to 192000")]
    [InlineData("""{"type": "hello", "version": 1, "rate": 16000.5, "format": "s16"}""", 4000, "\"rate\" of 4000 to 192000")]
    [InlineData("""{"type": "hello", "version": 1, "rate": 16000, "format": "mp3"}""", 4000, "\"s16\" or \"f32\"")]
    [InlineData("""{"type": "hello", "version": 1, "rate": 16000, "format": "s16", "model": "x\ny"}""", 4001, "no model 'x?y'. There is commands")]
    public async Task FirstMessage_ThatIsNoGoodHello_EndsTheSession(string text, int code, string reason)
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await client.TextAsync(text);
        await AssertToldAsync(server, client, code, reason);
    }

    [Fact]
    public async Task ModelName_OfAnyLength_IsQuotedInAReasonThatFits()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await client.HelloAsync(model: string.Concat(Enumerable.Repeat("é😀", 2_000)));
        var (code, reason) = await client.ClosedAsync();
        Assert.Equal(4001, code);
        Assert.StartsWith("There is no model 'é😀", reason);
        Assert.EndsWith("...", reason);
    }

    [Fact]
    public async Task Audio_BeforeTheHello_EndsTheSession()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await client.AudioAsync<short>(0, [1, 2, 3]);
        await AssertToldAsync(server, client, 1002, "Audio came before the hello.");
    }

    public static TheoryData<string, byte[], int, string> BadAudio => new()
    {
        { "s16", [], 1007, "An audio message of 0 bytes has no samples" },
        { "s16", new byte[3], 1007, "An audio message of 3 bytes has no samples" },
        { "s16", new byte[8], 1007, "An audio message of 8 bytes has no samples" },
        { "s16", new byte[11], 1007, "3 bytes of audio are no whole number of 2-byte samples." },
        { "f32", new byte[14], 1007, "6 bytes of audio are no whole number of 4-byte samples." },
        { "s16", [255, 255, 255, 255, 255, 255, 255, 255, 0, 0], 4002, "The counter is 18446744073709551615, but must be at most 281474976710656." },
        { "s16", new byte[65_537], 1009, "A message is longer than 65536 bytes." },
        { "s16", new byte[1_000_000], 1009, "A message is longer than 65536 bytes." },
    };

    [Theory, MemberData(nameof(BadAudio), DisableDiscoveryEnumeration = true)]
    public async Task Audio_ThatIsMalformed_EndsTheSession(string format, byte[] message, int code, string reason)
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.OpenAsync(format: format);
        await client.BinaryAsync(message);
        await AssertToldAsync(server, client, code, reason);
    }

    [Theory, InlineData(99ul), InlineData(0ul)]
    public async Task Counter_ThatGoesBackOrComesTwice_EndsTheSession(ulong counter)
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.OpenAsync();
        await client.AudioAsync<short>(0, new short[100]);
        await client.AudioAsync<short>(counter, new short[100]);
        await AssertToldAsync(server, client, 4002, $"The counter went back: 100 was next, but {counter} came.");
    }

    /// <summary>Runs too short for a frame, each after a gap, fill the backlog without a frame ever being made.</summary>
    [Fact]
    public async Task RunsTooShortForAFrame_DoNotHoldTheSession()
    {
        await using var server = await TestServer.StartAsync(["Backlog=00:00:00.1"]);
        await using var client = await server.OpenAsync();
        for (var i = 0; i < 100; i++) await client.AudioAsync<short>((ulong)(501 * i), new short[500]);
        await client.EndAsync();
        Assert.Equal(99, client.End!.Value.GetProperty("samplesLost").GetInt64());
        await Patience.Until(() => server.IsEmpty);
    }

    [Theory]
    [InlineData("""{"type": "hello", "version": 1, "rate": 16000, "format": "s16"}""", 1002, "After the hello a text message can only be")]
    [InlineData("end", 1007, "no JSON")]
    public async Task Text_AfterTheHello_ThatIsNoEnd_EndsTheSession(string text, int code, string reason)
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.OpenAsync();
        await client.TextAsync(text);
        await AssertToldAsync(server, client, code, reason);
    }

    [Fact]
    public async Task LongestMessage_IsTaken()
    {
        await using var server = await TestServer.StartAsync(["MaxMessageBytes=1024"]);
        await using var client = await server.OpenAsync();
        Assert.Equal(1_024, (await client.Welcome).GetProperty("maxMessageBytes").GetInt32());
        await client.AudioAsync<short>(0, new short[508]);
        await client.EndAsync();
        Assert.Equal(508 / 16_000.0, client.End!.Value.GetProperty("seconds").GetDouble());
    }

    [Fact]
    public async Task DetectionsMadeBeforeAnError_StillArrive()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.OpenAsync();
        await client.PlayAsync(Sample.Cut(0, 6));
        await Patience.Until(() => server.Models.Get("commands").Pool.Counters.Total is { Detections: 2, SamplesInFlight: 0 });
        await client.AudioAsync<short>(0, new short[100]);
        Assert.Equal(4002, (await client.ClosedAsync()).Code);
        Expect.Same(Sample.Detect(Sample.Floats(Sample.Cut(0, 6))), client.Detections);
    }

    [Fact]
    public async Task SpecialFloats_DoNotPoisonTheStream()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await server.OpenAsync(format: "f32");
        float[] bad = [.. Enumerable.Repeat<float[]>([float.NaN, float.PositiveInfinity, float.MaxValue, float.MinValue], 2_000).SelectMany(x => x)];
        await client.PlayAsync<float>([.. bad, .. Sample.Floats(Sample.Cut(0, 6))]);
        await client.EndAsync();
        Assert.Equal(["yes", "no"], client.Detections.Select(d => d.GetProperty("label").GetString()));
    }

    static async Task AssertToldAsync(TestServer server, TestClient client, int code, string reason)
    {
        var told = await client.ClosedAsync();
        Assert.Equal(code, told.Code);
        Assert.Contains(reason, told.Reason);
        await Patience.Until(() => server.IsEmpty);
    }
}
