using System.Net;
using System.Net.Sockets;

namespace SuRnnStream.Tests.Support;

/// <summary>A port of the loopback that leads to another one, as long as nobody cuts the lines.</summary>
sealed class Relay : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly Lock _lock = new(); // guards the next one
    readonly List<TcpClient> _lines = [];
    readonly int _to;
    readonly Task _run;

    public Relay(int to)
    {
        _to = to;
        _listener.Start();
        _run = Task.Run(RunAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>All that there are; new ones are made again.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            foreach (var line in _lines) line.Dispose();
            _lines.Clear();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
        _run.Wait();
    }

    async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var (here, there) = (await _listener.AcceptTcpClientAsync(), new TcpClient());
                await there.ConnectAsync(IPAddress.Loopback, _to);
                lock (_lock) _lines.AddRange([here, there]);
                _ = CopyAsync(here, there);
                _ = CopyAsync(there, here);
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // closed
        }
    }

    static async Task CopyAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
        }
        catch (Exception cut) when (cut is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // that is what it is for
        }
        to.Dispose();
    }
}
