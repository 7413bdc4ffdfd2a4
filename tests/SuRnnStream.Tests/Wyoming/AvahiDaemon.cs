using System.Diagnostics;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Wyoming;

/// <summary>A real Avahi on a D-Bus of its own, which knows the loopback alone.</summary>
sealed class AvahiDaemon : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly Process _bus;
    Process? _avahi;

    /// <summary>Skips the test where there is none, or one runs already: there is one a machine.</summary>
    public AvahiDaemon()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/sbin/avahi-daemon") && File.Exists("/usr/bin/dbus-daemon"), "There is no Avahi: apt-get install avahi-daemon dbus.");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Avahi starts as root only.");
        Assert.SkipWhen(File.Exists("/run/avahi-daemon/pid"), "This machine's Avahi runs, and there can be one only.");
        File.WriteAllText(_folder.File("bus.conf"), $"""
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig><type>system</type><listen>unix:path={_folder.File("bus")}</listen><auth>EXTERNAL</auth>
            <policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_type="signal"/><allow send_type="method_return"/><allow send_type="error"/><allow receive_type="method_call"/><allow receive_type="signal"/><allow receive_type="method_return"/><allow receive_type="error"/></policy></busconfig>
            """);
        File.WriteAllText(_folder.File("avahi.conf"), """
            [server]
            host-name=surnn-test
            allow-interfaces=lo
            use-ipv6=no
            [publish]
            publish-workstation=no
            """);
        _bus = Run("/usr/bin/dbus-daemon", $"--config-file={_folder.File("bus.conf")}", "--nofork");
    }

    public string Bus => $"unix:path={_folder.File("bus")}";

    public async Task StartAsync()
    {
        await Wait.Until(() => File.Exists(_folder.File("bus")), seconds: 30);
        _avahi = Run("/usr/sbin/avahi-daemon", "-f", _folder.File("avahi.conf"), "--no-drop-root", "--no-chroot", "--no-rlimits");
    }

    public void Stop()
    {
        _avahi?.Kill();
        _avahi?.WaitForExit();
        _avahi?.Dispose();
        _avahi = null;
        File.Delete("/run/avahi-daemon/pid"); // which a killed one leaves
    }

    /// <summary>Port of a service as a client finds it; null: there is none.</summary>
    public string? PortOf(string name)
    {
        using var ask = Run("dbus-send", $"--bus={Bus}", "--print-reply", "--reply-timeout=1000", "--dest=org.freedesktop.Avahi", "/", "org.freedesktop.Avahi.Server.ResolveService",
            "int32:-1", "int32:-1", $"string:{name}", "string:_wyoming._tcp", "string:local", "int32:-1", "uint32:0");
        var said = ask.StandardOutput.ReadToEnd();
        ask.WaitForExit();
        return said.Split('\n').FirstOrDefault(line => line.Contains("uint16"))?.Trim()["uint16 ".Length..];
    }

    public void Dispose()
    {
        if (_avahi is not null) Stop();
        _bus?.Kill();
        _bus?.Dispose();
        _folder.Dispose();
    }

    Process Run(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["DBUS_SYSTEM_BUS_ADDRESS"] = Bus } })!;
}
