using SuRnnStream.Evaluation;

namespace SuRnnStream.Cli;

/// <summary>Cuts out of negatives what a model took for an event, for the next training to hear more often.</summary>
static class FalseAlarmClips
{
    static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    /// <exception cref="UsageException">The folder holds WAV files, which might be overwritten or mixed up.</exception>
    public static void RequireRoom(string folder)
    {
        if (Directory.Exists(folder) && AudioFile.In(folder, below: false).Count > 0) throw new UsageException($"{folder} holds sounds already: name another folder, or remove them");
    }

    /// <summary>Writes a file for each false alarm in the negatives. Samples are read again, as they are not kept.</summary>
    /// <param name="folder">Made if need be.</param>
    /// <param name="streams">Every file and what was heard in it; null: nothing.</param>
    /// <param name="samples">Reads a file.</param>
    /// <param name="sampleRate">Of the samples.</param>
    public static void Save(string folder, IEnumerable<(EvaluationInput Input, HeardStream? Heard)> streams, Func<EvaluationInput, float[]> samples, int sampleRate)
    {
        Directory.CreateDirectory(folder);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (input, heard) in streams)
        {
            if (heard is not { IsNegative: true } || heard.Match().FalseAlarms is not { Count: > 0 } alarms) continue;
            var sound = samples(input);
            foreach (var alarm in alarms)
                WavWriter.Write(Path.Combine(folder, Unused(names, NameOf(input, alarm.Detection))), Excerpt.Around(alarm.Detection, sound, sampleRate, Margin, Margin), sampleRate);
        }
    }

    static string NameOf(EvaluationInput input, Detection detection)
    {
        var source = Path.ChangeExtension(input.Name, null).Replace(Path.DirectorySeparatorChar, '_');
        return Words.Text($"{source}-{FileName(detection.Label)}-{detection.Time.TotalSeconds:0.000}");
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
