using System.Globalization;
using Microsoft.Extensions.Logging.Testing;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sinks;

/// <summary>The webhook against a web server of the loopback that fails as it is told.</summary>
public sealed class WebhookSinkTest
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly FakeLogger<WebhookSink> _log = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryDetection_IsOnePostOfItsJson_InOrder()
    {
        using var hook = new Hook();
        await Send(new WebhookOptions { Url = hook.Url, Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer of-the-sink" } }, 20);
        Assert.Equal(20, hook.Requests.Count);
        Assert.All(hook.Requests.Index(), request =>
        {
            Assert.Equal(("POST", "application/json", "Bearer of-the-sink"), (request.Item.Method, request.Item.ContentType, request.Item.Authorization));
            Assert.Equal(System.Text.Encoding.UTF8.GetString(Heard.Number(request.Index).ToJson()), request.Item.Body);
            Assert.Matches("^\"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\"$", request.Item.Key);
        });
        Assert.Equal(20, hook.Requests.Select(request => request.Key).Distinct().Count());
    }

    [Fact]
    public async Task Failures_OfEveryKind_AreTriedAgain_WithTheSameKeyAndBody()
    {
        using var hook = new Hook();
        using var relay = new Relay(hook.Url.Port);
        var headers = new Dictionary<string, string> { ["Host"] = hook.Url.Authority };
        hook.Then(503).Then(500).ThenCut(relay.Cut).Then(429, ("Retry-After", "0")).Then(408).ThenSilence().Then(302, ("Location", "http://127.0.0.1/elsewhere"));
        var counters = await Send(new WebhookOptions { Url = Hook.UrlOf(relay.Port), Headers = headers, FirstRetry = TimeSpan.FromMilliseconds(10), LastRetry = TimeSpan.FromMilliseconds(20), Timeout = TimeSpan.FromSeconds(10) }, 2);
        Assert.Equal(new OutboxCounters(2, Sent: 2, Refused: 0, Dropped: 0, Waiting: 0, counters.Retries), counters);
        Assert.InRange(counters.Retries, 6, 7); // the one that was cut may have been sent again by the HTTP client itself
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 1], hook.Requests.Select(request => Heard.NumberOf(request.Body)));
        Assert.Equal(2, hook.Requests.Select(request => (request.Key, request.Body)).Distinct().Count());
    }

    [Theory, InlineData(400), InlineData(401), InlineData(404), InlineData(410), InlineData(422)]
    public async Task Refusal_IsCountedAndLogged_WithoutTheAddressesSecret_AndNotTriedAgain(int status)
    {
        using var hook = new Hook().Then(204).Then(status);
        var counters = await Send(new WebhookOptions { Url = hook.Url }, 3);
        Assert.Equal(new OutboxCounters(3, Sent: 2, Refused: 1, Dropped: 0, Waiting: 0, Retries: 0), counters);
        Assert.Equal([0, 1, 2], hook.Requests.Select(request => Heard.NumberOf(request.Body)));
        Assert.StartsWith($"{hook.Url.GetLeftPart(UriPartial.Authority)}/***: refuses a detection, which is lost: it answers {status}", Assert.Single(_log.Collector.GetSnapshot()).Message);
    }

    [Theory, InlineData(429, false), InlineData(503, false), InlineData(429, true)]
    public async Task RetryAfter_IsWaitedFor(int status, bool date)
    {
        var time = new SkippingTime(due => due == Patience); // no other wait takes its time
        using var hook = new Hook().Then(status, ("Retry-After", date ? (time.GetUtcNow() + TimeSpan.FromSeconds(77)).ToString("r", CultureInfo.InvariantCulture) : "77"));
        var counters = await Send(new WebhookOptions { Url = hook.Url, Time = time, Timeout = Patience, Flush = Patience }, 1);
        Assert.Equal((1, 1), (counters.Sent, counters.Retries));
        Assert.Equal(77, Assert.Single(time.Skipped).TotalSeconds);
    }

    [Fact]
    public async Task Server_ThatComesLate_GetsEverythingOnceAndInOrder()
    {
        var port = Ports.Free();
        await using var sink = New(new WebhookOptions { Url = Hook.UrlOf(port), FirstRetry = TimeSpan.FromMilliseconds(10), LastRetry = TimeSpan.FromMilliseconds(50) });
        for (var number = 0; number < 100; number++) await sink.WriteAsync(Heard.Number(number), Cancellation);
        await Wait.Until(() => sink.Counters.Retries > 3);
        using var hook = new Hook(port);
        await Wait.Until(() => sink.Counters.Waiting == 0);
        Assert.Equal(Enumerable.Range(0, 100), hook.Requests.Select(request => Heard.NumberOf(request.Body)));
        Assert.Equal((100, 0), (sink.Counters.Sent, sink.Counters.Dropped));
        var log = _log.Collector.GetSnapshot();
        Assert.Equal(2, log.Count); // gone, and back: not a line a try
        Assert.Matches(@"^http://127\.0\.0\.1:\d+/\*\*\*: Connection refused \(127\.0\.0\.1:\d+\); \d+ detections? wait", log[0].Message);
    }

    [Fact]
    public async Task Bound_DropsTheOldest_AndTheSumIsExact()
    {
        var port = Ports.Free();
        await using var sink = New(new WebhookOptions { Url = Hook.UrlOf(port), Capacity = 7, FirstRetry = TimeSpan.FromMilliseconds(10), LastRetry = TimeSpan.FromMilliseconds(50) });
        for (var number = 0; number < 50; number++) await sink.WriteAsync(Heard.Number(number), Cancellation);
        using var hook = new Hook(port);
        await Wait.Until(() => sink.Counters.Waiting == 0);
        var (counters, received) = (sink.Counters, hook.Requests.Select(request => Heard.NumberOf(request.Body)).ToArray());
        Assert.Equal(new OutboxCounters(50, Sent: 7, Refused: 0, Dropped: 43, Waiting: 0, counters.Retries), counters);
        Assert.Equal(7, received.Length);
        Assert.Equal([44, 45, 46, 47, 48, 49], received[1..]); // the first may have been on its way when it became the oldest
        Assert.InRange(received[0], 0, 43);
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/", "Url is 'ftp://127.0.0.1/', but must be a web address: http://HOST/PATH")]
    [InlineData("http://me:word@127.0.0.1/", "Url names a user; put the login into Headers, as Authorization.")]
    public void Address_ThatIsNone_SaysWhatIsWrong(string url, string says) =>
        Assert.Contains(says, Assert.Throws<ArgumentException>(() => New(new WebhookOptions { Url = new Uri(url) })).Message);

    [Fact]
    public void Header_ThatIsNone_SaysWhatIsWrong() =>
        Assert.Contains("Headers has 'Content-Type', which is no header of a request.", Assert.Throws<ArgumentException>(() =>
            New(new WebhookOptions { Url = Hook.UrlOf(9), Headers = new Dictionary<string, string> { ["Content-Type"] = "text/plain" } })).Message);

    [Theory]
    [InlineData("X-Key", "a\r\nX-Other: b", "Headers has 'X-Key', whose character 2 is U+000D: only printable ASCII can be sent")]
    [InlineData("X-Key", "a\n\nbody", "whose character 2 is U+000A")]
    [InlineData("X-Key", "schlüssel", "whose character 5 is U+00FC")]
    [InlineData("X-Key", "a\0", "whose character 2 is U+0000")]
    [InlineData("X Key", "a", "Headers has 'X Key', which is no header of a request.")]
    [InlineData("X\r\nY", "a", "Headers has 'X\\u000D\\u000AY', which is no header of a request.")]
    [InlineData("", "a", "Headers has '', which is no header of a request.")]
    public void Header_ThatWouldBreakARequest_IsRefusedAtTheStart_WithoutItsValue(string name, string value, string says)
    {
        var refused = Assert.Throws<ArgumentException>(() => New(new WebhookOptions { Url = Hook.UrlOf(9), Headers = new Dictionary<string, string> { [name] = value } })).Message;
        Assert.Contains(says, refused);
        if (value.Length > 1) Assert.DoesNotContain(value, refused);
    }

    [Fact]
    public async Task TheSecretOfAnAddress_IsInNoLogLineAndNoMetric()
    {
        const string Secret = "T00000000/B00000000/XXXX";
        using var hook = new Hook().Then(302, ("Location", $"/moved/{Secret}?token={Secret}")).Then(400);
        using var counted = new Microsoft.Extensions.Diagnostics.Metrics.Testing.MetricCollector<long>(null, "SuRnnStream", "surnn.outbox.sent");
        var options = new WebhookOptions { Url = new Uri(hook.Url, $"/services/{Secret}?token={Secret}"), FirstRetry = TimeSpan.FromMilliseconds(10), Headers = new Dictionary<string, string> { ["Authorization"] = Secret } };
        var counters = await Send(options, 3);
        Assert.Equal((2, 1, 1), (counters.Sent, counters.Refused, counters.Retries));
        var told = string.Join('\n', _log.Collector.GetSnapshot().Select(entry => entry.Message));
        Assert.Contains("302", told);
        var peers = counted.GetMeasurementSnapshot().Select(measured => (string)measured.Tags["peer"]!).ToList();
        Assert.Contains($"{hook.Url.GetLeftPart(UriPartial.Authority)}/***", peers);
        Assert.All((string[])[told, .. peers, options.ToString()], text => Assert.DoesNotContain("XXXX", text));
    }

    WebhookSink New(WebhookOptions options) => new(options, _log);

    async Task<OutboxCounters> Send(WebhookOptions options, int count)
    {
        var sink = New(options with { Flush = Patience });
        for (var number = 0; number < count; number++) await sink.WriteAsync(Heard.Number(number), Cancellation);
        await sink.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(5), Cancellation); // its own limits may lie on a clock that stands still
        return sink.Counters;
    }
}
