using System.Collections.Concurrent;
using System.Text;
using MQTTnet;
using MQTTnet.Protocol;

namespace SuRnnStream.Tests.Support;

/// <summary>A message as it came. Retained: the broker had kept it.</summary>
sealed record Received(string Topic, string Text, bool Retained, string? Id, string? ContentType, MqttQualityOfServiceLevel QualityOfService);

/// <summary>Takes everything that a broker has, under a name by which the broker keeps for it what comes while it is away.</summary>
sealed class Subscriber : IAsyncDisposable
{
    readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    readonly MqttClientOptions _options;
    readonly CancellationTokenSource _stop = new();
    Task _run = Task.CompletedTask;

    Subscriber(int port) => _options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500)
        .WithClientId("subscriber").WithCleanStart(false).WithSessionExpiryInterval(600).Build();

    public ConcurrentQueue<Received> Messages { get; } = new();

    /// <summary>Subscribed, and from now on connected again whenever that is possible.</summary>
    public static async Task<Subscriber> Open(int port)
    {
        var made = new Subscriber(port);
        made._client.ApplicationMessageReceivedAsync += message =>
        {
            var it = message.ApplicationMessage;
            var id = it.UserProperties?.FirstOrDefault(property => property.Name == "id") is { } property ? Encoding.UTF8.GetString(property.ValueBuffer.Span) : null;
            made.Messages.Enqueue(new Received(it.Topic, it.ConvertPayloadToString() ?? "", it.Retain, id, it.ContentType, it.QualityOfServiceLevel));
            return Task.CompletedTask;
        };
        await made._client.ConnectAsync(made._options);
        await made._client.SubscribeAsync("#", MqttQualityOfServiceLevel.ExactlyOnce);
        made._run = made.StayAsync();
        return made;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _client.Dispose();
    }

    async Task StayAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, _stop.Token); // a broker that is back tells nobody
                if (!_client.IsConnected) await _client.ConnectAsync(_options, _stop.Token);
            }
            catch (Exception)
            {
                // the broker is away, or it is over
            }
        }
    }
}
