using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SuRnnStream.Tests.Pipeline;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

/// <summary>What names and paths of a configuration mean, and how a host that stops by itself says that it heard everything.</summary>
[Collection(nameof(ProcessExitCode))]
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

    public enum Recording { Whole, CutShort, TimeTwice }

    /// <summary>It could be read to its end, but a part of it was not there: the host says so, and does not end as if all had been read.</summary>
    [Theory, InlineData(Recording.Whole), InlineData(Recording.CutShort), InlineData(Recording.TimeTwice)]
    public async Task StopWhenDone_WithADamagedRecording_SaysSoAndSetsTheExitCode(Recording recording)
    {
        var before = Environment.ExitCode;
        try
        {
            Environment.ExitCode = 0;
            var name = recording == Recording.TimeTwice ? "heart.csv" : "hall.wav";
            using var host = new TestHost(("Sources:hall:Address", name), ("Detectors:door:Model", "tones.surnn"), ("StopWhenDone", "true"));
            var sink = new MemorySink();
            host.Builder.Services.AddSuRnnStream().AddSink(_ => sink);
            if (recording == Recording.TimeTwice)
            {
                host.Save("tones.surnn", PulseModel.Build());
                var (step, channel) = (1 / PulseModel.Sensor.SampleRate, PulseModel.Sensor.Channels[0].Name);
                File.WriteAllLines(host.File(name), [$"time,{channel}", .. Enumerable.Range(0, 500).SelectMany(i => Enumerable.Repeat(FormattableString.Invariant($"{i * step:0.######},0.1"), i == 250 ? 2 : 1))]);
            }
            else
            {
                host.SaveSound(name, ToneModel.Tones(2));
                if (recording == Recording.CutShort)
                {
                    using var file = File.OpenWrite(host.File(name));
                    file.SetLength(file.Length - 2_000);
                }
            }
            await host.RunAsync();
            await host.Host.StopAsync(TestHost.Cancellation);
            string[] told = [.. host.Log.GetSnapshot().Where(entry => entry.Id.Id == 11).Select(entry => entry.Message)];
            var damage = recording switch { Recording.CutShort => "the file ends before its sound does", Recording.TimeTwice => "1 moment whose time stands still", _ => null };
            if (damage is null) Assert.Empty(told);
            else Assert.Contains(damage, Assert.Single(told));
            Assert.Equal(damage is null ? 0 : 1, Environment.ExitCode);
            if (recording != Recording.TimeTwice) Assert.Equal(["low", "high"], sink.Heard.Select(heard => heard.Detection.Label)); // the rest was read
        }
        finally
        {
            Environment.ExitCode = before;
        }
    }

    [Fact]
    public async Task ALabelOfAnotherHand_IsLoggedAsPlainText()
    {
        using var host = new TestHost(("Sources:hall:Address", "hall.wav"), ("Detectors:door:Model", "tones.surnn"), ("StopWhenDone", "true"));
        host.Save("tones.surnn", ToneModel.Build(labels: ["silence", "unknown", "l\u001B]52;c;AAAA\aow\n2030-01-01 admin", "high\u202E"]));
        host.SaveSound("hall.wav", ToneModel.Tones(2));
        host.Builder.Services.AddSuRnnStream();
        await host.RunAsync();
        await host.Host.StopAsync(TestHost.Cancellation);
        string[] told = [.. host.Log.GetSnapshot().Where(entry => entry.Id.Id == 22).Select(entry => entry.Message)];
        Assert.Equal(2, told.Length);
        Assert.All(told, line => Assert.Equal(PlainText.Clean(line), line));
        Assert.Contains(@"l\u001B]52;c;AAAA\u0007ow\u000A2030-01-01 admin", told[0]);
    }

    sealed class BrokenSink : IDetectionSink
    {
        public ValueTask WriteAsync(HeardDetection heard, CancellationToken cancellation) => throw new IOException("the disk is full");
    }
}
