using System.Text.Json;

namespace SuRnnStream;

/// <summary>What the JSON file beside a near miss's WAV file says.</summary>
/// <param name="Label">The label that nearly was detected.</param>
/// <param name="Score">Its highest score.</param>
/// <param name="Threshold">What would have been enough.</param>
/// <param name="Outcome">Why it was not, in words.</param>
/// <param name="Source">Name of the stream; null: it has none.</param>
/// <param name="At">When it was kept, on this machine's clock.</param>
/// <param name="Time">Seconds of the stream at which the outcome was known.</param>
/// <param name="Start">Seconds from the sound's first sample to where the score began to rise.</param>
/// <param name="End">Seconds from there to the highest score.</param>
/// <param name="SamplesLost">Samples that are zeros, as the stream had lost them.</param>
/// <param name="Scores">Highest raw score of each label meanwhile.</param>
public sealed record NearMissNote(string Label, float Score, float Threshold, string Outcome, string? Source, DateTimeOffset At, double Time, double Start, double End, long SamplesLost, IReadOnlyDictionary<string, float> Scores)
{
    internal static NearMissNote Of(NearMiss miss, DateTimeOffset at)
    {
        var (candidate, sound) = (miss.Candidate, miss.Sound);
        return new(candidate.Label, candidate.Score, candidate.Threshold, candidate.Outcome.Text(), candidate.Source, at, candidate.Time.TotalSeconds,
            (candidate.Start - sound.Start).TotalSeconds, (candidate.End - sound.Start).TotalSeconds, sound.SamplesLost, miss.Scores);
    }

    /// <exception cref="IOException">The file cannot be written.</exception>
    internal void Write(string file)
    {
        var content = new MemoryStream();
        using (var json = new Utf8JsonWriter(content, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("label", Label);
            json.WriteNumber("score", Math.Round(Score, 4));
            json.WriteNumber("threshold", Math.Round(Threshold, 4));
            json.WriteString("reason", Outcome);
            if (Source is not null) json.WriteString("source", PlainText.Clean(Source));
            json.WriteString("at", At.UtcDateTime);
            json.WriteNumber("time", Math.Round(Time, 3));
            json.WriteNumber("start", Math.Round(Start, 3));
            json.WriteNumber("end", Math.Round(End, 3));
            if (SamplesLost > 0) json.WriteNumber("samplesLost", SamplesLost);
            json.WriteStartObject("scores");
            foreach (var (label, score) in Scores) json.WriteNumber(label, Math.Round(score, 4));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        content.Write("\n"u8);
        SafeFile.Replace(file, to => to.Write(content.GetBuffer().AsSpan(0, (int)content.Length)));
    }

    /// <exception cref="InvalidDataException">The file is no such note; the message names it.</exception>
    internal static NearMissNote Read(string file)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            var root = json.RootElement;
            return new(root.GetProperty("label").GetString()!, root.GetProperty("score").GetSingle(), root.GetProperty("threshold").GetSingle(), root.GetProperty("reason").GetString()!,
                root.TryGetProperty("source", out var source) ? source.GetString() : null, root.GetProperty("at").GetDateTimeOffset(), root.GetProperty("time").GetDouble(),
                root.GetProperty("start").GetDouble(), root.GetProperty("end").GetDouble(), root.TryGetProperty("samplesLost", out var lost) ? lost.GetInt64() : 0,
                root.GetProperty("scores").EnumerateObject().ToDictionary(score => score.Name, score => score.Value.GetSingle()));
        }
        catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{PlainText.Clean(file)} is no note of a near miss ({PlainText.Clean(damaged.Message)}): remove it, or write it as `surnn listen --keep-near-misses` does.", damaged);
        }
    }
}
