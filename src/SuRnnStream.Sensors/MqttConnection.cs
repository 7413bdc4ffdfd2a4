using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;

namespace SuRnnStream;

/// <summary>One connection to a broker, by MQTT 5: made once, broken once.</summary>
sealed class MqttConnection : IDisposable
{
    static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(5); // a link that dies without a word is found out in less than two of them

    readonly MqttBroker _broker;
    readonly string _name;
    readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="broker">Where, and as whom.</param>
    /// <param name="name">What errors call the connection.</param>
    public MqttConnection(MqttBroker broker, string name)
    {
        (_broker, _name, Client) = (broker, name, new MqttClientFactory().CreateMqttClient());
        Client.DisconnectedAsync += end =>
        {
            var why = end.Reason == MqttClientDisconnectReason.NormalDisconnection ? "without a word" : end.Reason.ToString();
            Fail(new IOException("the broker has gone: " + (end.ReasonString ?? end.Exception?.Message ?? why)));
            return Task.CompletedTask;
        };
    }

    /// <summary>What is sent and received.</summary>
    public IMqttClient Client { get; }

    /// <summary>Fails when the connection breaks; the exception says why.</summary>
    public Task Broken => _broken.Task;

    /// <summary>Ends <see cref="Broken"/>, with the first reason of all.</summary>
    public void Fail(Exception reason)
    {
        if (_broken.TrySetException(reason)) _ = _broken.Task.Exception; // nobody needs to look at it
    }

    /// <exception cref="CaptureException">It cannot be made now; the message says what to do.</exception>
    public async Task ConnectAsync(string client, Func<MqttClientOptionsBuilder, MqttClientOptionsBuilder> settings, TimeSpan timeout, CancellationToken stop)
    {
        var options = settings(Settings(client, timeout)).Build();
        var answer = await RequestAsync(limit => Client.ConnectAsync(options, limit), timeout, stop);
        if (answer.ResultCode != MqttClientConnectResultCode.Success) throw Unreachable($"the broker refuses: {answer.ResultCode}");
    }

    /// <summary>Asks the broker, and waits no longer than so.</summary>
    /// <exception cref="CaptureException">There is no answer; the message says why, and what to do.</exception>
    public async Task<T> RequestAsync<T>(Func<CancellationToken, Task<T>> request, TimeSpan timeout, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(timeout);
        try
        {
            return await request(limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw Unreachable($"no answer within {timeout.TotalSeconds:0.#} s");
        }
        catch (Exception failed) when (failed is MqttCommunicationException or AuthenticationException)
        {
            throw Unreachable((failed.InnerException ?? failed).Message.TrimEnd('.'));
        }
    }

    public CaptureException Unreachable(string problem) => new(_name, problem, "start the broker, or correct the address, the user or the topic");

    /// <summary>Says goodbye, where somebody is there to hear it.</summary>
    public async Task LeaveAsync(MqttClientDisconnectOptions words, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            if (Client.IsConnected) await Client.DisconnectAsync(words, limit.Token);
        }
        catch (Exception gone) when (gone is MqttCommunicationException or OperationCanceledException)
        {
            // just now
        }
    }

    public void Dispose() => Client.Dispose();

    MqttClientOptionsBuilder Settings(string client, TimeSpan timeout)
    {
        var settings = new MqttClientOptionsBuilder()
            .WithTcpServer(_broker.Host, _broker.EffectivePort)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(client)
            .WithKeepAlivePeriod(KeepAlive)
            .WithTimeout(timeout);
        if (_broker.Tls) settings = settings.WithTlsOptions(tls => Trust(tls.UseTls()));
        if (_broker.User is not null) settings = settings.WithCredentials(_broker.User, _broker.Password ?? "");
        return settings;
    }

    void Trust(MqttClientTlsOptionsBuilder tls)
    {
        if (_broker.Authorities is not { } file) return;
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CaptureException(file, $"no certificates can be read: {unreadable.Message.TrimEnd('.')}", "name a PEM file");
        }
        if (authorities.Count == 0) throw new CaptureException(file, "there is no certificate in it", "name a PEM file");
        tls.WithTrustChain(authorities).WithRevocationMode(X509RevocationMode.NoCheck); // an authority of one's own publishes no lists
    }
}
