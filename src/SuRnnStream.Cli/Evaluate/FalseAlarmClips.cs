using SuRnnStream.Evaluation;

namespace SuRnnStream.Cli;

/// <summary>Cuts out what a model took for an event in negatives, for the next training to use more often, and, for a report, what it missed too.</summary>
static class FalseAlarmClips
{
    static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    /// <exception cref="InputException">The folder holds WAV files, which might be overwritten or mixed up.</exception>
    public static void RequireRoom(string folder)
    {
        if (Directory.Exists(folder) && AudioFile.In(folder, below: false).Count > 0) throw new InputException($"{folder} holds sounds already: name another folder, or remove them");
    }

    /// <summary>Writes a file for each false alarm in the negatives.</summary>
    /// <param name="folder">Made if need be.</param>
    /// <param name="streams">Every file and what was heard in it; null: nothing.</param>
    /// <param name="sampleRate">Of the model.</param>
    public static void Save(string folder, IEnumerable<(EvaluationInput Input, JudgedStream? Heard)> streams, int sampleRate)
    {
        Directory.CreateDirectory(folder);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (input, heard) in streams)
        {
            if (heard is not { IsNegative: true } || heard.Match().FalseAlarms is not { Count: > 0 } alarms) continue;
            var sounds = SoundCutter.Cut(input, sampleRate, [.. alarms.Select(alarm => (alarm.Detection.Start - Margin, alarm.Detection.Time + Margin))]);
            foreach (var (alarm, sound) in alarms.Zip(sounds))
                WavWriter.Write(Path.Combine(folder, Unused(names, NameOf(input, alarm.Detection.Label, alarm.Detection.Time))), sound, sampleRate);
        }
    }

    /// <summary>Writes a file for each miss and each false alarm, from a second before to a second after, at most <paramref name="most"/>, taken evenly from all of them.</summary>
    /// <param name="folder">Made if need be; files of the same name in it are replaced.</param>
    /// <param name="streams">Every file and what was heard in it; null: nothing.</param>
    /// <param name="evaluator">For the scores over the clip.</param>
    /// <param name="most">From 0.</param>
    /// <returns>The rows that have a clip, by what they were.</returns>
    public static IReadOnlyDictionary<JudgedEvent, JudgedEvent> SaveMissesAndAlarms(string folder, IReadOnlyList<(EvaluationInput Input, JudgedStream? Heard)> streams, Evaluator evaluator, int most)
    {
        var clipped = new Dictionary<JudgedEvent, JudgedEvent>(ReferenceEqualityComparer.Instance);
        JudgedEvent[] wanted = [.. Evenly(streams.SelectMany(one => one.Heard?.Judged ?? []).Where(row => row.Kind != EventKind.Hit).ToArray(), most)];
        if (wanted.Length == 0) return clipped;
        Directory.CreateDirectory(folder);
        var (names, chosen, rate) = (new HashSet<string>(StringComparer.OrdinalIgnoreCase), new HashSet<JudgedEvent>(wanted, ReferenceEqualityComparer.Instance), evaluator.Model.Config.RequireFrontEnd().SampleRate);
        foreach (var (input, heard) in streams)
        {
            JudgedEvent[] rows = [.. (heard?.Judged ?? []).Where(chosen.Contains)];
            if (rows.Length == 0) continue;
            (TimeSpan From, TimeSpan To)[] parts = [.. rows.Select(row => (Later(row.Start - Margin, TimeSpan.Zero), Later(row.End, row.Found ?? row.End) + Margin))];
            var sounds = SoundCutter.Cut(input, rate, [.. parts.Select(part => (Later(part.From - Evaluator.ClipLead, TimeSpan.Zero), part.To))]);
            foreach (var ((row, part), sound) in rows.Zip(parts).Zip(sounds))
            {
                var lead = Math.Min(sound.Length, (int)Math.Round((part.From - Later(part.From - Evaluator.ClipLead, TimeSpan.Zero)).TotalSeconds * rate));
                var name = Unused(names, (row.Kind == EventKind.Miss ? "missed-" : "false-") + (row.Condition.Length > 0 ? row.Condition + "-" : "") + NameOf(input, row.Label, row.Found ?? row.Start));
                WavWriter.Write(Path.Combine(folder, name), sound.AsSpan(lead), rate);
                clipped[row] = evaluator.WithClip(row, $"{Path.GetFileName(folder)}/{name}", sound, lead);
            }
        }
        return clipped;
    }

    static IEnumerable<JudgedEvent> Evenly(JudgedEvent[] rows, int most)
    {
        for (var i = 0; i < Math.Min(rows.Length, most); i++) yield return rows[(int)((long)i * rows.Length / Math.Min(rows.Length, most))];
    }

    static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    static string NameOf(EvaluationInput input, string label, TimeSpan time)
    {
        var source = Path.ChangeExtension(input.Name, null).Replace(Path.DirectorySeparatorChar, '_');
        return Words.Text($"{source}-{FileName(label)}-{time.TotalSeconds:0.000}");
    }

    /// <summary>A label is another hand's text: in a name of a file it is letters, digits and a few marks between them.</summary>
    static string FileName(string label) => string.Concat(label.Select(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '.' or '\'' ? c : '_')).Trim(' ', '.');

    static string Unused(HashSet<string> names, string name)
    {
        var unused = name;
        for (var i = 2; !names.Add(unused); i++) unused = $"{name}-{i}";
        return unused + ".wav";
    }
}
