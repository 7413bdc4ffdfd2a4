using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Tmds.DBus.Protocol;

namespace SuRnnStream.Wyoming;

/// <summary>
/// Announces the server on the local network as <c>NAME._wyoming._tcp.local</c>, by which Home Assistant finds it: by this machine's Avahi, over D-Bus (its interfaces Server and EntryGroup). Without
/// Avahi it says so once and tries again from time to time; when Avahi is restarted the service is announced again.
/// </summary>
sealed class ServiceAnnouncement : IAsyncDisposable
{
    public const string Type = "_wyoming._tcp";

    const string Avahi = "org.freedesktop.Avahi", Server = Avahi + ".Server", Group = Avahi + ".EntryGroup";
    const int AnyInterface = -1, AnyProtocol = -1;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), Soon = TimeSpan.FromMilliseconds(100), Look = TimeSpan.FromSeconds(5), Again = TimeSpan.FromSeconds(30);

    readonly string _wanted;
    readonly int _port;
    readonly ILogger _log;
    readonly TimeProvider _time;
    readonly string? _bus;
    readonly CancellationTokenSource _stop = new();
    readonly Task _run;

    // Avahi's states of an entry group, in its order.
    enum State
    {
        Uncommitted, Registering, Established, Collision, Failure,
    }

    /// <summary>Announces from now on; never waits and never fails.</summary>
    /// <param name="name">What users see; where another machine has it, Avahi's next one ("NAME #2").</param>
    /// <param name="port">Where the server listens.</param>
    /// <param name="log">Told when it is announced, and once when it cannot be.</param>
    /// <param name="time">Of pauses between looks and tries.</param>
    /// <param name="bus">D-Bus address; null: the system's bus.</param>
    public ServiceAnnouncement(string name, int port, ILogger log, TimeProvider time, string? bus = null)
    {
        (_wanted, _port, _log, _time, _bus) = (name, port, log, time, bus ?? DBusAddress.System);
        _run = Task.Run(RunAsync);
    }

    /// <summary>Avahi forgets the service with the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    async Task RunAsync()
    {
        var told = false;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (_bus is null) throw new IOException("this machine has no system bus (D-Bus)");
                using var connection = new DBusConnection(_bus);
                await WithinAsync(connection.ConnectAsync().AsTask());
                await AnnounceAsync(connection, () => told = false);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem) when (problem is DBusExceptionBase or IOException or SocketException or TimeoutException or InvalidOperationException)
            {
                if (!told) _log.NotAnnounced(Type, PlainText.Cut(problem.Message, 200));
                told = true;
            }
            await Task.Delay(Again, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Returns only by an exception: Avahi has gone, refuses, or this is to end.</summary>
    async Task AnnounceAsync(DBusConnection connection, Action done)
    {
        var (bus, name) = (connection, _wanted);
        var group = await AskAsync(bus, "/", Server, "EntryGroupNew", null, null, static reader => reader.ReadObjectPathAsString());
        for (var established = false; ;)
        {
            var state = await AskAsync(bus, group, Group, "GetState", null, null, static reader => (State)reader.ReadInt32());
            switch (state)
            {
                case State.Uncommitted or State.Collision:
                    if (state == State.Collision) (name, established) = (await OtherAsync(bus, group, name), false);
                    if (await TryAddAsync(bus, group, name)) await TellAsync(bus, group, "Commit");
                    else name = await OtherAsync(bus, group, name);
                    break;
                case State.Failure:
                    throw new IOException("Avahi could not register it");
                case State.Established when !established:
                    established = true;
                    _log.Announced(PlainText.Clean(name), Type, _port);
                    done();
                    break;
            }
            await Task.Delay(established ? Look : Soon, _time, _stop.Token);
        }
    }

    /// <summary>False: a service of this machine has the name.</summary>
    async Task<bool> TryAddAsync(DBusConnection bus, string group, string name)
    {
        try
        {
            await TellAsync(bus, group, "AddService", "iiussssqaay", (ref MessageWriter writer) =>
            {
                writer.WriteInt32(AnyInterface);
                writer.WriteInt32(AnyProtocol);
                writer.WriteUInt32(0); // flags
                writer.WriteString(name);
                writer.WriteString(Type);
                writer.WriteString(""); // the domain: local
                writer.WriteString(""); // the host: this one
                writer.WriteUInt16((ushort)_port);
                writer.WriteArrayEnd(writer.WriteArrayStart(DBusType.Array)); // no TXT record: clients ask by `describe`
            });
            return true;
        }
        catch (DBusErrorReplyException refused) when (refused.ErrorName == Avahi + ".CollisionError")
        {
            return false;
        }
    }

    async Task<string> OtherAsync(DBusConnection bus, string group, string name)
    {
        await TellAsync(bus, group, "Reset");
        return await AskAsync(bus, "/", Server, "GetAlternativeServiceName", "s", (ref MessageWriter writer) => writer.WriteString(name), static reader => reader.ReadString());
    }

    delegate void Body(ref MessageWriter writer);

    delegate T Answer<T>(Reader reader);

    Task TellAsync(DBusConnection bus, string group, string member, string? signature = null, Body? body = null) => WithinAsync(bus.CallMethodAsync(Call(bus, group, Group, member, signature, body)));

    async Task<T> AskAsync<T>(DBusConnection bus, string path, string of, string member, string? signature, Body? body, Answer<T> read)
    {
        var call = bus.CallMethodAsync(Call(bus, path, of, member, signature, body), static (Message message, object? read) => ((Answer<T>)read!)(message.GetBodyReader()), read);
        await WithinAsync(call);
        return await call;
    }

    static MessageBuffer Call(DBusConnection bus, string path, string of, string member, string? signature, Body? body)
    {
        var writer = bus.GetMessageWriter();
        try
        {
            writer.WriteMethodCallHeader(destination: Avahi, path: path, @interface: of, member: member, signature: signature);
            body?.Invoke(ref writer);
            return writer.CreateMessage();
        }
        finally
        {
            writer.Dispose();
        }
    }

    Task WithinAsync(Task call) => call.WaitAsync(Patience, TimeProvider.System, _stop.Token);
}
