using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SuRnnStream.ClusterSample;

/// <summary>A store of the load's own, on the loopback and in a folder that is gone with it.</summary>
abstract class StoreServer(string folder) : IAsyncDisposable
{
    protected Process? Server { get; set; }

    public abstract string Connection { get; }

    static int s_port = 10_000 + Environment.ProcessId % 200 * 100;

    /// <summary>
    /// A port of the loopback that nobody has at this moment, counted up from a place of this process's own below those that the system gives out: of two loads that start
    /// together neither takes what the other has found free.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static int FreePort()
    {
        for (var tries = 0; tries < 1_000; tries++)
        {
            var port = Interlocked.Increment(ref s_port);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // somebody has it
            }
        }
        throw new InvalidOperationException("A thousand ports of the loopback are taken.");
    }

    /// <exception cref="InvalidOperationException">The program is not installed.</exception>
    public static async Task<StoreServer?> StartAsync(string kind)
    {
        if (kind == "memory") return null;
        var folder = Directory.CreateTempSubdirectory("surnn-cluster-").FullName;
        StoreServer server = kind == "redis" ? new RedisServer(folder) : new PostgresServer(folder);
        await server.StartAsync();
        return server;
    }

    protected abstract Task StartAsync();

    /// <summary>Stops it where it is, and its helpers: it answers nothing, as if it were far away.</summary>
    public void Freeze(bool frozen)
    {
        foreach (var id in Family(Server!.Id)) Signals.Send(id, frozen ? Signals.Stop : Signals.Continue);
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is { HasExited: false } server)
        {
            Freeze(false);
            Signals.Send(server.Id, Signals.Quit);
            await server.WaitForExitAsync();
        }
        Directory.Delete(folder, recursive: true);
    }

    protected static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, wrong) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await said : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await wrong}");
    }

    protected static Process Start(string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Waits until something listens.</summary>
    protected static async Task ListensAsync(int port, Process server)
    {
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (!server.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>A process and its children, as it started them.</summary>
    static IEnumerable<int> Family(int id) => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!))
        .Where(other => other == id || ParentOf(other) == id).ToArray();

    static int ParentOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}

sealed class RedisServer(string folder) : StoreServer(folder)
{
    const string Program = "/usr/bin/redis-server";

    readonly string _folder = folder;
    readonly int _port = FreePort();

    public static bool IsHere => File.Exists(Program);

    public override string Connection => $"127.0.0.1:{_port}";

    protected override async Task StartAsync()
    {
        if (!IsHere) throw new InvalidOperationException($"There is no {Program}: apt-get install redis-server, or name another --store.");
        Server = Start(Program, "--bind", "127.0.0.1", "--port", $"{_port}", "--dir", _folder, "--appendonly", "yes", "--save", "");
        await ListensAsync(_port, Server);
    }
}

sealed class PostgresServer(string folder) : StoreServer(folder)
{
    const string Folder = "/usr/lib/postgresql";

    readonly string _folder = folder;
    readonly int _port = FreePort();

    static string? Programs => Directory.Exists(Folder) ? Directory.GetDirectories(Folder).Order().Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "postgres"))) : null;

    public static bool IsHere => Programs is not null;

    public override string Connection => $"Host=127.0.0.1;Port={_port};Database=postgres;Username=postgres;Timeout=3;Command Timeout=5";

    protected override async Task StartAsync()
    {
        var programs = Programs ?? throw new InvalidOperationException($"There is no PostgreSQL in {Folder}: apt-get install postgresql, or name another --store.");
        var data = Path.Combine(_folder, "data");
        string[] make = [Path.Combine(programs, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"];
        string[] serve = [Path.Combine(programs, "postgres"), "-D", data, "-c", "listen_addresses=127.0.0.1", "-c", $"port={_port}", "-c", $"unix_socket_directories={_folder}"];
        if (Environment.UserName == "root") // which it refuses
        {
            await RunAsync("chown", "postgres", _folder);
            await RunAsync("setpriv", ["--reuid", "postgres", "--regid", "postgres", "--clear-groups", .. make]);
            Server = Start("setpriv", ["--reuid", "postgres", "--regid", "postgres", "--clear-groups", .. serve]); // becomes it
        }
        else
        {
            await RunAsync(make[0], make[1..]);
            Server = Start(serve[0], serve[1..]);
        }
        await ListensAsync(_port, Server);
        await Task.Delay(500); // it listens a little before it takes connections
    }
}

static partial class Signals
{
    public const int Kill = 9, Terminate = 15, Quit = 2, Stop = 19, Continue = 18;

    public static void Send(int process, int signal) => kill(process, signal);

    [DllImport("libc", SetLastError = true)]
    static extern int kill(int process, int signal);
}
