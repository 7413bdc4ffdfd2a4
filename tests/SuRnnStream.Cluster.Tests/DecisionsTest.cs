using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SuRnnStream.Cluster.Tests.Support;
using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Cluster.Tests;

/// <summary>The same configuration says the same in a host and in a host whose detectors are streams of a cluster: what passes, to the bit, and what became of the rest.</summary>
public sealed class DecisionsTest : IDisposable
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A detector for each operator; settings below it, separated by blanks.</summary>
    static readonly Dictionary<string, string> Operators = new()
    {
        ["none"] = "",
        ["threshold"] = "Rules:low:Threshold=0.9",
        ["confirmations"] = "Rules:low:Confirmations=2 Rules:low:Within=00:00:01.5",
        ["refractory"] = "Rules:high:Refractory=00:00:01.2",
        ["sequence"] = "Sequence:0=low Sequence:1=high SequenceWithin=00:00:00.7",
        ["edges"] = "Edges=true",
        ["duration"] = "Edges=true MaximumDuration=00:00:00.1",
        ["together"] = "Rules:low:Confirmations=2 Rules:low:Within=00:00:01.5 Rules:high:Refractory=00:00:01.2 Edges=true",
        ["loudspeaker"] = "Reference=speaker",
        ["loudspeaker-edges"] = "Reference=speaker Edges=true",
        ["call"] = "Thresholds:high=0.9999",
        ["armed"] = "Thresholds:low=0.9999 ArmedBy=call ArmedFor=00:00:01.2",
        ["level"] = "Level=true",
        ["rule"] = "Rule=Talk",
    };

    [Fact]
    public async Task EveryOperator_SaysTheSame_InHostAndCluster()
    {
        float[] sound =
        [
            .. ToneModel.Tones(6), .. ToneModel.Tone(ToneModel.High, 1.5), .. ToneModel.Quiet(1), .. ToneModel.Tone(ToneModel.High, 0.2), .. ToneModel.Quiet(0.4),
            .. ToneModel.Tone(ToneModel.Low, 0.2), .. ToneModel.Quiet(0.3), .. ToneModel.Tone(ToneModel.High, 0.2), .. ToneModel.Quiet(1.5), .. ToneModel.Tone(ToneModel.High, 2),
        ];
        var settings = new Dictionary<string, string?> { ["Sources:hall:Address"] = Save("hall.wav", sound), ["Sources:speaker:Address"] = Save("speaker.wav", ToneModel.Tones(4)) };
        foreach (var (name, rules) in Operators)
        {
            (settings[$"Detectors:{name}:Model"], settings[$"Detectors:{name}:Source"]) = ("MODEL", "hall");
            foreach (var rule in rules.Split(' ', StringSplitOptions.RemoveEmptyEntries)) settings[$"Detectors:{name}:{rule.Split('=')[0]}"] = rule.Split('=')[1];
        }
        var (here, there) = (await RunAsync(settings, cluster: false), await RunAsync(settings, cluster: true));
        foreach (var name in Operators.Keys)
        {
            Assert.Equal(here.Of(name), there.Of(name));
            Assert.Equal(name == "rule", there.Of(name).Count == 0); // it waits for the switches to rest, and these never do
            var (own, other) = (here.Status[name].Counters, there.Status[name].Counters);
            Assert.Equal((own.Decisions, own.SamplesRead, own.SamplesProcessed, own.SamplesLost), (other.Decisions, other.SamplesRead, other.SamplesProcessed, other.SamplesLost));
            Assert.Equal(other.Decisions.Seen, other.Decisions.Passed + other.Decisions.Merged + other.Decisions.HeldBack);
            Assert.Equal(0, other.Decisions.Waiting);
            if (name != "armed") Assert.Equal(own.Detections, other.Detections); // in the host it sleeps while it is not armed
        }
        Assert.Contains(there.Of("edges"), one => one is { Phase: EventPhase.End, EndedBy: EventEnd.Released });
        Assert.Contains(there.Of("edges"), one => one is { Phase: EventPhase.End, EndedBy: EventEnd.StreamEnded });
        Assert.Contains(there.Of("duration"), one => one is { Phase: EventPhase.End, EndedBy: EventEnd.MaximumDuration });
        Assert.Equal(4, there.Status["loudspeaker"].Counters.Decisions.OwnLoudspeaker); // all that it plays
        Assert.InRange(there.Of("armed").Count, 1, there.Of("none").Count(one => one.Label == "high") - 1);
        Assert.All(there.Of("level"), one => Assert.NotNull(one.Level));
    }

    /// <summary>Begin and end, and what is played, over samples that a source has lost.</summary>
    [Fact]
    public async Task AGap_EndsWhatHasBegun_InHostAndCluster()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Sources:speaker:Address"] = Save("speaker.wav", [.. ToneModel.Quiet(3), .. ToneModel.Tones(4)]),
            ["Detectors:door:Model"] = "MODEL",
            ["Detectors:door:Source"] = "hall",
            ["Detectors:door:Edges"] = "true",
            ["Detectors:own:Model"] = "MODEL",
            ["Detectors:own:Source"] = "hall",
            ["Detectors:own:Reference"] = "speaker",
        };
        float[] after = [.. ToneModel.Quiet(1.2), .. ToneModel.Tones(4)]; // 0.5 s are lost: at 3 s the speaker's tones begin
        static void Add(SuRnnStreamBuilder surnn, float[] after) => surnn.AddSource("hall", _ => new Broken([.. ToneModel.Quiet(0.3), .. ToneModel.Tone(ToneModel.High, 1)], 8_000, after), source => source.Live = false);
        var here = await RunAsync(settings, cluster: false, surnn => Add(surnn, after));
        var there = await RunAsync(settings, cluster: true, surnn => Add(surnn, after));
        Assert.Equal(here.Of("door"), there.Of("door"));
        Assert.Equal(here.Of("own"), there.Of("own"));
        Assert.Equal(EventEnd.Gap, there.Of("door")[1].EndedBy);
        Assert.InRange(there.Of("door")[1].Time.TotalSeconds, 1.25, 1.3);
        Assert.Equal((8_000L, 4L), (there.Status["door"].Counters.SamplesLost, there.Status["own"].Counters.Decisions.OwnLoudspeaker));
        Assert.Equal(here.Status["own"].Counters.Decisions, there.Status["own"].Counters.Decisions);
    }

    /// <summary>Of two sources of a cluster's host one answers; another machine's word counts after that.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public async Task Arbitration_AndAnArbiterOfOtherMachines_CountInTheCluster(bool wins)
    {
        var (arbiter, sound) = (new Arbiter(wins), Save("low.wav", ToneModel.Tones(1)));
        var settings = new Dictionary<string, string?> { ["Arbitration:Window"] = "00:01:00", ["Agreement:Window"] = "00:01:00" };
        foreach (var name in (string[])["hall", "kitchen"])
        {
            settings[$"Sources:{name}:Address"] = sound;
            settings[$"Detectors:{name}:Model"] = "MODEL";
            settings[$"Detectors:{name}:Source"] = name;
        }
        if (wins) settings.Remove("Agreement:Window");
        else settings.Remove("Arbitration:Window");
        var run = await RunAsync(settings, cluster: true, surnn => surnn.Services.AddSingleton<IDetectionArbiter>(arbiter));
        Assert.Equal("low", Assert.Single(arbiter.Asked).Detection.Label); // one of both sources lost, or merged, before
        Assert.Equal(wins ? 1 : 0, run.Heard.Count);
        Assert.Equal(3, run.Decisions.Seen); // two by the host's own rule, one by the arbiter
        Assert.Equal(wins ? (2L, 1L, 0L) : (1L, 1L, 1L), (run.Decisions.Passed, run.Decisions.LostArbitration, run.Decisions.Merged));
    }

    async Task<Run> RunAsync(Dictionary<string, string?> settings, bool cluster, Action<SuRnnStreamBuilder>? add = null)
    {
        var (model, heard) = (Path.Combine(_folder.Path, "tones.surnn"), new List<HeardDetection>());
        ModelFile.Save(model, ToneModel.Build());
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings.Select(one => KeyValuePair.Create("SuRnnStream:" + one.Key, one.Value?.Replace("MODEL", model))));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["SuRnnStream:StopWhenDone"] = "true",
            ["Cluster:SiloPort"] = $"{Ports.Free()}",
            ["Cluster:GatewayPort"] = $"{Ports.Free()}",
            ["Cluster:Rebalance"] = "false",
            ["Cluster:Models:tones"] = model,
        });
        if (cluster) builder.AddStreamCluster();
        var surnn = builder.Services.AddSuRnnStream().AddSink(_ => new Listener(heard));
        add?.Invoke(surnn);
        using var host = builder.Build();
        await host.StartAsync(Cancellation);
        await host.WaitForShutdownAsync(Cancellation).WaitAsync(TestSilos.Patience, Cancellation);
        return new Run(heard, host.Services.GetRequiredService<IHostedDetectors>().Status.ToDictionary(one => one.Name), host.Services.GetRequiredService<HostDecisions>().Counts);
    }

    string Save(string name, float[] sound)
    {
        var path = Path.Combine(_folder.Path, name);
        WavWriter.Write(path, sound, ToneModel.Rate);
        return path;
    }

    sealed record Run(List<HeardDetection> Heard, Dictionary<string, DetectorStatus> Status, DecisionCounts Decisions)
    {
        public List<Detection> Of(string detector) => [.. Heard.Where(one => one.Detector == detector).Select(one => one.Detection)];
    }

    sealed class Listener(List<HeardDetection> heard) : IDetectionSink
    {
        public ValueTask WriteAsync(HeardDetection one, CancellationToken cancellation)
        {
            heard.Add(one);
            return ValueTask.CompletedTask;
        }
    }

    sealed class Arbiter(bool wins) : IDetectionArbiter
    {
        public List<HeardDetection> Asked { get; } = [];

        public void Ask(HeardDetection heard, Action<DetectionVerdict> answer)
        {
            lock (Asked) Asked.Add(heard);
            answer(new DetectionVerdict(heard.Detection, wins ? DecisionOutcome.Passed : DecisionOutcome.HeldBack, wins ? HoldReason.None : HoldReason.LostArbitration, default));
        }

        public void DecideNow() { }
    }

    /// <summary>Sound with a hole of which it says how long it is.</summary>
    sealed class Broken(float[] before, int lost, float[] after) : ILossySource
    {
        int _at;

        public int SampleRate => ToneModel.Rate;

        public int Channels => 1;

        public long SamplesLost { get; private set; }

        public int Read(Span<float> buffer)
        {
            if (_at >= before.Length) SamplesLost = lost;
            var (part, from) = _at < before.Length ? (before, _at) : (after, _at - before.Length);
            var count = Math.Min(buffer.Length, part.Length - from);
            part.AsSpan(from, count).CopyTo(buffer);
            _at += count;
            return count;
        }
    }
}
