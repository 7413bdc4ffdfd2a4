using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

public class SuRnnStreamOptionsTest
{
    /// <summary>An option that is bound, but no known key, could not be set by any configuration.</summary>
    [Theory]
    [InlineData(typeof(HostedSourceOptions), nameof(KnownKeys.Source))]
    [InlineData(typeof(HostedDetectorOptions), nameof(KnownKeys.Detector))]
    [InlineData(typeof(HostedLabelRule), nameof(KnownKeys.Rule))]
    [InlineData(typeof(DetectorHealthOptions), nameof(KnownKeys.Health))]
    public void EveryOption_IsAKnownKey(Type options, string keys) =>
        Assert.Equal(options.GetProperties().Select(one => one.Name).Order(), ((string[])typeof(KnownKeys).GetField(keys)!.GetValue(null)!).Order());

    [Theory]
    [InlineData("Detectors:door:Source=yard", "SuRnnStream:Detectors:door:Source is 'yard', but there are hall: name one of them")]
    [InlineData("Detectors:door:Model=nothing.surnn", "SuRnnStream:Detectors:door:Model is 'nothing.surnn', but there is no file")]
    [InlineData("Detectors:door:Model=", "SuRnnStream:Detectors:door:Model is missing: name a model (wake-words) or a model file")]
    [InlineData("Detectors:door:Model=text.wav", "SuRnnStream:Detectors:door:Model is 'text.wav': ")]
    [InlineData("Detectors:door:Threshold=1.5", "SuRnnStream:Detectors:door: Threshold is 1.5, but must be in (0, 1).")]
    [InlineData("Detectors:door:Threshold=much", "'much' at 'SuRnnStream:Detectors:door:Threshold'")]
    [InlineData("Detectors:door:Thresholds:stpo=0.5", "SuRnnStream:Detectors:door: There is a threshold for 'stpo', but the model has silence, unknown, low, high.")]
    [InlineData("Detectors:door:Thresholds:low=2", "SuRnnStream:Detectors:door: the threshold of 'low' is 2, but must be in (0, 1).")]
    [InlineData("Detectors:door:Refractory=-00:00:01", "SuRnnStream:Detectors:door: Refractory is -00:00:01, but must be 0 to 23:59:59 (hours:minutes:seconds).")]
    [InlineData("Detectors:door:Gap=7", "SuRnnStream:Detectors:door:Gap is 7, but must be Reset or Hold.")]
    [InlineData("Detectors:door:Rule=7", "SuRnnStream:Detectors:door: Rule is 7, but must be")]
    [InlineData("Detectors:door:Queue=01:00:00", "SuRnnStream:Detectors:door:Queue is 01:00:00, but must be 20 ms to 20 min.")]
    [InlineData("Sources:hall:Address=gone.wav", "SuRnnStream:Sources:hall:Address is 'gone.wav', but there is no such file")]
    [InlineData("Sources:hall:Address=ftp://x/y", "SuRnnStream:Sources:hall:Address is 'ftp://x/y', which nothing here opens: name microphone:NAME, rtsp://HOST/PATH, http://HOST/PATH, replay:FILE (in real time; ?loop=true, ?speed=N), a path of a file, or add what opens it with AddSourceOpener.")]
    [InlineData("Sources:hall:Address=serial:///dev/ttyUSB0", "which nothing here opens: call AddSensorSources() of the package SuRnnStream.Sensors, after AddSuRnnStream().")]
    [InlineData("Sources:hall:Address=replay:text.wav?speed=fast", "speed=fast means nothing here: there are speed=N, from 0.001 to 1000000, and loop=true.")]
    [InlineData("Sources:hall:Address=replay:gone.wav", "SuRnnStream:Sources:hall:Address is 'replay:gone.wav', but there is no file")]
    [InlineData("Detectors:door:Model=haertbeat", "SuRnnStream.Models brings the shipped models: <SuRnnModels>wake-words</SuRnnModels>")]
    [InlineData("Sinks:Mqtt:Address=mqtt://h/t", "SuRnnStream:Sinks:Mqtt is no sink that is known here: call AddMqtt() of the package SuRnnStream.Sensors, after AddSuRnnStream().")]
    [InlineData("Sources:hall:Address=", "SuRnnStream:Sources:hall:Address is missing: name microphone:NAME, rtsp://HOST/PATH, http://HOST/PATH, replay:FILE (in real time; ?loop=true, ?speed=N), a path of a file")]
    [InlineData("Sources:made:Address=text.wav", "SuRnnStream:Sources:made:Address is 'text.wav', but AddSource has made 'made' too")]
    [InlineData("Sources:hall:Channel=-1", "SuRnnStream:Sources:hall:Channel is -1, but must be 0 to 65534.")]
    [InlineData("Sources:hall:Map=acc x=ax", "SuRnnStream:Sources:hall:Map is 'acc x=ax', but the model detects events of sound: only sensors have channels to map; remove it.")]
    [InlineData("Sources:hall:FirstRetry=00:00:00", "SuRnnStream:Sources:hall:FirstRetry is 00:00:00, but must be 10 ms to 1 h.")]
    [InlineData("Sources:hall:LastRetry=02:00:00", "SuRnnStream:Sources:hall:LastRetry is 02:00:00, but must be FirstRetry (00:00:00.1000000) to 1 h.")]
    [InlineData("Sinks:Nowhere:Path=-", "SuRnnStream:Sinks:Nowhere is no sink that is known here: name one of JsonLines, Webhook, Known")]
    [InlineData("Sinks:Known:Path=?", "SuRnnStream:Sinks:Known: Path is ?, which is none.")]
    [InlineData("Detectors:door:Treshold=0.5", "SuRnnStream:Detectors:door:Treshold means nothing here: there are Source, Model, Threshold,")]
    [InlineData("Sources:hall:Adress=text.wav", "SuRnnStream:Sources:hall:Adress means nothing here: there are Address, Live, Channel, Map")]
    [InlineData("Health:After=1", "SuRnnStream:Health:After means nothing here: there are DegradedAfter")]
    [InlineData("Detector=1", "SuRnnStream:Detector means nothing here: there are Sources, Detectors, Sinks")]
    [InlineData("SinkQueue=0", "SuRnnStream:SinkQueue is 0, but must be 1 to 1000000.")]
    [InlineData("Health:DegradedAfter=00:00:00", "SuRnnStream:Health:DegradedAfter is 00:00:00, but must be above zero, to 1 day.")]
    [InlineData("Health:UnhealthyAfter=00:00:01", "SuRnnStream:Health:UnhealthyAfter is 00:00:01, but must be DegradedAfter (00:00:05) to 7 days.")]
    [InlineData("Health:DegradedDropRate=0", "SuRnnStream:Health:DegradedDropRate is 0, but must be in (0, 1].")]
    [InlineData("Health:UnhealthyDropRate=2", "SuRnnStream:Health:UnhealthyDropRate is 2, but must be DegradedDropRate (0.001) to 1.")]
    [InlineData("Detectors:door:Refractory=1", "SuRnnStream:Detectors:door:Refractory is '1', which would be days, but must be hours:minutes:seconds; for 1 s write 00:00:01.")]
    [InlineData("Detectors:door:Refractory=0.3", "Refractory is '0.3', but must be hours:minutes:seconds; for 0.3 s write 00:00:00.3000000.")]
    [InlineData("Detectors:door:Refractory=1.00:00:00", "SuRnnStream:Detectors:door: Refractory is 1.00:00:00, but must be 0 to 23:59:59")]
    [InlineData("Detectors:door:DecisionWindow=500ms", "DecisionWindow is '500ms', but must be hours:minutes:seconds, such as 00:00:01.5.")]
    [InlineData("Detectors:door:Queue=5", "SuRnnStream:Detectors:door:Queue is '5', which would be days")]
    [InlineData("Sources:hall:LastRetry=30", "for 30 s write 00:00:30.")]
    [InlineData("Sources:hall:FirstRetry=30", "SuRnnStream:Sources:hall:FirstRetry is '30', which would be days")]
    [InlineData("Health:DegradedAfter=5", "SuRnnStream:Health:DegradedAfter is '5', which would be days")]
    [InlineData("Health:UnhealthyAfter=30.00:00:00", "SuRnnStream:Health:UnhealthyAfter is 30.00:00:00, but must be DegradedAfter (00:00:05) to 7 days.")]
    [InlineData("Sinks:Webhook:Timeout=10", "Sinks:Webhook:Timeout is '10', which would be days")]
    [InlineData("Sinks:Webhook:Headers:X-Key=a\nb", "Headers has 'X-Key', whose character 2 is U+000A")]
    [InlineData("Sources:hall:Address=mqtt://me:password@h/x", "SuRnnStream:Sources:hall:Address is 'mqtt://***@h/x', which nothing here opens")]
    [InlineData("Detectors:door:Rules:lov:Threshold=0.9", "SuRnnStream:Detectors:door: There is a rule for 'lov', but the model detects low, high: name one of them.")]
    [InlineData("Detectors:door:Rules:low:Treshold=0.9", "SuRnnStream:Detectors:door:Rules:low:Treshold means nothing here: there are Threshold, Confirmations")]
    [InlineData("Detectors:door:Rules:low:Threshold=0.1", "SuRnnStream:Detectors:door: Threshold of the rule for 'low' is 0.1, but must be 0.5 or more, the detector's own threshold")]
    [InlineData("Detectors:door:Rules:low:Confirmations=14", "SuRnnStream:Detectors:door: Within of the rule for 'low' is 00:00:00, but must be above zero where there are confirmations.")]
    [InlineData("Detectors:door:Rules:low:Within=5", "SuRnnStream:Detectors:door:Rules:low:Within is '5', which would be days")]
    [InlineData("Detectors:door:Rules:low:From=25:00", "'25:00' at 'SuRnnStream:Detectors:door:Rules:low:From'")]
    [InlineData("Detectors:door:Rules:low:From=22:00", "To of the rule for 'low' is , but must be given together with From.")]
    [InlineData("Detectors:door:Sequence:0=low", "SuRnnStream:Detectors:door: Sequence is 'low' alone, but must have two labels or more.")]
    [InlineData("Detectors:door:ArmedBy=call", "SuRnnStream:Detectors:door:ArmedBy is 'call', but there are door: name one of them.")]
    [InlineData("Detectors:door:ArmedBy=door", "SuRnnStream:Detectors:door:ArmedBy is 'door', the detector itself: name another one.")]
    [InlineData("Detectors:door:Beside=call", "SuRnnStream:Detectors:door:Beside is 'call', but there are door: name one of them.")]
    [InlineData("Detectors:door:Beside=door", "SuRnnStream:Detectors:door:Beside is 'door', the detector itself: name another one.")]
    [InlineData("Detectors:door:Reference=speaker", "SuRnnStream:Detectors:door:Reference is 'speaker', but there are hall: name one of them, or add it under SuRnnStream:Sources.")]
    [InlineData("Detectors:door:Reference=hall", "SuRnnStream:Detectors:door:Reference is 'hall', what the detector itself listens to")]
    [InlineData("Arbitration:Window=00:02:00", "SuRnnStream:Arbitration:Window is 00:02:00, but must be above zero and at most 1 min.")]
    [InlineData("Arbitration:Windows=00:00:01", "SuRnnStream:Arbitration:Windows means nothing here: there are Window, Rule.")]
    [InlineData("Agreement:Sources=1", "SuRnnStream:Agreement:Sources is 1, but must be 2 and above.")]
    [InlineData("Agreement:Window=00:00:01", "SuRnnStream:Agreement:Sources is 2, but there are 1 sources: they can never agree; lower it, or add sources.")]
    [InlineData("Detectors: :Model=MODEL", "SuRnnStream:Detectors has one without a name")]
    public async Task AMistake_KeepsTheHostFromStarting_AndTheMessageSaysWhereAndWhat(string setting, string message)
    {
        var (key, value) = (setting[..setting.IndexOf('=')], setting[(setting.IndexOf('=') + 1)..]);
        (string, string?)[] good = [("Sources:hall:Address", "text.wav"), ("Detectors:door:Source", "hall"), ("Detectors:door:Model", "MODEL")];
        if (key.StartsWith("Sinks:Webhook", StringComparison.Ordinal)) good = [.. good, ("Sinks:Webhook:Url", "http://127.0.0.1:9/")];
        using var host = new TestHost([.. good.Where(one => one.Item1 != key), (key, value)]);
        File.WriteAllText(host.File("text.wav"), "no sound, and no model");
        var builder = host.Builder.Services.AddSuRnnStream()
            .AddSinkKind("Known", (_, section) => throw new ArgumentException($"Path is {section["Path"]}, which is none."));
        if (key.Contains("made")) builder.AddSource("made", _ => new ArraySource(new float[1], 16_000));
        var other = new Starts();
        host.Builder.Services.AddSingleton<IHostedService>(other);
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.Host.StartAsync(TestHost.Cancellation));
        Assert.Contains(message, refused.Message);
        Assert.Single(refused.Failures);
        Assert.False(other.Started);
    }

    [Fact]
    public async Task AllMistakes_AreToldAtOnce()
    {
        using var host = new TestHost(("Sources:hall:Address", "gone.wav"), ("Detectors:door:Model", "gone.surnn"), ("Detectors:gate:Source", "x"), ("SinkQueue", "-1"));
        host.Builder.Services.AddSuRnnStream();
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.Host.StartAsync(TestHost.Cancellation));
        Assert.Equal(5, refused.Failures.Count());
    }

    [Fact]
    public async Task NoConfiguration_IsToldToo()
    {
        using var host = new TestHost();
        host.Builder.Services.AddSuRnnStream();
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.Host.StartAsync(TestHost.Cancellation));
        Assert.Equal("SuRnnStream:Detectors is empty: name a model and a source, or call AddDetector; set StartEmpty where code adds them while the host runs.", refused.Message);
    }

    [Fact]
    public async Task SensorsOfTwoKinds_CannotShareASource()
    {
        using var host = new TestHost();
        var (beats, slow) = (host.Save("a.surnn", PulseModel.Build()), host.Save("b.surnn", PulseModel.Build(PulseModel.Sensor with { SampleRate = 100 })));
        host.Builder.Services.AddSuRnnStream()
            .AddSource("chest", _ => new ArraySource(new float[8], 200.0, 1))
            .AddDetector("a", detector => detector.Model = beats)
            .AddDetector("b", detector => detector.Model = slow)
            .AddDetector("c", detector => detector.Model = host.ModelPath);
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.Host.StartAsync(TestHost.Cancellation));
        Assert.Equal(2, refused.Failures.Count());
        Assert.Contains("SuRnnStream:Detectors:b:Source is 'chest', as that of 'a', whose model takes something else", refused.Message);
    }

    [Fact]
    public void ANameThatIsTaken_IsRefusedAtOnce()
    {
        var builder = new ServiceCollection().AddSuRnnStream().AddSource("hall", _ => null!).AddDetector("door", _ => { }).AddSink(_ => null!, "file").AddSinkKind("Known", (_, _) => null!);
        Assert.Contains("There is a source 'HALL' already", Assert.Throws<ArgumentException>(() => builder.AddSource("HALL", _ => null!)).Message);
        Assert.Contains("There is a detector 'door' already", Assert.Throws<ArgumentException>(() => builder.AddDetector("door", _ => { })).Message);
        Assert.Contains("There is a sink 'file' already", Assert.Throws<ArgumentException>(() => builder.AddSink(_ => null!, "file")).Message);
        Assert.Contains("There is a kind of sink 'known' already", Assert.Throws<ArgumentException>(() => builder.AddSinkKind("known", (_, _) => null!)).Message);
        Assert.Throws<InvalidOperationException>(() => builder.Services.AddSuRnnStream());
    }

    sealed class Starts : IHostedService
    {
        public bool Started { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Started = true;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
