using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;

namespace SuRnnStream;

/// <summary>One connection to a broker, by MQTT 5 or, where the broker does not speak it, 3.1.1: made once, broken once.</summary>
sealed class MqttConnection : IDisposable
{
    static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(5); // a link that fails silently is noticed in less than twice this time

    readonly MqttBroker _broker;
    readonly string _name;
    readonly MqttProtocolVersion _version;
    readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    MqttConnection(MqttBroker broker, string name, MqttProtocolVersion version)
    {
        (_broker, _name, _version, Client) = (broker, name, version, new MqttClientFactory().CreateMqttClient());
        Client.DisconnectedAsync += end =>
        {
            var why = end.Reason == MqttClientDisconnectReason.NormalDisconnection ? "without a word" : end.Reason.ToString();
            Fail(new IOException("the broker has gone: " + PlainText.Cut(end.ReasonString ?? end.Exception?.Message ?? why)));
            return Task.CompletedTask;
        };
    }

    /// <summary>What is sent and received.</summary>
    public IMqttClient Client { get; }

    /// <summary>Fails when the connection breaks; the exception says why.</summary>
    public Task Broken => _broken.Task;

    /// <summary>Ends <see cref="Broken"/>; the first reason counts.</summary>
    public void Fail(Exception reason)
    {
        if (_broken.TrySetException(reason)) _ = _broken.Task.Exception; // marks it as observed
    }

    /// <summary>True: MQTT 5, which has reasons, properties and sessions that expire.</summary>
    public bool IsFive => _version == MqttProtocolVersion.V500;

    /// <summary>The largest message that the broker takes, in bytes; null: it does not say.</summary>
    public uint? LargestPacket { get; private set; }

    /// <summary>Connects, by MQTT 3.1.1 if the broker turns out not to speak 5.</summary>
    /// <param name="broker">Where, and as whom.</param>
    /// <param name="name">What errors call the connection; without a password.</param>
    /// <param name="dialect">What is known of the broker; kept for the next connection.</param>
    /// <param name="prepare">Sees the client before it connects.</param>
    /// <param name="settings">Further settings, by the connection's version.</param>
    /// <param name="timeout">Of each try.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="CaptureException">It cannot be made now; the message says what to do.</exception>
    public static async Task<MqttConnection> OpenAsync(
        MqttBroker broker, string name, MqttDialect dialect, Action<MqttConnection> prepare, Func<MqttClientOptionsBuilder, bool, MqttClientOptionsBuilder> settings,
        TimeSpan timeout, CancellationToken stop)
    {
        while (true)
        {
            var connection = new MqttConnection(broker, name, dialect.Version);
            try
            {
                prepare(connection);
                if (await connection.ConnectAsync(dialect.Client, settings, timeout, stop)) return connection;
                dialect.Version = MqttProtocolVersion.V311;
                connection.Dispose();
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
    }

    /// <returns>False: the broker does not speak MQTT 5.</returns>
    async Task<bool> ConnectAsync(string client, Func<MqttClientOptionsBuilder, bool, MqttClientOptionsBuilder> settings, TimeSpan timeout, CancellationToken stop)
    {
        var options = settings(Settings(client, timeout), IsFive).Build();
        var answer = await RequestAsync(limit => Client.ConnectAsync(options, limit), timeout, stop);
        if (answer.ResultCode == MqttClientConnectResultCode.Success)
        {
            LargestPacket = answer.MaximumPacketSize is > 0 and var size ? size : null;
            return true;
        }
        // A broker of 3.1.1 answers with its own code 1, "unacceptable protocol version" (MQTT 3.1.1, 3.2.2.3), which is none of MQTT 5.
        if (IsFive && answer.ResultCode is (MqttClientConnectResultCode)1 or MqttClientConnectResultCode.UnsupportedProtocolVersion) return false;
        throw Unreachable($"the broker refuses: {answer.ResultCode}");
    }

    /// <summary>Asks the broker and waits at most this long.</summary>
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

    /// <summary>Disconnects properly if the broker is still connected.</summary>
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
            .WithProtocolVersion(_version)
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
        tls.WithTrustChain(authorities).WithRevocationMode(X509RevocationMode.NoCheck); // a private authority publishes no revocation lists
    }
}
