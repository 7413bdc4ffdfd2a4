using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MQTTnet;
using SuRnnStream.Cluster.Tests.Support;
using SuRnnStream.Tests.Support;
using SuRnnStream.Wyoming;
using Xunit;

namespace SuRnnStream.Cluster.Tests;

/// <summary>What comes into a host by its configuration alone is detected in the cluster of which the host is a part: a broker's sensor, a file, Wyoming's clients.</summary>
public sealed class IngestTest
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static readonly string Ecg = Repository.File("samples", "sensors", "ecg.csv");

    [Fact]
    public async Task SensorsFilesAndWyoming_ByConfigurationAlone_AreDetectedInTheCluster()
    {
        using var broker = new Broker();
        var (port, sink) = (Ports.Free(), new Listener());
        var builder = ClusterHost.Builder(new()
        {
            ["Cluster:Models:heartbeat"] = Repository.File("models", "heartbeat.surnn"),
            ["SuRnnStream:Sources:heart:Address"] = broker.Address("sensors/ecg"),
            ["SuRnnStream:Sources:file:Address"] = Ecg,
            ["SuRnnStream:Detectors:heart:Source"] = "heart",
            ["SuRnnStream:Detectors:heart:Model"] = Repository.File("models", "heartbeat.surnn"),
            ["SuRnnStream:Detectors:file:Source"] = "file",
            ["SuRnnStream:Detectors:file:Model"] = Repository.File("models", "heartbeat.surnn"),
            ["Wyoming:Uri"] = $"tcp://127.0.0.1:{port}",
            ["Wyoming:Models:0"] = Repository.File("models", "commands.surnn"),
        });
        builder.AddStreamCluster(options => options.SaveEvery = TimeSpan.FromMilliseconds(200));
        builder.Services.AddSuRnnStream().AddSensorSources().AddSink(_ => sink);
        builder.Services.AddWyoming();
        using var host = builder.Build();
        await host.StartAsync(Cancellation);

        var words = TalkAsync(port, Speech.Minute);
        var expected = Beats(out var lines);
        await broker.Subscribed("sensors/ecg");
        var heart = host.Services.GetRequiredService<IHostedDetectors>();
        await PublishAsync(broker.Port, lines, moments => Wait.Until(() => heart.Status.Single(one => one.Name == "heart").Counters.SamplesProcessed > moments - 2 * 360, () => $"{moments} moments sent, {heart.Status.Single(one => one.Name == "heart").Counters}"));
        await Wait.Until(() => sink.Of("heart").Count >= expected.Count && sink.Of("file").Count > 50, () => $"{sink.Of("heart").Count} and {sink.Of("file").Count} beats of {expected.Count}");
        Assert.Equal(expected.Select(one => one with { Source = "heart" }), sink.Of("heart").Take(expected.Count));
        Assert.Equal(expected.Select(one => one with { Source = "file" }), sink.Of("file").Take(expected.Count));

        var detector = new StreamingDetector(Speech.Model, Speech.Model.Defaults with { Refractory = new WyomingServerOptions().Refractory });
        var said = new List<Detection>();
        detector.Process(Speech.Minute, said.Add);
        detector.Finish(said.Add);
        Assert.Equal(said.Select(one => (one.Label, (long)one.Time.TotalMilliseconds, one.Score)), await words);
        Assert.True(said.Count >= 10);

        await TalkAsync(port, Speech.From(0, 5), leaves: true);
        await Wait.Until(() => host.Services.GetRequiredService<ISiloFigures>().Now.Streams == 1, () => $"{host.Services.GetRequiredService<ISiloFigures>().Now}"); // the sensor's; a client's stream ends with it
        await host.StopAsync(Cancellation);
    }

    [Theory]
    [InlineData("Wyoming:Voice", "true", "Wyoming: Voice is true, but goes by the network's switches, which are not seen from outside a cluster")]
    [InlineData("Cluster:Client", "true", null)] // needs no models of its own, and no port
    public async Task Configuration_OfAClusterAndWyoming_IsChecked(string key, string value, string? said)
    {
        var builder = ClusterHost.Builder(new() { ["Wyoming:Uri"] = "tcp://127.0.0.1:0", ["Wyoming:Models:0"] = Repository.File("models", "commands.surnn"), [key] = value });
        if (said is null)
        {
            builder.Configuration["Cluster:Models:commands"] = "no such file";
            builder.AddStreamCluster();
            Assert.DoesNotContain(builder.Services, service => service.ServiceType == typeof(ISiloFigures));
            return;
        }
        builder.Services.AddWyoming();
        builder.AddStreamCluster();
        using var host = builder.Build();
        Assert.Contains(said, (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancellation))).Message);
    }

    /// <summary>The beats in the first 20 s of the sample, and the lines of 22 s.</summary>
    static List<Detection> Beats(out string[] lines)
    {
        var model = ModelFile.Load(Repository.File("models", "heartbeat.surnn"));
        var file = SensorFile.Open(Ecg, model.Config.Sensor!);
        var (samples, heard) = (new float[(int)(20 * model.Config.RequireTiming().SamplesPerSecond)], new List<Detection>());
        for (int read = 0, n; read < samples.Length && (n = file.Read(samples.AsSpan(read))) > 0; read += n) { }
        new StreamingDetector(model).Process(samples, heard.Add);
        lines = [.. File.ReadLines(Ecg).Take(samples.Length + 2 * 360 + 1)]; // two seconds more: what has not filled a block waits for the next moments
        Assert.True(heard.Count > 15);
        return heard;
    }

    /// <summary>The table's lines with their times, so that no delay on the way is taken for a loss; a second of them in a message, each under the header.</summary>
    /// <param name="port">The broker's.</param>
    /// <param name="lines">The header first.</param>
    /// <param name="taken">Waits until about as many moments are processed: a live sensor that sends faster than the cluster takes loses some.</param>
    static async Task PublishAsync(int port, string[] lines, Func<int, Task> taken)
    {
        var sent = 0;
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).Build(), Cancellation);
        foreach (var second in lines.Skip(1).Chunk(360))
        {
            var table = string.Join('\n', second.Prepend(lines[0]));
            await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("sensors/ecg").WithPayload(table).WithQualityOfServiceLevel(MQTTnet.Protocol.MqttQualityOfServiceLevel.AtLeastOnce).Build(), Cancellation);
            await taken(sent += second.Length);
        }
        await client.DisconnectAsync(cancellationToken: Cancellation);
    }

    /// <summary>A Wyoming client: what it is told until the answer to its ping.</summary>
    static async Task<List<(string Name, long Timestamp, float Score)>> TalkAsync(int port, float[] sound, bool leaves = false)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, Cancellation);
        await using var stream = client.GetStream();
        const string Format = """{"rate":16000,"width":2,"channels":1}""";
        async Task SendAsync(string type, string data, byte[]? payload = null)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes($$"""{"type":"{{type}}","data":{{data}},"payload_length":{{payload?.Length ?? 0}}}""" + "\n"), Cancellation);
            if (payload is not null) await stream.WriteAsync(payload, Cancellation);
        }
        await SendAsync("audio-start", Format);
        foreach (var chunk in sound.Chunk(8_000)) await SendAsync("audio-chunk", Format, [.. chunk.SelectMany(sample => BitConverter.GetBytes((short)(sample * 32_768)))]);
        var told = new List<(string, long, float)>();
        if (leaves) return told;
        await SendAsync("audio-stop", "{}");
        await SendAsync("ping", "{}");
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        await Task.Run(() =>
        {
            while (true)
            {
                var line = new List<byte>();
                for (byte one; (one = reader.ReadByte()) != '\n';) line.Add(one);
                var header = JsonElement.Parse(line.ToArray());
                var data = header.TryGetProperty("data_length", out var length) ? JsonElement.Parse(reader.ReadBytes(length.GetInt32())) : default;
                var type = header.GetProperty("type").GetString();
                if (type == "pong") return;
                Assert.Equal("detection", type);
                told.Add((data.GetProperty("name").GetString()!, data.GetProperty("timestamp").GetInt64(), data.GetProperty("score").GetSingle()));
            }
        }, Cancellation).WaitAsync(TestSilos.Patience, Cancellation);
        return told;
    }

    sealed class Listener : IDetectionSink
    {
        readonly List<HeardDetection> _heard = [];

        public List<Detection> Of(string detector)
        {
            lock (_heard) return [.. _heard.Where(one => one.Detector == detector).Select(one => one.Detection)];
        }

        public ValueTask WriteAsync(HeardDetection heard, CancellationToken cancellation)
        {
            lock (_heard) _heard.Add(heard);
            return ValueTask.CompletedTask;
        }
    }
}
