using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Testing;
using MQTTnet.Protocol;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sinks;

/// <summary>The MQTT sink against a real broker that is killed, comes back, and asks for a password.</summary>
public sealed class MqttSinkTest
{
    // SURNN_SENSOR_SECONDS=100 keeps the broker away for a minute.
    static readonly int Seconds = int.Parse(Environment.GetEnvironmentVariable("SURNN_SENSOR_SECONDS") ?? "4", CultureInfo.InvariantCulture);

    readonly FakeLogger<MqttSink> _log = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    string[] Log => [.. _log.Collector.GetSnapshot().Select(entry => entry.Message)];

    [Fact]
    public async Task Broker_ThatIsKilledAndComesBack_GetsEveryDetectionInOrder()
    {
        const int PerSecond = 20;
        using var folder = new TemporaryFolder();
        using var broker = new Broker($"allow_anonymous true\npersistence true\npersistence_location {folder.File("")}/\nautosave_on_changes true\nautosave_interval 1");
        await using var subscriber = await Subscriber.Open(broker.Port);
        await using var sink = New(MqttSinkOptions.Parse(broker.Address("heard")));
        for (var number = 0; number < PerSecond * Seconds; number++)
        {
            if (number == PerSecond * Seconds / 5) broker.Kill();
            if (number == PerSecond * Seconds * 4 / 5) broker.Start();
            await sink.WriteAsync(Heard.Number(number), Cancellation);
            await Wait.Really(1_000.0 / PerSecond, "the broker saves what it keeps every second of its own time");
        }
        int[] Distinct() => [.. subscriber.Messages.Select(message => Heard.NumberOf(message.Text)).Distinct()];
        await Wait.Until(() => sink.Counters.Waiting == 0 && Distinct().Length == PerSecond * Seconds, () => $"{sink.Counters}, {Distinct().Length} came", seconds: 60 + Seconds);
        var counters = sink.Counters;
        TestContext.Current.TestOutputHelper!.WriteLine($"away for {Seconds * 3 / 5} s: {counters}; {subscriber.Messages.Count} messages came, {Distinct().Length} different\n{string.Join('\n', Log)}");
        Assert.Equal(Enumerable.Range(0, PerSecond * Seconds), Distinct()); // each came for the first time behind the one before it
        Assert.Equal(new OutboxCounters(PerSecond * Seconds, Sent: PerSecond * Seconds, Refused: 0, Dropped: 0, Waiting: 0, counters.Retries), counters);
        Assert.InRange(subscriber.Messages.Count - PerSecond * Seconds, 0, 10); // what was on its way when the broker died may come twice
        Assert.Equal(Distinct().Length, subscriber.Messages.Select(message => message.Id).Distinct().Count());
    }

    [Fact]
    public async Task Bound_DropsTheOldest_AndTheSumIsExact()
    {
        using var broker = new Broker();
        await using var sink = New(MqttSinkOptions.Parse(broker.Address("heard")) with { Capacity = 10 });
        await Write(sink, 0, 5);
        await Wait.Until(() => sink.Counters.Sent == 5);
        broker.Kill();
        await Wait.Until(() => Log.Length > 0);
        await Write(sink, 5, 60);
        broker.Start();
        var subscriber = await Subscriber.Open(broker.Port); // while the sink still pauses, or a little later
        await Wait.Until(() => sink.Counters.Waiting == 0);
        Assert.Equal(new OutboxCounters(60, Sent: 15, Refused: 0, Dropped: 45, Waiting: 0, Retries: sink.Counters.Retries), sink.Counters);
        await subscriber.DisposeAsync();
    }

    [Fact]
    public async Task Message_HasTopicOfTheTemplate_Id_AndIsNotKept()
    {
        using var broker = new Broker();
        await using var subscriber = await Subscriber.Open(broker.Port);
        await using (var sink = New(MqttSinkOptions.Parse(broker.Address("house/{detector}/{source}/{label}"))))
        await using (var kept = New(MqttSinkOptions.Parse(broker.Address("kept") + "?retain=true&qos=0")))
        {
            var heard = Heard.Number(3);
            await sink.WriteAsync(heard with { Detector = "front/door", Detection = heard.Detection with { Label = "a+b #1", Source = null } }, Cancellation);
            await sink.WriteAsync(heard, Cancellation);
            await kept.WriteAsync(heard, Cancellation);
            await Wait.Until(() => subscriber.Messages.Count == 3);
        }
        Assert.Equal(["house/door/hall/word 3", "house/front_door//a_b _1", "kept"], subscriber.Messages.Select(message => message.Topic).Order(StringComparer.Ordinal));
        var plain = subscriber.Messages.Single(message => message.Topic == "house/door/hall/word 3");
        Assert.Equal((Encoding.UTF8.GetString(Heard.Number(3).ToJson()), "application/json", MqttQualityOfServiceLevel.AtLeastOnce), (plain.Text, plain.ContentType, plain.QualityOfService));
        Assert.Equal(3, subscriber.Messages.Select(message => Guid.Parse(message.Id!)).Distinct().Count());
        Assert.Equal(MqttQualityOfServiceLevel.AtMostOnce, subscriber.Messages.Single(message => message.Topic == "kept").QualityOfService);

        await subscriber.DisposeAsync();
        await using var later = await Subscriber.Open(broker.Port);
        await Wait.Until(() => !later.Messages.IsEmpty);
        Assert.Equal(("kept", true), (later.Messages.First().Topic, later.Messages.First().Retained));
    }

    [Fact]
    public async Task StatusTopic_SaysWhetherTheSinkIsThere_AlsoWhenItGoesWithoutAWord()
    {
        using var broker = new Broker();
        using var relay = new Relay(broker.Port);
        await using var subscriber = await Subscriber.Open(broker.Port);
        string[] Status() => [.. subscriber.Messages.Where(message => message.Topic == "house/status").Select(message => message.Text)];
        await using (New(MqttSinkOptions.Parse($"mqtt://127.0.0.1:{relay.Port}/heard?status=house/status")))
        {
            await Wait.Until(() => Status().Length == 1);
            relay.Cut(); // the broker sees a client that has vanished
            await Wait.Until(() => Status().Length == 3);
        }
        await Wait.Until(() => Status().Length == 4);
        Assert.Equal(["online", "offline", "online", "offline"], Status());
    }

    [Fact]
    public async Task Tls_WithALogin_Works_AndWrongOnesAreSaid()
    {
        using var login = new BrokerLogin();
        using var broker = new Broker(login.Settings);
        await using (var sink = New(MqttSinkOptions.Parse(login.Address(broker, "heard"))))
        {
            await sink.WriteAsync(Heard.Number(1), Cancellation);
            await Wait.Until(() => sink.Counters.Sent == 1, () => string.Join('\n', Log));
        }
        Assert.Empty(Log);
        Assert.Matches("the broker refuses: (NotAuthorized|BadUserNameOrPassword); 1 detection waits", await FirstFailure(login.Address(broker, "heard", "wrong")));
        var untrusted = await FirstFailure(login.Address(broker, "heard").Split('?')[0]);
        Assert.Matches("certificate", untrusted);
        Assert.DoesNotContain("p@ss", untrusted + string.Join('\n', Log));
    }

    [Fact]
    public async Task Broker_OfMqtt311_IsSpokenToInItsOwnWay()
    {
        using var broker = new Broker();
        using var old = new OldBroker(broker.Port);
        await using var subscriber = await Subscriber.Open(broker.Port);
        await using (var sink = New(MqttSinkOptions.Parse($"mqtt://127.0.0.1:{old.Port}/heard?status=house/status")))
        {
            await Write(sink, 0, 3);
            await Wait.Until(() => sink.Counters.Sent == 3, () => string.Join('\n', Log));
        }
        await Wait.Until(() => subscriber.Messages.Count == 5);
        Assert.Equal(["online", "offline"], subscriber.Messages.Where(message => message.Topic == "house/status").Select(message => message.Text));
        Assert.Equal([0, 1, 2], subscriber.Messages.Where(message => message.Topic == "heard").Select(message => Heard.NumberOf(message.Text)));
        Assert.Equal(1, old.Refused);
        Assert.Empty(Log);
    }

    public static TheoryData<string, string> Poisons => new()
    {
        { "nul \0 and \u0007", "" },                                          // a topic cannot have them: the level is written without
        { "half \ud800 a pair", "" },
        { new string('x', 70_000), "its topic has 70006 bytes, but a topic has 1 to 65535" },
    };

    [Theory, MemberData(nameof(Poisons))]
    public async Task Label_ThatNoTopicCanHold_HoldsUpNothing(string label, string refusal)
    {
        using var broker = new Broker();
        await using var subscriber = await Subscriber.Open(broker.Port);
        await using (var sink = New(MqttSinkOptions.Parse(broker.Address("heard/{label}"))))
        {
            var heard = Heard.Number(1);
            await sink.WriteAsync(heard with { Detection = heard.Detection with { Label = label } }, Cancellation);
            await sink.WriteAsync(Heard.Number(2), Cancellation);
            await Wait.Until(() => sink.Counters.Waiting == 0, () => string.Join('\n', Log));
            Assert.Equal(refusal.Length == 0 ? (2, 0, 0) : (1, 1, 0), (sink.Counters.Sent, sink.Counters.Refused, sink.Counters.Retries));
        }
        await Wait.Until(() => subscriber.Messages.Any(message => message.Topic == "heard/word 2"));
        if (refusal.Length > 0) Assert.Contains(refusal, Assert.Single(Log));
        else Assert.DoesNotContain(subscriber.Messages, message => message.Topic.Any(char.IsControl));
    }

    [Fact]
    public async Task Detection_AtWhichTheBrokerAlwaysCloses_IsRefusedInTheEnd_AndTheNextIsSent()
    {
        using var broker = new Broker();
        using var closing = new OldBroker(broker.Port, old: false, poison: "word 1\"");
        await using var sink = New(MqttSinkOptions.Parse($"mqtt://127.0.0.1:{closing.Port}/heard") with { FirstRetry = TimeSpan.FromMilliseconds(10), LastRetry = TimeSpan.FromMilliseconds(20) });
        await Write(sink, 0, 3);
        await Wait.Until(() => sink.Counters.Waiting == 0, () => string.Join('\n', Log));
        Assert.Equal(new OutboxCounters(3, Sent: 2, Refused: 1, Dropped: 0, Waiting: 0, Retries: 7), sink.Counters);
        Assert.Contains(Log, line => line.Contains("heard: the connection broke 8 times when it was sent"));
    }

    [Theory]
    [InlineData("mqtt://me:p@ss/word@127.0.0.1/a")]
    [InlineData("mqtt://me:password@127.0.0.1:port/a")]
    [InlineData("mqtt://me:password/a")]
    [InlineData("mqtt://me:password@127.0.0.1/a?qos=7x")]
    [InlineData("mqtt://me:password@127.0.0.1/a?secret=password")]
    [InlineData("mqtt://me:password@127.0.0.1/a#b")]
    [InlineData("mqtt://me:password@127.0.0.1/a?retain=maybe")]
    [InlineData("http://me:password@127.0.0.1/a")]
    public void Address_WithASlip_DoesNotTellThePassword(string address)
    {
        foreach (var parse in (Action[])[() => MqttSinkOptions.Parse(address), () => MqttSensorOptions.Parse(address), () => LiveSensor.Open(address, PulseModel.Sensor)])
        {
            if (Record.Exception(parse) is not { } refused) continue;
            Assert.True(refused is ArgumentException or CaptureException, refused.ToString()); // or it is an address, of another machine
            Assert.DoesNotMatch("pass|word|p@ss|me:", refused.Message.Replace("USER:PASSWORD", "").Replace("a name or password", ""));
        }
    }

    [Fact]
    public void Topic_CanBeginWithASlash()
    {
        Assert.Equal(("/a/b", "mqtt://h:1883//a/b"), (MqttSinkOptions.Parse("mqtt://h//a/b").Topic, MqttSinkOptions.Parse("mqtt://h//a/b").ToString()));
        Assert.Equal(["a/b", "/a/../b", "a b/"], ((string[])["mqtt://h/a/b?qos=1", "mqtt://u:p@h:1//a/../b", "mqtt://h/a%20b/"]).Select(address => MqttSensorOptions.Parse(address).Topic));
    }

    [Fact]
    public async Task Broker_ThatIsNotThere_CostsNoTimeAndNoError()
    {
        using var broker = new Broker();
        broker.Kill();
        var sink = New(MqttSinkOptions.Parse(broker.Address("heard")) with { Flush = TimeSpan.Zero });
        await Write(sink, 0, 3);
        await Wait.Until(() => Log.Length == 1);
        await sink.DisposeAsync();
        Assert.Equal(new OutboxCounters(3, Sent: 0, Refused: 0, Dropped: 3, Waiting: 0, Retries: 0), sink.Counters);
        Assert.Matches(@"^mqtt://127\.0\.0\.1:\d+/heard: Connection refused; [0-3] detections? waits?, and it is tried again until all are taken\.$", Log[0]);
        Assert.Contains("closed with 3 detections unsent", Log[^1]);
    }

    [Theory]
    [InlineData("mqtt://127.0.0.1/a/%2B", "Topic is 'a/+', but must be a topic without # and +")]
    [InlineData("mqtt://127.0.0.1/", "Topic is ''")]
    [InlineData("mqtt://127.0.0.1/a?status=b/%23", "StatusTopic is 'b/#'")]
    [InlineData("mqtt://127.0.0.1/a?qos=3", "QualityOfService is '3', but must be 0 to 2")]
    [InlineData("mqtt://127.0.0.1/a?retain=maybe", "'retain' is true or false, not 'maybe'")]
    [InlineData("mqtt://127.0.0.1/a?ca=/nowhere.pem", "Authorities is '/nowhere.pem', but must be left out where there is no TLS")]
    [InlineData("mqtts://127.0.0.1/a?ca=/nowhere.pem", "Authorities is '/nowhere.pem', but must be a file of certificates that is there")]
    [InlineData("http://127.0.0.1/a", "http://127.0.0.1/*** is no address of a broker: mqtt://HOST/TOPIC or mqtts://HOST/TOPIC.")]
    public void Address_ThatIsNone_SaysWhatIsWrong(string address, string says) =>
        Assert.Contains(says, Assert.Throws<ArgumentException>(() => MqttSinkOptions.Parse(address)).Message);

    async Task<string> FirstFailure(string address)
    {
        _log.Collector.Clear();
        await using var sink = New(MqttSinkOptions.Parse(address) with { Flush = TimeSpan.Zero });
        await sink.WriteAsync(Heard.Number(1), Cancellation);
        await Wait.Until(() => Log.Length > 0);
        Assert.Equal((0, 1), (sink.Counters.Sent, sink.Counters.Waiting));
        return Log[0];
    }

    MqttSink New(MqttSinkOptions options) => new(options, _log);

    static async Task Write(OutboxSink sink, int from, int to)
    {
        for (var number = from; number < to; number++) await sink.WriteAsync(Heard.Number(number), Cancellation);
    }
}
