using static SuRnnStream.Cli.Words;

namespace SuRnnStream.Cli;

/// <summary>Goes through the movements of a table, key by key.</summary>
sealed class LabelRun(Terminal terminal, ReviewKeys keys, IReadOnlyList<string> labels)
{
    const int Columns = 64, MostChannels = 6;
    const double Around = 0.7;                       // seconds that are drawn before and after a movement
    const string Eighths = " ▁▂▃▄▅▆▇█";

    /// <summary>Asks for each movement of the table and writes its labels.</summary>
    /// <returns>False: no more; nothing was written for this table.</returns>
    public async Task<bool> OneAsync(SensorTable table, CancellationToken cancellation)
    {
        var rate = table.Sensor.SampleRate;
        var found = MovementFinder.Find(table.Channels, rate);
        var (label, name) = (SensorTable.LabelIn(table.Path), Path.GetFileName(table.Path));
        if (label == SensorTable.NoGesture || !labels.Contains(label)) label = labels.Count > 0 ? labels[0] : "gesture";
        terminal.Print(Text($"{name}: {table.Moments / rate:0.0} s, {found.Count} {(found.Count == 1 ? "movement" : "movements")}{(found.Count > 0 ? $"; y {label}, n no, {string.Concat(labels.Select((one, i) => Text($"{i + 1} {one}, ")))}a all that are left, b back, q quit" : "")}"));
        var answers = new List<string?>();           // null: no
        while (answers.Count < found.Count)
        {
            var one = found[answers.Count];
            Draw(table, one);
            terminal.Print(Text($"{answers.Count + 1} of {found.Count}, {one.From / rate:0.00} to {one.To / rate:0.00} s: {label}?"));
            var key = await keys.NextAsync(cancellation);
            if (key is 'y') answers.Add(label);
            else if (key is 'n') answers.Add(null);
            else if (key is 'a') while (answers.Count < found.Count) answers.Add(label);
            else if (key is 'b' && answers.Count > 0) answers.RemoveAt(answers.Count - 1);
            else if (key is 'b') terminal.Print("there is nothing to go back to");
            else if (key - '1' is >= 0 and { } number && number < labels.Count) answers.Add(labels[number]);
            else if (key is null or 'q' or '\u001b')
            {
                terminal.Print($"nothing was written for {name}");
                return false;
            }
            else terminal.Print(Text($"'{key}' is no key here"));
        }
        SensorTable.WriteLabels(table.Path, found.Zip(answers).Where(pair => pair.Second is not null).Select(pair => (pair.First.To / rate, pair.Second!)));
        terminal.Print(Text($"{name}: {answers.Count(answer => answer is not null)} labelled"));
        return true;
    }

    /// <summary>The channels around a movement, a line each, each between its own least and largest value there; a line under it shows the movement.</summary>
    void Draw(SensorTable table, Movement one)
    {
        var rate = table.Sensor.SampleRate;
        var (from, to) = (Math.Max(0, one.From - (int)(Around * rate)), Math.Min(table.Moments, one.To + (int)(Around * rate)));
        int MomentOf(int column) => from + (int)((long)column * (to - from) / Columns);
        var width = table.Sensor.Channels.Take(MostChannels).Max(channel => channel.Name.Length);
        foreach (var (channel, values) in table.Sensor.Channels.Zip(table.Channels).Take(MostChannels))
        {
            float[] some = [.. values[from..to].Where(float.IsFinite)];
            var (low, high) = some.Length == 0 ? (0, 1) : (some.Min(), some.Max());
            var line = string.Concat(Enumerable.Range(0, Columns).Select(column => Mean(values, MomentOf(column), MomentOf(column + 1)) is var mean && float.IsNaN(mean) ? ' ' : Eighths[1 + (int)(7 * (mean - low) / Math.Max(1e-9f, high - low))]));
            terminal.Print($"{channel.Name.PadRight(width)} {line}");
        }
        terminal.Print($"{"".PadRight(width)} {string.Concat(Enumerable.Range(0, Columns).Select(column => MomentOf(column + 1) > one.From && MomentOf(column) < one.To ? '^' : ' '))}");
    }

    static float Mean(float[] values, int from, int to)
    {
        float[] some = [.. values[from..Math.Max(from + 1, to)].Where(float.IsFinite)];
        return some.Length == 0 ? float.NaN : some.Average();
    }
}
