using System.CommandLine;
using System.Globalization;

namespace SuRnnStream.Cli;

sealed class DevicesCommand(Terminal terminal)
{
    const int MostChannels = 8;

    public static Command Create(Terminal terminal)
    {
        var command = new Command("devices", "Lists the microphones of this machine; with --check listens to one and says what to change about its level and sound.");
        var list = command.Flag("--list", "List the devices: what is done without --check.");
        var check = command.Flag("--check", "Listen, best while somebody speaks, and advise. Exit code 1 where something is to be changed.");
        var seconds = command.Number<double>("--seconds", "Seconds to listen to each channel. By default 5.", "-s");
        var source = command.Arguments("source", "With --check: a device by its name (\"default\" if none is named), or a WAV file.");
        return command.Runs((given, cancellation) => new DevicesCommand(terminal).Devices(
            given.GetValue(list), given.GetValue(check), given.GetValue(seconds), cancellation, given.GetRequiredValue(source)));
    }

    Task<int> Devices(bool list, bool check, double? seconds, CancellationToken cancellation, string[] source)
    {
        if (list && check) throw new UsageException("devices takes --list or --check");
        if (!check)
        {
            if (source.Length > 0 || seconds is not null) throw new UsageException("devices takes a source and --seconds only with --check");
            foreach (var (name, description) in Cli.Devices.List()) terminal.Print($"{name}  {description}".TrimEnd());
            return Task.FromResult(0);
        }
        if (source.Length > 1) throw new UsageException("devices --check takes one source");
        if (seconds is <= 0 or > 3_600 or double.NaN) throw new UsageException("--seconds is above 0 and at most 3600");
        return Task.Run(() => Check(source is [var named] ? named : "default", seconds ?? 5, cancellation), CancellationToken.None);
    }

    int Check(string name, double seconds, CancellationToken cancellation)
    {
        var checks = new List<LevelCheck>();
        for (var channel = 0; channel < MostChannels && !cancellation.IsCancellationRequested; channel++)
        {
            try
            {
                checks.Add(Listen(name, channel, seconds, cancellation));
            }
            catch (Exception none) when (channel > 0 && none is CaptureException or InputException or InvalidAudioException or ArgumentException)
            {
                break; // it has no more channels
            }
        }
        var bad = false;
        for (var i = 0; i < checks.Count; i++)
        {
            var check = checks[i];
            terminal.Print(string.Create(CultureInfo.InvariantCulture, $"{name}, channel {i}: speech {check.SpeechLevel:0} dBFS, noise {check.NoiseLevel:0} dBFS, {check.Duration.TotalSeconds:0.0} s"));
            var advice = check.Advise([.. checks.Where(other => other != check)]);
            foreach (var one in advice) terminal.Print("    " + one.Sentence);
            if (advice.Count == 0) terminal.Print("    Nothing to change.");
            bad |= advice.Count > 0;
        }
        return bad ? 1 : 0;
    }

    LevelCheck Listen(string name, int channel, double seconds, CancellationToken cancellation)
    {
        using var input = ListenInput.Open(name, new ListenWish(null, null, channel, null, 16_000), terminal);
        using var stop = cancellation.Register(() => input.Stop?.Invoke());
        var rate = input.Source.SampleRate;
        var (check, piece, left) = (new LevelCheck(rate), new float[Math.Max(1, rate / 50)], (long)Math.Ceiling(seconds * rate));
        for (int got; left > 0 && !cancellation.IsCancellationRequested && (got = input.Source.Read(piece.AsSpan(0, (int)Math.Min(piece.Length, left)))) > 0; left -= got) check.Take(piece.AsSpan(0, got));
        return check;
    }
}
