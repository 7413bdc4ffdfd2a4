using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SuRnnStream.Tests.Support;
using SuRnnStream.Wyoming;
using Xunit;

namespace SuRnnStream.Tests.Wyoming;

public sealed class ServiceAnnouncementTest
{
    readonly Lines _log = new();

    [Fact]
    public async Task AService_IsFoundByItsName_AndASecondOneByAnother_UntilItEnds()
    {
        using var avahi = new AvahiDaemon();
        await avahi.StartAsync();
        var time = new FakeTimeProvider();
        Task Until(Func<bool> holds) => Wait.Until(() =>
        {
            time.Advance(TimeSpan.FromSeconds(10)); // of pauses; each look takes real time
            return holds();
        }, () => string.Join('\n', _log.All), seconds: 60);
        await using (var second = new ServiceAnnouncement("Küche", 10_401, _log, time, avahi.Bus))
        {
            await Until(() => avahi.PortOf("Küche") == "10401");
            await using var first = new ServiceAnnouncement("Küche", 10_402, _log, time, avahi.Bus);
            await Until(() => avahi.PortOf("Küche #2") == "10402");
            await Until(() => _log.All.Any(line => line.Contains("announced on the local network as Küche #2._wyoming._tcp.local, port 10402")));
            avahi.Stop(); // its services are gone with it
            await avahi.StartAsync();
            string?[] Ports() => [avahi.PortOf("Küche"), avahi.PortOf("Küche #2")];
            await Until(() => Ports().Order().SequenceEqual(["10401", "10402"])); // whichever comes first has the name
        }
        await Until(() => avahi.PortOf("Küche") is null && avahi.PortOf("Küche #2") is null);
    }

    [Fact]
    public async Task WithoutAvahi_OneLineSaysSo_HoweverOftenItIsTried()
    {
        var time = new FakeTimeProvider();
        await using var announcement = new ServiceAnnouncement("Kitchen", 10_400, _log, time, "unix:path=/nobody/is/here");
        await Wait.Until(() => !_log.All.IsEmpty);
        for (var i = 0; i < 5; i++)
        {
            await Wait.Really(20, "a try fails at once");
            time.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Contains("not announced on the local network (_wyoming._tcp), which Avahi does", Assert.Single(_log.All));
    }

    [Fact]
    public async Task AServer_IsAnnouncedByItsOptions_AndALoopbackIsWarnedOf()
    {
        var options = new WyomingServerOptions { Uri = "tcp://127.0.0.1:0", Announce = "Kitchen", Models = { Repository.File("models", "wake-words.surnn") } };
        await using var server = new WyomingServer(options, new Typed(_log));
        server.Start();
        Assert.Contains(_log.All, line => line.Contains("announced as Kitchen") && line.Contains("this machine only"));
        foreach (var name in (string[])["", new('x', 64), "a\nb"]) Assert.Contains("Announce", Assert.Throws<ArgumentException>(() => new WyomingServerOptions { Announce = name, Models = { "m" } }.Validate()).Message);
    }

    sealed class Lines : ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => All.Enqueue(formatter(state, exception));
    }

    sealed class Typed(Lines to) : ILogger<WyomingServer>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => to.Log(logLevel, eventId, state, exception, formatter);
    }
}
