using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Cluster.Tests;

/// <summary>The dashboard of samples/cluster, which has no login: a silo that listens on every address of this machine, asked over the loopback and over others.</summary>
public sealed class DashboardTest
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASilo_ThatListensEverywhere_ShowsItsDashboardToThisMachineOnly()
    {
        var (port, others) = (Ports.Free(), Addresses().ToArray());
        Assert.SkipUnless(others.Length > 0, "This machine has no address but the loopback.");
        using var silo = Start(port);
        try
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
            await Wait.Until(() => IsOpen(port), seconds: 300);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"http://127.0.0.1:{port}/dashboard/", Cancellation)).StatusCode);
            foreach (var address in others) // what comes to such an address comes from it, as from another machine
            {
                foreach (var path in (string[])["dashboard", "dashboard/", "DASHBOARD/", "dashboard/index.min.js", "dashboard/DashboardCounters", "%64ashboard/", "x/../dashboard/"])
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{address}:{port}/{path}") { Headers = { { "X-Forwarded-For", "127.0.0.1" } } };
                    var answer = await client.SendAsync(request, Cancellation);
                    Assert.Equal((path, HttpStatusCode.Forbidden), (path, answer.StatusCode));
                    Assert.Contains("no login", await answer.Content.ReadAsStringAsync(Cancellation));
                }
                Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"http://{address}:{port}/healthz", Cancellation)).StatusCode); // the rest is for them
            }
        }
        finally
        {
            silo.Kill();
        }
    }

    static Process Start(int port)
    {
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Cluster", new DirectoryInfo(AppContext.BaseDirectory).Name, "surnn-cluster"));
        var silo = Process.Start(new ProcessStartInfo(program, ["silo", $"--Urls=http://[::]:{port}", $"--Cluster:SiloPort={Ports.Free()}", $"--Cluster:GatewayPort={Ports.Free()}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        silo.BeginOutputReadLine();
        silo.BeginErrorReadLine();
        return silo;
    }

    static bool IsOpen(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    static IEnumerable<string> Addresses() => NetworkInterface.GetAllNetworkInterfaces().Where(one => one.OperationalStatus == OperationalStatus.Up)
        .SelectMany(one => one.GetIPProperties().UnicastAddresses.Select(unicast => unicast.Address))
        .Where(address => !IPAddress.IsLoopback(address) && address is { IsIPv6LinkLocal: false })
        .Select(address => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}");
}
