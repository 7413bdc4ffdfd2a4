using System.Text.Json;
using SuRnnStream.Tests.Pipeline;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

/// <summary>What names and paths of a configuration mean, and how a host that stops by itself says that it heard everything.</summary>
public sealed class HostPathsTest
{
    [Fact]
    public async Task ASinksPath_BeginsAtTheContentRoot_AndAColonIsNoScheme()
    {
        const string Name = "2024-05-01T12:30:00.wav";
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        using var host = new TestHost(("Sources:hall:Address", Name), ("Detectors:door:Model", "tones.surnn"), ("Sinks:JsonLines:Path", "configured.jsonl"), ("StopWhenDone", "true"));
        host.SaveSound(Name, ToneModel.Tones(2));
        host.Builder.Services.AddSuRnnStream().AddJsonLines("added.jsonl");
        await host.RunAsync();
        foreach (var name in (string[])["configured.jsonl", "added.jsonl"])
        {
            Assert.False(File.Exists(name));
            Assert.Equal(["low", "high"], File.ReadLines(host.File(name)).Select(line => JsonElement.Parse(line).GetProperty("label").GetString()));
        }
    }

    [Fact]
    public async Task ACertificatesPath_BeginsAtTheContentRootToo()
    {
        using var host = new TestHost(("Detectors:door:Model", "tones.surnn"), ("Sinks:Mqtt:Address", "mqtts://127.0.0.1/a?ca=authorities.pem"));
        File.WriteAllText(host.File("authorities.pem"), "");
        host.Builder.Services.AddSuRnnStream().AddSource("hall", _ => new ArraySource(new float[1], ToneModel.Rate)).AddMqtt();
        await host.Host.StartAsync(TestHost.Cancellation); // it is found
        await host.Host.StopAsync(TestHost.Cancellation);
    }

    public enum Fault { None, Source, Detector, Sink }

    [Theory, InlineData(Fault.None), InlineData(Fault.Source), InlineData(Fault.Detector), InlineData(Fault.Sink)]
    public async Task StopWhenDone_WithWhatHasFailed_SetsTheExitCode(Fault fault)
    {
        var before = Environment.ExitCode;
        try
        {
            Environment.ExitCode = 0;
            using var host = new TestHost(("Detectors:door:Model", "tones.surnn"), ("StopWhenDone", "true"));
            var builder = host.Builder.Services.AddSuRnnStream().AddSource("hall", _ => fault switch
            {
                Fault.Source => new ScriptedSource().Play(ToneModel.Tones(2)).Do(() => throw new InvalidDataException("a line comes twice")),
                Fault.Detector => new ArraySource(new float[8], 200.0, 1),
                _ => new ArraySource(ToneModel.Tones(2), ToneModel.Rate),
            }, source => source.Live = false);
            if (fault == Fault.Detector) host.Save("tones.surnn", PulseModel.Build(PulseModel.Sensor with { SampleRate = 100 }));
            if (fault == Fault.Sink) builder.AddSink(_ => new BrokenSink());
            await host.RunAsync();
            await host.Host.StopAsync(TestHost.Cancellation);
            Assert.Equal(fault == Fault.None ? 0 : 1, Environment.ExitCode);
        }
        finally
        {
            Environment.ExitCode = before;
        }
    }

    sealed class BrokenSink : IDetectionSink
    {
        public ValueTask WriteAsync(HeardDetection heard, CancellationToken cancellation) => throw new IOException("the disk is full");
    }
}
