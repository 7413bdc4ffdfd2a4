using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using MQTTnet;
using SuRnnStream.Tests.Hosting;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sinks;

/// <summary>A host's detectors in Home Assistant by a real mosquitto: discovery as its documentation has it, detections as events, sensitivity and listening commanded from there.</summary>
public sealed partial class HomeAssistantSinkTest
{
    static CancellationToken Cancellation => TestHost.Cancellation;

    // home-assistant.io, integrations/mqtt (discovery, device, origin, availability), event.mqtt, select.mqtt, switch.mqtt: keys, whether they are needed, and their kinds.
    static readonly (string Key, bool Needed, JsonValueKind Kind)[] Common =
    [
        ("name", false, JsonValueKind.String), ("unique_id", false, JsonValueKind.String), ("icon", false, JsonValueKind.String), ("qos", false, JsonValueKind.Number),
        ("availability", false, JsonValueKind.Array), ("availability_mode", false, JsonValueKind.String), ("device", false, JsonValueKind.Object), ("origin", false, JsonValueKind.Object), ("entity_category", false, JsonValueKind.String),
    ];

    static readonly Dictionary<string, (string Key, bool Needed, JsonValueKind Kind)[]> Schema = new()
    {
        ["event"] = [.. Common, ("state_topic", true, JsonValueKind.String), ("event_types", true, JsonValueKind.Array)],
        ["select"] = [.. Common, ("state_topic", false, JsonValueKind.String), ("command_topic", true, JsonValueKind.String), ("options", true, JsonValueKind.Array)],
        ["binary_sensor"] = [.. Common, ("state_topic", true, JsonValueKind.String), ("json_attributes_topic", false, JsonValueKind.String)],
        ["switch"] = [.. Common, ("state_topic", false, JsonValueKind.String), ("command_topic", true, JsonValueKind.String)],
        ["device"] =
        [
            ("identifiers", true, JsonValueKind.Array), ("name", false, JsonValueKind.String), ("manufacturer", false, JsonValueKind.String), ("model", false, JsonValueKind.String), ("sw_version", false, JsonValueKind.String),
        ],
        ["origin"] = [("name", true, JsonValueKind.String), ("sw_version", false, JsonValueKind.String)],
    };

    static void AssertSchema(string kind, JsonElement json)
    {
        foreach (var member in json.EnumerateObject()) Assert.Contains((member.Name, member.Value.ValueKind), Schema[kind].Select(one => (one.Key, one.Kind)));
        foreach (var (key, needed, _) in Schema[kind]) Assert.True(!needed || json.TryGetProperty(key, out var _), $"{kind} lacks {key}");
    }

    static TestHost Host(Broker broker, ISampleSource source, out Hear heard)
    {
        var host = new TestHost(("Detectors:front door:Source", "hall"), ("Detectors:front door:Model", "MODEL"), ("Detectors:front door:Queue", "00:01:00"), ("Sinks:HomeAssistant:Address", broker.Address("surnn?node=kitchen&name=Kitchen%20listener")));
        var made = heard = new Hear();
        host.Builder.Services.AddSuRnnStream().AddMqtt().AddSource("hall", _ => source).AddSink(_ => made.Sink);
        return host;
    }

    sealed class Hear
    {
        public MemorySink Sink { get; } = new();
    }

    static PushSource Pushed() => new(ToneModel.Rate, 1, 100 * ToneModel.Rate) { Overflow = OverflowPolicy.Wait };

    static string? Last(Subscriber subscriber, string topic) => subscriber.Messages.LastOrDefault(message => message.Topic == topic)?.Text;

    [Fact]
    public async Task Discovery_IsRetained_AndAsTheDocumentationHasIt_AndADetectionIsAnEvent()
    {
        using var broker = new Broker();
        var source = Pushed();
        using var host = Host(broker, source, out _);
        await host.Host.StartAsync(Cancellation);
        await using var subscriber = await Subscriber.Open(broker.Port); // it comes later, as Home Assistant may
        await Wait.Until(() => Last(subscriber, "surnn/kitchen/status") == "online" && Last(subscriber, "surnn/kitchen/front_door/availability") == "online");
        source.Push(ToneModel.Tones(3));
        await Wait.Until(() => subscriber.Messages.Count(message => message.Topic == "surnn/kitchen/front_door/event") == 3);

        var configurations = subscriber.Messages.Where(message => message.Topic.EndsWith("/config", StringComparison.Ordinal) && message.Text.Length > 0).ToDictionary(message => message.Topic);
        Assert.Equal(["homeassistant/event/kitchen/front_door/config", "homeassistant/select/kitchen/front_door/config", "homeassistant/switch/kitchen/front_door/config"], configurations.Keys.Order());
        var ids = new HashSet<string>();
        foreach (var (topic, message) in configurations)
        {
            var component = DiscoveryTopic().Match(topic["homeassistant/".Length..]).Groups["component"].Value; // the pattern that Home Assistant takes topics by
            var json = JsonElement.Parse(message.Text);
            AssertSchema(component, json);
            AssertSchema("device", json.GetProperty("device"));
            AssertSchema("origin", json.GetProperty("origin"));
            Assert.Equal(("surnn_kitchen", "Kitchen listener"), (json.GetProperty("device").GetProperty("identifiers")[0].GetString(), json.GetProperty("device").GetProperty("name").GetString()));
            Assert.True(ids.Add(json.GetProperty("unique_id").GetString()!));
            Assert.Equal("all", json.GetProperty("availability_mode").GetString());
            foreach (var available in json.GetProperty("availability").EnumerateArray()) Assert.Equal("online", Last(subscriber, available.GetProperty("topic").GetString()!));
        }
        Assert.Equal(["low", "high"], JsonElement.Parse(configurations["homeassistant/event/kitchen/front_door/config"].Text).GetProperty("event_types").EnumerateArray().Select(type => type.GetString()));
        Assert.Equal(["low", "medium", "high"], JsonElement.Parse(configurations["homeassistant/select/kitchen/front_door/config"].Text).GetProperty("options").EnumerateArray().Select(option => option.GetString()));

        var events = subscriber.Messages.Where(message => message.Topic == "surnn/kitchen/front_door/event").ToArray();
        Assert.All(events, one => Assert.False(one.Retained)); // Home Assistant ignores a retained event
        Assert.Equal(["low", "high", "low"], events.Select(one => JsonElement.Parse(one.Text)).Select(json => json.GetProperty("event_type").GetString()));
        Assert.All(events, one => Assert.Equal("front door", JsonElement.Parse(one.Text).GetProperty("detector").GetString()));
        Assert.Equal(("ON", "medium"), (Last(subscriber, "surnn/kitchen/front_door/listening"), Last(subscriber, "surnn/kitchen/front_door/sensitivity")));

        source.Complete();
        await host.Host.StopAsync(Cancellation);
        await Wait.Until(() => Last(subscriber, "surnn/kitchen/status") == "offline");
    }

    [Fact]
    public async Task ABinarySensor_IsOnForItsTime_AndFromBeginToEnd_AndGoesAgainWithItsOption()
    {
        using var broker = new Broker();
        var (detectors, options) = (new Faring(new DetectorStatus { Name = "door", Source = "hall", Counters = new PipelineCounters(), Labels = ["knock"] }), HomeAssistantOptions.Parse(broker.Address("surnn?node=kitchen&binary=60")));
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch);
        await using var subscriber = await Subscriber.Open(broker.Port);
        string? State() => Last(subscriber, "surnn/kitchen/door/detected");
        HeardDetection Of(EventPhase phase) => new("door", new Detection("knock", 0.9f, TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)) { Phase = phase }, DateTimeOffset.UnixEpoch);
        await using (var sink = new HomeAssistantSink(options with { Time = time }, detectors))
        {
            await Wait.Until(() => State() == "OFF");
            var json = JsonElement.Parse(Last(subscriber, "homeassistant/binary_sensor/kitchen/door/config")!);
            AssertSchema("binary_sensor", json);
            Assert.Equal(("surnn/kitchen/door/detected", "surnn/kitchen/door/event"), (json.GetProperty("state_topic").GetString(), json.GetProperty("json_attributes_topic").GetString()));
            await sink.WriteAsync(Of(EventPhase.Whole), Cancellation);
            await Wait.Until(() => State() == "ON");
            time.Advance(TimeSpan.FromSeconds(61));
            await Wait.Until(() => State() == "OFF");
            await sink.WriteAsync(Of(EventPhase.Begin), Cancellation);
            await Wait.Until(() => State() == "ON");
            time.Advance(TimeSpan.FromHours(1));
            await sink.WriteAsync(Of(EventPhase.End), Cancellation);
            await Wait.Until(() => State() == "OFF");
            Assert.Equal(2, subscriber.Messages.Count(message => message.Topic == "surnn/kitchen/door/detected" && message.Text == "ON")); // it stayed on over the hour
        }
        await using var without = new HomeAssistantSink(options with { BinarySensor = null }, detectors);
        await Wait.Until(() => Last(subscriber, "homeassistant/binary_sensor/kitchen/door/config") == "");
    }

    [Theory, InlineData("binary=0"), InlineData("binary=soon"), InlineData("binary=NaN"), InlineData("binary=90000")]
    public void ABinarySensorsTime_ThatIsNone_IsRefused(string query) => Assert.Contains("binary", Assert.Throws<ArgumentException>(() => HomeAssistantOptions.Parse($"mqtt://127.0.0.1/surnn?{query}")).Message);

    [Fact]
    public async Task Commands_PauseAndRetuneTheDetector_AndItsStatesFollow()
    {
        using var broker = new Broker();
        var source = Pushed();
        using var host = Host(broker, source, out var heard);
        await host.Host.StartAsync(Cancellation);
        await using var subscriber = await Subscriber.Open(broker.Port);
        await Wait.Until(() => Last(subscriber, "surnn/kitchen/status") == "online");
        using var home = new MqttClientFactory().CreateMqttClient();
        await home.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port).Build(), Cancellation);
        Task Say(string topic, string text, bool retain = false) => home.PublishStringAsync("surnn/kitchen/front_door/" + topic, text, MQTTnet.Protocol.MqttQualityOfServiceLevel.AtLeastOnce, retain, Cancellation);

        await Say("listening/set", "OFF");
        await Wait.Until(() => Last(subscriber, "surnn/kitchen/front_door/listening") == "OFF");
        Assert.True(host.Status.Paused);
        source.Push(ToneModel.Tones(2));
        await Wait.Until(() => host.Status.SamplesMissed >= ToneModel.Rate);
        await Say("listening/set", "ON");
        await Wait.Until(() => Last(subscriber, "surnn/kitchen/front_door/listening") == "ON");
        source.Push([.. ToneModel.Quiet(1), .. ToneModel.Tones(2)]);
        await heard.Sink.WaitAsync(2);
        Assert.Equal(["low", "high"], heard.Sink.Heard.Select(one => one.Detection.Label)); // and none of those before

        await Say("sensitivity/set", "high");
        await Wait.Until(() => Last(subscriber, "surnn/kitchen/front_door/sensitivity") == "high");
        Assert.Equal(DetectorSensitivity.High, host.Status.Sensitivity);
        await Say("sensitivity/set", "loudest");
        await Say("listening/set", "maybe");
        await Wait.Until(() => host.Log.GetSnapshot().Count(line => line.Id.Id == 81) == 2); // refused, and said
        host.Detectors.Pause("front door");                                                   // by code: Home Assistant sees it, too
        await Wait.Until(() => Last(subscriber, "surnn/kitchen/front_door/listening") == "OFF");

        var before = subscriber.Messages.Count(message => message.Topic.EndsWith("/config", StringComparison.Ordinal));
        await home.PublishStringAsync("homeassistant/status", "online", cancellationToken: Cancellation); // Home Assistant has started again
        await Wait.Until(() => subscriber.Messages.Count(message => message.Topic.EndsWith("/config", StringComparison.Ordinal)) >= before + 3);
        source.Complete();
        await host.Host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task ABrokerThatHasForgotten_GetsEverythingAgain()
    {
        using var broker = new Broker();
        var source = Pushed();
        using var host = Host(broker, source, out _);
        await host.Host.StartAsync(Cancellation);
        await broker.Subscribed("surnn/kitchen/+/listening/set");
        broker.Kill();
        broker.Start(); // it keeps nothing
        await using var subscriber = await Subscriber.Open(broker.Port);
        await Wait.Until(() => Last(subscriber, "surnn/kitchen/status") == "online");
        Assert.Equal(3, subscriber.Messages.Where(message => message.Topic.EndsWith("/config", StringComparison.Ordinal) && message.Text.Length > 0).Select(message => message.Topic).Distinct().Count());
        source.Push(ToneModel.Tones(1));
        await Wait.Until(() => subscriber.Messages.Any(message => message.Topic == "surnn/kitchen/front_door/event"));
        source.Complete();
        await host.Host.StopAsync(Cancellation);
    }

    [Theory]
    [InlineData(DetectorSensitivity.Low, 0.731, 0.475)]
    [InlineData(DetectorSensitivity.Medium, 0.5, 0.25)]
    [InlineData(DetectorSensitivity.High, 0.269, 0.109)]
    public void Sensitivity_MovesEveryThresholdByTheSameLogOdds(DetectorSensitivity sensitivity, double half, double quarter)
    {
        var options = new DetectorOptions { Threshold = 0.5f, Thresholds = new Dictionary<string, float> { ["stop"] = 0.25f } }.With(sensitivity);
        Assert.Equal((half, quarter), (Math.Round(options.Threshold, 3), Math.Round(options.Thresholds["stop"], 3)));
    }

    [Theory]
    [InlineData("http://127.0.0.1/x", "is no address of a broker")]
    [InlineData("mqtt://127.0.0.1/a?node=living%20room", "Node is 'living room', but must be 1 to 64 letters, digits, _ and -.")]
    [InlineData("mqtt://127.0.0.1/a/%23", "a topic without # and +")]
    [InlineData("mqtt://127.0.0.1/a?discovery=%2B", "DiscoveryPrefix is '+', but must be a topic without # and +: homeassistant.")]
    public void Options_ThatAreWrong_AreSaid(string address, string says) => Assert.Contains(says, Assert.Throws<ArgumentException>(() => HomeAssistantOptions.Parse(address)).Message);

    [Fact]
    public void Options_OfAnAddress()
    {
        var options = HomeAssistantOptions.Parse("mqtt://home:secret@127.0.0.1/house/sound?node=kitchen&discovery=ha");
        Assert.Equal(("house/sound", "kitchen", "ha", null, "home"), (options.Topic, options.Node, options.DiscoveryPrefix, options.DeviceName, options.Broker.User));
        Assert.Equal("surnn", HomeAssistantOptions.Parse("mqtt://127.0.0.1").Topic);
        Assert.DoesNotContain("secret", options.ToString());
    }

    [GeneratedRegex(@"^(?<component>\w+)/(?:[a-zA-Z0-9_-]+/)?[a-zA-Z0-9_-]+/config$")]
    private static partial Regex DiscoveryTopic();
}
