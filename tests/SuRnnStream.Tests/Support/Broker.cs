using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace SuRnnStream.Tests.Support;

/// <summary>Debian's mosquitto on a free port of the loopback; it can be killed and started again.</summary>
sealed class Broker : IDisposable
{
    static readonly string? Program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin")
        .Select(folder => Path.Combine(folder, "mosquitto")).FirstOrDefault(File.Exists);

    readonly TemporaryFolder _folder = new();
    readonly string _settings;
    readonly ConcurrentQueue<string> _log = new();
    Process? _process;

    /// <param name="settings">More lines of its configuration: persistence, say. It runs as this user and may read what this one may.</param>
    public Broker(string settings = "allow_anonymous true\npersistence false")
    {
        Assert.SkipWhen(Program is null, "There is no mosquitto to talk to: apt-get install mosquitto.");
        Port = Ports.Free();
        _settings = _folder.File("mosquitto.conf");
        File.WriteAllText(_settings, $"user {Environment.UserName}\nmax_queued_messages 100000\nlistener {Port} 127.0.0.1\nlog_type error\nlog_type warning\nlog_type subscribe\n{settings}\n");
        Start();
    }

    public int Port { get; }

    public string Address(string topic) => $"mqtt://127.0.0.1:{Port}/{topic}";

    public void Start()
    {
        _process = Process.Start(new ProcessStartInfo(Program!, ["-c", _settings]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.BeginErrorReadLine(); // a pipe that nobody empties would stop it
        _process.BeginOutputReadLine();
        var listens = SpinWait.SpinUntil(() => _process.HasExited || Listens(), TimeSpan.FromMinutes(2)); // nothing tells that it does
        Assert.True(listens && !_process.HasExited, "mosquitto does not start");
    }

    /// <summary>Until somebody has subscribed to this topic, after a restart once more: nobody gets what is sent before.</summary>
    public Task Subscribed(string topic, int times = 1) => Wait.Until(() => _log.Count(line => line.EndsWith(" " + topic, StringComparison.Ordinal)) >= times, () => string.Join('\n', _log));

    /// <summary>Until subscribers have acknowledged this many messages of QoS 1. For a broker with <c>log_type debug</c> among its settings.</summary>
    public Task Acknowledged(int messages) => Wait.Until(() => Acknowledgements >= messages, () => $"{Acknowledgements} of {messages} messages are acknowledged");

    int Acknowledgements => _log.Count(line => line.Contains("Received PUBACK from", StringComparison.Ordinal));

    /// <summary>Without a word to anybody.</summary>
    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        Kill();
        _folder.Dispose();
    }

    bool Listens()
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
