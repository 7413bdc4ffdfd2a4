using System.Globalization;
using System.Text;
using static SuRnnStream.Cli.Words;

namespace SuRnnStream.Cli;

/// <summary>Writes a sensor's moments to a table as they come, so that a program that is killed leaves what there was, and marks by key.</summary>
sealed class RecordRun(Terminal terminal, ListenInput input, SensorFrontEndConfig sensor, string path, IReadOnlyList<string> labels)
{
    readonly List<(double Seconds, string Label)> _marks = [];
    readonly Lock _lock = new();                     // guards the marks
    long _moments;                                   // written or lost

    /// <summary>Seconds after which to stop. Null: never.</summary>
    public double? Duration { get; init; }

    /// <summary>True: nothing in it is a gesture, so that it has a table of labels without a line.</summary>
    public bool IsWithout { get; init; }

    double Seconds => Interlocked.Read(ref _moments) / sensor.SampleRate;

    public async Task<int> RunAsync(bool keysFromInput, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var ending = stop.Token.Register(() => input.Stop?.Invoke());
        input.OnStatus = status => terminal.Complain($"{input.Name}: {status.LastEvent}");
        terminal.Print(Text($"{path}: {string.Join(", ", sensor.Channels)}, {sensor.SampleRate:0.###} Hz; keys: {string.Concat(labels.Select((label, i) => Text($"{i + 1} {label}, ")))}q stop"));
        var keys = keysFromInput ? KeysAsync(stop) : Task.CompletedTask;
        long lost;
        try
        {
            lost = await Task.Run(() => Write(stop.Token), CancellationToken.None);
        }
        finally
        {
            await stop.CancelAsync();
            await keys;
        }
        if (_marks.Count > 0 || IsWithout) SensorTable.WriteLabels(path, _marks);
        var missing = lost > 0 ? Text($", {lost / sensor.SampleRate:0.###} s of them lost") : "";
        terminal.Print(Text($"{Seconds:0.0} s in {path}{missing}{(_marks.Count > 0 ? Text($", {_marks.Count} marks") : "")}"));
        if (_marks.Count == 0 && !IsWithout) terminal.Print($"find its gestures with: surnn label {Path.GetDirectoryName(path)}");
        return 0;
    }

    /// <returns>Moments that were lost.</returns>
    long Write(CancellationToken stop)
    {
        using var table = new StreamWriter(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read), new UTF8Encoding(false)) { NewLine = "\n" };
        table.WriteLine($"time [s],{string.Join(',', sensor.Channels)}");
        var (samples, channels, line) = (new float[64 * sensor.Channels.Count], sensor.Channels.Count, new StringBuilder());
        long lost = 0;
        var last = Duration is { } seconds ? (long)Math.Round(seconds * sensor.SampleRate) : long.MaxValue;
        while (!stop.IsCancellationRequested && _moments < last && input.Source.Read(samples) is > 0 and var got)
        {
            if (input.Source is ILossySource lossy && lossy.SamplesLost / channels is var now && now > lost)
            {
                Interlocked.Add(ref _moments, now - lost);
                lost = now;
            }
            for (var at = 0; at < got && _moments < last; at += channels, Interlocked.Increment(ref _moments))
            {
                line.Clear().Append(CultureInfo.InvariantCulture, $"{_moments / sensor.SampleRate:0.######}");
                for (var c = 0; c < channels; c++) line.Append(',').Append(float.IsFinite(samples[at + c]) ? samples[at + c].ToString(CultureInfo.InvariantCulture) : "");
                table.WriteLine(line);
            }
            table.Flush();
        }
        return lost;
    }

    async Task KeysAsync(CancellationTokenSource stop)
    {
        using var keys = new ReviewKeys(terminal);
        try
        {
            while (await keys.NextAsync(stop.Token) is { } key)
            {
                if (key is 'q' or '\u001b')
                {
                    await stop.CancelAsync();
                    return;
                }
                if (key - '1' is >= 0 and var number && number < labels.Count) Mark(labels[number]);
                else terminal.Print(Text($"'{key}' is no key here"));
            }
        }
        catch (OperationCanceledException)
        {
            // the recording has ended
        }
    }

    void Mark(string label)
    {
        lock (_lock) _marks.Add((Seconds, label));
        terminal.Print(Text($"  {Seconds:0.00} s: {label}"));
    }
}
