using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SuRnnStream.Tests.Hosting;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sinks;

/// <summary>Machines that detect the same word agree over a real broker on which of them answers.</summary>
public sealed class MqttArbitrationTest
{
    readonly ConcurrentDictionary<string, DetectionVerdict> _answers = new();

    static HeardDetection Said(DateTimeOffset at, float level, float score = 0.9f, string label = "computer") =>
        new("ear", new Detection(label, score, TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), "mic") { Level = level, At = at }, at);

    /// <summary>In virtual time; only the broker's own, by which it forgets claims, is real: the longest that may be asked for.</summary>
    static MqttArbitration Device(Broker broker, string name, ArbitrationRule rule, TimeProvider time) =>
        new(MqttArbitrationOptions.Parse(broker.Address("house/claims")) with { Device = name, Rule = rule, Window = TimeSpan.FromSeconds(60), Patience = TimeSpan.FromSeconds(5) }, time);

    void Ask(MqttArbitration device, string name, HeardDetection heard) => device.Ask(heard, verdict => Assert.True(_answers.TryAdd(name, verdict)));

    [Theory]
    [InlineData(ArbitrationRule.First, "hall")]
    [InlineData(ArbitrationRule.Loudest, "kitchen")]
    [InlineData(ArbitrationRule.BestScore, "attic")]
    public async Task OneOfThreeMachines_Answers_AndTheOthersKnowWhich(ArbitrationRule rule, string winner)
    {
        using var broker = new Broker();
        var time = new LeapingTime();
        await using var hall = Device(broker, "hall", rule, time);
        await using var kitchen = Device(broker, "kitchen", rule, time);
        await Wait.Until(() => hall.IsConnected && kitchen.IsConnected);
        var now = time.GetUtcNow();
        Ask(kitchen, "kitchen", Said(now + TimeSpan.FromSeconds(0.1), -20));
        Ask(hall, "hall", Said(now, -30)); // asked later, heard before
        await using var attic = Device(broker, "attic", rule, time); // knows the others' claims because they are kept
        await Wait.Until(() => attic.IsConnected);
        Ask(attic, "attic", Said(now + TimeSpan.FromSeconds(0.3), -40, 0.95f));
        await Wait.Until(() => hall.Waiting == 3 && kitchen.Waiting == 3 && attic.Waiting == 3);
        time.Advance(TimeSpan.FromSeconds(65.5));
        Assert.Equal(3, _answers.Count);
        Assert.Equal([winner], _answers.Where(one => one.Value.Outcome == DecisionOutcome.Passed).Select(one => one.Key));
        Assert.All(_answers.Where(one => one.Key != winner), one => Assert.Equal((HoldReason.LostArbitration, winner), (one.Value.Reason, one.Value.Winner?.Source)));
    }

    /// <summary>Two hosts that are told of the broker by their configuration alone: the sinks of the one that heard it louder get it, the other counts and logs who has won.</summary>
    [Fact]
    public async Task TwoHosts_ByConfigurationAlone_AnswerOnce()
    {
        using var broker = new Broker();
        var time = new LeapingTime();
        var hosts = new Dictionary<string, (TestHost Host, PushSource Ear, MemorySink Sink)>();
        try
        {
            foreach (var device in new[] { "hall", "kitchen" })
            {
                var (ear, sink) = (new PushSource(ToneModel.Rate, TimeSpan.FromSeconds(20)), new MemorySink());
                var host = new TestHost(("Detectors:door:Model", "MODEL"), ("Detectors:door:Level", "true"), ("Arbitration:Mqtt:Address", broker.Address("house/claims")),
                    ("Arbitration:Mqtt:Device", device), ("Arbitration:Mqtt:Rule", "loudest"), ("Arbitration:Mqtt:Window", "00:01:00"), ("Arbitration:Mqtt:Patience", "00:00:05"));
                host.Builder.Logging.SetMinimumLevel(LogLevel.Debug);
                host.Builder.Services.AddSingleton<TimeProvider>(time);
                host.Builder.Services.AddSuRnnStream().AddSource(device, _ => ear).AddSink(_ => sink).AddMqtt();
                hosts[device] = (host, ear, sink);
                await host.Host.StartAsync(TestHost.Cancellation);
            }
            MqttArbitration Arbiter(string device) => Assert.IsType<MqttArbitration>(hosts[device].Host.Host.Services.GetRequiredService<HostArbiter>().Configured);
            await Wait.Until(() => Arbiter("hall").IsConnected && Arbiter("kitchen").IsConnected);
            hosts["kitchen"].Ear.Push([.. ToneModel.Tones(1).Select(sample => 0.3f * sample)]);
            hosts["kitchen"].Ear.Push(ToneModel.Quiet(0.5));
            await Wait.Until(() => Arbiter("hall").Waiting == 1 && Arbiter("kitchen").Waiting == 1);
            time.Advance(TimeSpan.FromSeconds(0.2));
            hosts["hall"].Ear.Push([.. ToneModel.Tones(1), .. ToneModel.Quiet(0.5)]);
            await Wait.Until(() => Arbiter("hall").Waiting == 2 && Arbiter("kitchen").Waiting == 2);
            Assert.All(hosts.Values, host => Assert.Empty(host.Sink.Heard));
            time.Advance(TimeSpan.FromSeconds(65.5));
            await hosts["hall"].Sink.WaitAsync(1);
            Assert.Equal(("door", "low"), (hosts["hall"].Sink.Heard[0].Detector, hosts["hall"].Sink.Heard[0].Detection.Label));
            Assert.Contains(hosts["kitchen"].Host.Log.GetSnapshot(), line => line.Message.Contains("hall", StringComparison.Ordinal) && line.Message.Contains(nameof(HoldReason.LostArbitration), StringComparison.Ordinal));
            Assert.Contains(hosts["hall"].Host.Log.GetSnapshot(), line => line.Message.Contains("rule in force: one machine answers: Loudest, within 60 s, as 'hall' over mqtt://127.0.0.1", StringComparison.Ordinal));
            foreach (var (_, (host, _, _)) in hosts) await host.Host.StopAsync(TestHost.Cancellation);
            Assert.Empty(hosts["kitchen"].Sink.Heard);
            Assert.Single(hosts["hall"].Sink.Heard);
        }
        finally
        {
            foreach (var (host, _, _) in hosts.Values) host.Dispose();
        }
    }

    [Theory]
    [InlineData("Mqtt:Device=hall", "SuRnnStream:Arbitration:Mqtt: 'Address' is missing.")]
    [InlineData("Mqtt:Address=mqtt://h/x,Mqtt:Rules=First", "SuRnnStream:Arbitration:Mqtt: 'Rules' means nothing here: there are Address, Device, Rule, Window, Patience.")]
    [InlineData("Mqtt:Address=mqtt://h/x,Mqtt:Rule=best", "SuRnnStream:Arbitration:Mqtt: Rule is First, Loudest, Clearest, BestScore, not 'best'.")]
    [InlineData("Mqtt:Address=mqtt://h/x,Mqtt:Rule=1", "Rule is First, Loudest, Clearest, BestScore, not '1'.")]
    [InlineData("Mqtt:Address=mqtt://h/x,Mqtt:Rule=Loudest", "Rule is Loudest, which goes by the level, but Level of the detector 'door' is false")]
    [InlineData("Mqtt:Address=mqtt://h/x,Mqtt:Window=1", "Window is '1', which would be days")]
    [InlineData("Mqtt:Address=mqtt://h/x,Mqtt:Window=00:02:00", "The window of an arbitration is 00:02:00")]
    [InlineData("Mqtt:Address=mqtt://h/x,Mqtt:Patience=00:00:06", "Patience is '00:00:06', but must be 10 ms to 5 s")]
    [InlineData("Mqtt:Address=mqtt://h/x,Mqtt:Device=a/b", "Device is 'a/b'")]
    [InlineData("Mqtt:Address=http://h/x", "is no address of a broker")]
    [InlineData("Radio:Address=x", "SuRnnStream:Arbitration:Radio is no arbitration among machines that is known here: name one of Mqtt.")]
    [InlineData("Mqtt=mqtt://h/x", "SuRnnStream:Arbitration:Mqtt means nothing here")]
    public async Task Configuration_ThatIsWrong_KeepsTheHostFromStarting(string settings, string says)
    {
        using var host = new TestHost([.. settings.Split(',').Select(setting => setting.Split('=', 2)).Select(pair => ("Arbitration:" + pair[0], (string?)pair[1])), ("Detectors:door:Model", "MODEL")]);
        host.Builder.Services.AddSuRnnStream().AddSource("ear", _ => new ArraySource(new float[1], ToneModel.Rate)).AddMqtt();
        Assert.Contains(says, (await Assert.ThrowsAsync<OptionsValidationException>(() => host.Host.StartAsync(TestHost.Cancellation))).Message);
    }

    [Fact]
    public async Task Claims_AreRetained_AndExpire()
    {
        using var broker = new Broker();
        await using var hall = new MqttArbitration(MqttArbitrationOptions.Parse(broker.Address("claims")) with { Device = "hall", Window = TimeSpan.FromSeconds(0.5), Patience = TimeSpan.FromSeconds(0.4) });
        await Wait.Until(() => hall.IsConnected);
        Ask(hall, "hall", Said(TimeProvider.System.GetUtcNow(), -30));
        await Wait.Until(() => _answers.Count == 1);
        async Task<int> KeptAsync()
        {
            await using var subscriber = await Subscriber.Open(broker.Port);
            await Wait.Really(200, "what is kept comes at once, and nothing tells that nothing is");
            return subscriber.Messages.Count;
        }
        await Wait.Until(() => KeptAsync().GetAwaiter().GetResult() == 0);
        await using var late = new MqttArbitration(MqttArbitrationOptions.Parse(broker.Address("claims")) with { Device = "late", Patience = TimeSpan.FromSeconds(0.1) });
        await Wait.Until(() => late.IsConnected);
        Ask(late, "late", Said(TimeProvider.System.GetUtcNow(), -50));
        await Wait.Until(() => _answers.Count == 2);
        Assert.All(_answers.Values, one => Assert.Equal(DecisionOutcome.Passed, one.Outcome));
    }

    [Fact]
    public async Task WithoutABroker_ThisDeviceAnswers()
    {
        await using var alone = new MqttArbitration(MqttArbitrationOptions.Parse($"mqtt://127.0.0.1:{Ports.Free()}/claims?device=alone") with { Patience = TimeSpan.FromMilliseconds(50) });
        Ask(alone, "alone", Said(TimeProvider.System.GetUtcNow(), -30));
        await Wait.Until(() => _answers.Count == 1);
        Assert.Equal(DecisionOutcome.Passed, _answers["alone"].Outcome);
    }

    [Fact]
    public async Task AWallClockThatIsSetBack_DelaysNoAnswer()
    {
        var time = new LeapingTime();
        await using var alone = new MqttArbitration(MqttArbitrationOptions.Parse($"mqtt://127.0.0.1:{Ports.Free()}/claims?device=alone&rule=BestScore"), time);
        Ask(alone, "before", Said(time.GetUtcNow(), -30));
        time.Leap(TimeSpan.FromHours(-1));
        Assert.Empty(_answers);
        for (var i = 0; i < 20; i++) time.Advance(TimeSpan.FromMilliseconds(100)); // 1.65 s are the most that an answer takes
        Assert.Equal(DecisionOutcome.Passed, _answers["before"].Outcome);
        Ask(alone, "after", Said(time.GetUtcNow(), -30));
        for (var i = 0; i < 10; i++) time.Advance(TimeSpan.FromMilliseconds(100)); // as ever: the window and the patience, 0.65 s
        Assert.Equal(DecisionOutcome.Passed, _answers["after"].Outcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("{\"device\":\"a\",\"label\":\"b\",\"score\":1}")]
    [InlineData("{\"device\":\"\",\"label\":\"b\",\"score\":1,\"at\":\"2026-11-29T08:00:00Z\"}")]
    [InlineData("{\"device\":\"a\",\"label\":\"b\",\"score\":\"1\",\"at\":\"2026-11-29T08:00:00Z\"}")]
    [InlineData("{\"device\":\"a\",\"label\":\"b\",\"score\":1,\"at\":\"yesterday\"}")]
    public void WhatIsNoClaim_IsNone(string text) => Assert.Null(MqttClaim.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Claim_WrittenAndRead_IsTheSame()
    {
        var said = Said(new DateTimeOffset(2026, 11, 29, 8, 0, 0, TimeSpan.Zero).AddTicks(1_234_567), -31.5f).Detection;
        Assert.Equal(new Detection("computer", 0.9f, default, default, default, "hall") { At = said.At, Level = -31.5f }, MqttClaim.Read(MqttClaim.Write("hall", said)));
    }

    [Theory]
    [InlineData("http://h/x", "is no address of a broker")]
    [InlineData("mqtt://h/x?rule=Best", "'rule' is First, Loudest, Clearest, BestScore")]
    [InlineData("mqtt://h/x?device=a%2Fb", "Device is 'a/b'")]
    [InlineData("mqtt://h/x%23", "Topic is 'x#'")]
    public void AnAddressThatIsNone_SaysWhatIsWrong(string address, string said) => Assert.Contains(said, Assert.Throws<ArgumentException>(() => MqttArbitrationOptions.Parse(address)).Message);
}
