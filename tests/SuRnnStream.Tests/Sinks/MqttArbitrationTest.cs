using System.Collections.Concurrent;
using System.Text;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sinks;

/// <summary>Machines that detect the same word agree over a real broker on which of them answers.</summary>
public sealed class MqttArbitrationTest
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2); // that no loaded machine misses

    readonly ConcurrentDictionary<string, DetectionVerdict> _answers = new();

    static HeardDetection Said(DateTimeOffset at, float level, float score = 0.9f, string label = "computer") =>
        new("ear", new Detection(label, score, TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), "mic") { Level = level, At = at }, at);

    static MqttArbitration Device(Broker broker, string name, ArbitrationRule rule) =>
        new(MqttArbitrationOptions.Parse(broker.Address("house/claims")) with { Device = name, Rule = rule, Window = TimeSpan.FromSeconds(0.5), Patience = Patience });

    void Ask(MqttArbitration device, string name, HeardDetection heard) => device.Ask(heard, verdict => Assert.True(_answers.TryAdd(name, verdict)));

    [Theory]
    [InlineData(ArbitrationRule.First, "hall")]
    [InlineData(ArbitrationRule.Loudest, "kitchen")]
    [InlineData(ArbitrationRule.BestScore, "attic")]
    public async Task OneOfThreeMachines_Answers_AndTheOthersKnowWhich(ArbitrationRule rule, string winner)
    {
        using var broker = new Broker();
        await using var hall = Device(broker, "hall", rule);
        await using var kitchen = Device(broker, "kitchen", rule);
        await Wait.Until(() => hall.IsConnected && kitchen.IsConnected);
        var now = DateTimeOffset.UtcNow;
        Ask(kitchen, "kitchen", Said(now + TimeSpan.FromSeconds(0.1), -20));
        Ask(hall, "hall", Said(now, -30)); // asked later, heard before
        await using var attic = Device(broker, "attic", rule); // knows the others' claims because they are kept
        await Wait.Until(() => attic.IsConnected);
        Ask(attic, "attic", Said(now + TimeSpan.FromSeconds(0.3), -40, 0.95f));
        await Wait.Until(() => _answers.Count == 3);
        Assert.Equal([winner], _answers.Where(one => one.Value.Outcome == DecisionOutcome.Passed).Select(one => one.Key));
        Assert.All(_answers.Where(one => one.Key != winner), one => Assert.Equal((HoldReason.LostArbitration, winner), (one.Value.Reason, one.Value.Winner?.Source)));
    }

    [Fact]
    public async Task Claims_AreRetained_AndExpire()
    {
        using var broker = new Broker();
        await using var hall = new MqttArbitration(MqttArbitrationOptions.Parse(broker.Address("claims")) with { Device = "hall", Window = TimeSpan.FromSeconds(0.5), Patience = TimeSpan.FromSeconds(0.4) });
        await Wait.Until(() => hall.IsConnected);
        Ask(hall, "hall", Said(DateTimeOffset.UtcNow, -30));
        await Wait.Until(() => _answers.Count == 1);
        async Task<int> KeptAsync()
        {
            await using var subscriber = await Subscriber.Open(broker.Port);
            await Task.Delay(200, TestContext.Current.CancellationToken); // what is kept comes at once, and nothing tells that nothing is
            return subscriber.Messages.Count;
        }
        await Wait.Until(() => KeptAsync().GetAwaiter().GetResult() == 0);
        await using var late = new MqttArbitration(MqttArbitrationOptions.Parse(broker.Address("claims")) with { Device = "late", Patience = TimeSpan.FromSeconds(0.1) });
        await Wait.Until(() => late.IsConnected);
        Ask(late, "late", Said(DateTimeOffset.UtcNow, -50));
        await Wait.Until(() => _answers.Count == 2);
        Assert.All(_answers.Values, one => Assert.Equal(DecisionOutcome.Passed, one.Outcome));
    }

    [Fact]
    public async Task WithoutABroker_ThisDeviceAnswers()
    {
        await using var alone = new MqttArbitration(MqttArbitrationOptions.Parse($"mqtt://127.0.0.1:{Ports.Free()}/claims?device=alone") with { Patience = TimeSpan.FromMilliseconds(50) });
        Ask(alone, "alone", Said(DateTimeOffset.UtcNow, -30));
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
