using System.Net;
using System.Net.WebSockets;
using SuRnnStream.Server.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests;

/// <summary>Who may come in.</summary>
public class DoorTest
{
    [Fact]
    public async Task Sessions_BeyondTheCap_AreTurnedAwayWithAReason_UntilAPlaceIsFree()
    {
        await using var server = await TestServer.StartAsync(["MaxSessions=2"]);
        await using var first = await server.OpenAsync();
        await using var second = await server.ConnectAsync(); // a socket takes a place before its hello
        await Patience.Until(() => server.Sessions.Open == 2);
        await using var third = await server.ConnectAsync();
        Assert.Equal((1013, "All 2 places are taken. Try again later."), await third.ClosedAsync());

        await first.PlayAsync(Sample.Cut(0, 3));
        await first.EndAsync();
        Assert.Single(first.Detections);
        await Patience.Until(() => server.Sessions.Open == 1);
        await using var fourth = await server.OpenAsync();
        await fourth.EndAsync();
    }

    [Theory]
    [InlineData("http://evil.example", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    [InlineData("https://demo.example", true)]
    [InlineData("https://demo.example:8443", false)]
    [InlineData(null, true)]
    [InlineData("own", true)]
    [InlineData("own/", false)]
    public async Task Origin_IsTheServersOwnOrConfigured(string? origin, bool allowed)
    {
        await using var server = await TestServer.StartAsync(["AllowedOrigins:0=https://demo.example"]);
        origin = origin?.Replace("own", server.Http.GetLeftPart(UriPartial.Authority));
        if (allowed)
        {
            await using var client = await server.ConnectAsync(origin);
            await client.HelloAsync();
            await client.Welcome.Within();
        }
        else
        {
            using var http = new HttpClient();
            var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Http, "stream"));
            foreach (var (name, value) in new[] { ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="), ("Origin", origin!) })
                request.Headers.TryAddWithoutValidation(name, value);
            var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains("Surnn:AllowedOrigins", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(0, server.Sessions.Open);
        }
    }

    [Fact]
    public async Task HostOfAnotherName_IsRefused() // or a page of that name, pointed at 127.0.0.1, would be of our origin
    {
        await using var server = await TestServer.StartAsync();
        using var http = new HttpClient();
        var request = new HttpRequestMessage(HttpMethod.Get, server.Http);
        request.Headers.Host = "evil.example";
        Assert.Equal(HttpStatusCode.BadRequest, (await http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Host", "evil.example");
        socket.Options.SetRequestHeader("Origin", "http://evil.example");
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(server.Stream, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Stream_WithoutAnUpgrade_SaysWhatItIs()
    {
        await using var server = await TestServer.StartAsync();
        using var http = new HttpClient();
        var answer = await http.GetAsync(new Uri(server.Http, "stream"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
    }
}
