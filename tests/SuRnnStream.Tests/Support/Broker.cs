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
    Process? _process;

    public Broker()
    {
        Assert.SkipWhen(Program is null, "There is no mosquitto to talk to: apt-get install mosquitto.");
        Port = FreePort();
        _settings = _folder.File("mosquitto.conf");
        File.WriteAllText(_settings, $"listener {Port} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_queued_messages 100000\n");
        Start();
    }

    public int Port { get; }

    public string Address(string topic) => $"mqtt://127.0.0.1:{Port}/{topic}";

    public void Start()
    {
        _process = Process.Start(new ProcessStartInfo(Program!, ["-c", _settings]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        for (var i = 0; !Listens(); i++)
        {
            Assert.True(i < 500 && !_process.HasExited, "mosquitto does not start");
            Thread.Sleep(20); // nothing tells that it listens
        }
    }

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

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
