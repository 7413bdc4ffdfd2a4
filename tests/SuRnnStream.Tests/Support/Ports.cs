using System.Net;
using System.Net.Sockets;

namespace SuRnnStream.Tests.Support;

static class Ports
{
    /// <summary>A port of the loopback that nobody has at this moment.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
