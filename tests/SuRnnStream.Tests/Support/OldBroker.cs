using System.Net;
using System.Net.Sockets;

namespace SuRnnStream.Tests.Support;

/// <summary>
/// A broker of MQTT 3.1.1 for those who connect: it answers what says another version with "unacceptable protocol version" and closes, as section
/// 3.1.2.2 of MQTT 3.1.1 demands, and passes everything else on. It can also close at a message that holds a word.
/// </summary>
sealed class OldBroker : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly int _to;
    readonly byte[]? _poison;
    readonly bool _old;

    /// <param name="to">Port of a broker.</param>
    /// <param name="old">False: any version is let through.</param>
    /// <param name="poison">Closes the connection when this comes; null: never.</param>
    public OldBroker(int to, bool old = true, string? poison = null)
    {
        (_to, _old, _poison) = (to, old, poison is null ? null : System.Text.Encoding.UTF8.GetBytes(poison));
        _listener.Start();
        _ = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections that were refused for their version.</summary>
    public int Refused { get; private set; }

    public void Dispose() => _listener.Dispose();

    async Task RunAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // closed
        }
    }

    async Task ServeAsync(TcpClient here)
    {
        using var there = new TcpClient();
        using (here)
        {
            try
            {
                var buffer = new byte[65_536];
                var length = await here.GetStream().ReadAtLeastAsync(buffer, 12);
                var name = buffer.AsSpan(0, length).IndexOf("MQTT"u8);
                if (_old && buffer[name + 4] != 4)
                {
                    Refused++;
                    await here.GetStream().WriteAsync(new byte[] { 0x20, 2, 0, 1 });
                    return;
                }
                await there.ConnectAsync(IPAddress.Loopback, _to);
                await there.GetStream().WriteAsync(buffer.AsMemory(0, length));
                var back = there.GetStream().CopyToAsync(here.GetStream());
                int got;
                while ((got = await here.GetStream().ReadAsync(buffer)) > 0)
                {
                    if (_poison is not null && buffer.AsSpan(0, got).IndexOf(_poison) >= 0) return;
                    await there.GetStream().WriteAsync(buffer.AsMemory(0, got));
                }
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException)
            {
                // one of the two
            }
        }
    }
}
