using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SuRnnStream.Tests.Hosting;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sinks;

/// <summary>The sinks as a host's configuration and code name them.</summary>
public sealed class HostedSinksTest
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task EverySink_OfConfigurationOrCode_GetsEveryDetection(bool configured)
    {
        using var hook = new Hook();
        using var broker = new Broker();
        await using var subscriber = await Subscriber.Open(broker.Port);
        using var host = new TestHost(("Detectors:door:Source", "hall"), ("Detectors:door:Model", "MODEL"), ("StopWhenDone", "true"));
        var (path, address, settings) = (host.File("heard.jsonl"), broker.Address("heard/{label}"), host.Builder.Configuration);
        settings["SuRnnStream:Sources:hall:Address"] = host.SaveSound("tones.wav", ToneModel.Tones(6));
        var surnn = host.Builder.Services.AddSuRnnStream();
        if (configured)
        {
            settings["SuRnnStream:Sinks:JsonLines:Path"] = path;
            settings["SuRnnStream:Sinks:Webhook:Url"] = hook.Url.AbsoluteUri;
            settings["SuRnnStream:Sinks:Webhook:Headers:Authorization"] = "Bearer of-the-host";
            settings["SuRnnStream:Sinks:Webhook:Flush"] = "00:00:30";
            settings["SuRnnStream:Sinks:Mqtt:Address"] = address;
            settings["SuRnnStream:Sinks:Mqtt:Flush"] = "00:00:30";
            surnn.AddMqtt();
        }
        else
        {
            var flush = TimeSpan.FromSeconds(30);
            surnn.AddJsonLines(path).AddMqtt(MqttSinkOptions.Parse(address) with { Flush = flush })
                .AddWebhook(new WebhookOptions { Url = hook.Url, Flush = flush, Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer of-the-host" } });
        }
        await host.RunAsync();

        var lines = await File.ReadAllLinesAsync(path, TestHost.Cancellation);
        Assert.Equal(["low", "high", "low", "high", "low", "high"], lines.Select(line => JsonElement.Parse(line).GetProperty("label").GetString()));
        Assert.All(lines, line => Assert.Equal("door", JsonElement.Parse(line).GetProperty("detector").GetString()));
        Assert.Equal(lines, hook.Requests.Select(request => request.Body));
        Assert.All(hook.Requests, request => Assert.Equal("Bearer of-the-host", request.Authorization));
        await Wait.Until(() => subscriber.Messages.Count == 6);
        Assert.Equal(lines, subscriber.Messages.Select(message => message.Text));
        Assert.Equal(["heard/low", "heard/high"], subscriber.Messages.Select(message => message.Topic).Distinct());
    }

    [Theory]
    [InlineData("JsonLines:Name=x", "SuRnnStream:Sinks:JsonLines: 'Name' means nothing here: there are Path.")]
    [InlineData("JsonLines:Path=", "SuRnnStream:Sinks:JsonLines: 'Path' is missing.")]
    [InlineData("JsonLines:Path=/nowhere/heard.jsonl", "SuRnnStream:Sinks:JsonLines: /nowhere/heard.jsonl: cannot be opened for detections")]
    [InlineData("Webhook:Url=hook", "SuRnnStream:Sinks:Webhook: Url is 'hook', but must be a web address: http://HOST/PATH.")]
    [InlineData("Webhook:Url=http://127.0.0.1/,Webhook:Capacity=1", "SuRnnStream:Sinks:Webhook: Capacity is '1', but must be 2 to 10000000.")]
    [InlineData("Webhook:Url=http://127.0.0.1/,Webhook:Flush=soon", "SuRnnStream:Sinks:Webhook:Flush")]
    [InlineData("Mqtt:Address=mqtt://127.0.0.1/", "SuRnnStream:Sinks:Mqtt: Topic is ''")]
    [InlineData("Mqtt:Address=mqtt://127.0.0.1/a,Mqtt:Topic=b", "SuRnnStream:Sinks:Mqtt: 'Topic' means nothing here: there are Address, Capacity,")]
    public async Task Configuration_ThatIsWrong_IsSaidWithItsPath(string settings, string says)
    {
        using var host = new TestHost([.. settings.Split(',').Select(setting => setting.Split('=')).Select(pair => ("Sinks:" + pair[0], (string?)pair[1]))]);
        host.Builder.Services.AddSuRnnStream().AddMqtt();
        Assert.Contains(says, (await Assert.ThrowsAsync<OptionsValidationException>(() => host.Host.StartAsync(TestHost.Cancellation))).Message);
    }
}
