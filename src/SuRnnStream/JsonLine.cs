using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SuRnnStream;

/// <summary>JSON without reflection, one line a value, for files, pipes and messages.</summary>
public static class JsonLine
{
    static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // it goes to no web page

    /// <summary>An object in UTF-8, without a line's end.</summary>
    /// <param name="members">Writes what is between the braces.</param>
    public static byte[] Of(Action<Utf8JsonWriter> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// The members of a detection, times in seconds of its stream: <c>source</c>, <c>label</c>, <c>score</c>, <c>start</c>, <c>end</c>,
    /// <c>time</c>, which is the landmark where there is one, and then <c>emitted</c>. Where they are known: <c>level</c> and <c>aboveFloor</c> in decibels,
    /// <c>clock</c> (ISO 8601, UTC), and of an event's edges <c>phase</c>, which is <c>begin</c> or <c>end</c>, and <c>endedBy</c>. The names are a contract.
    /// </summary>
    public static void WriteDetection(this Utf8JsonWriter json, Detection detection)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteString("source", detection.Source);
        json.WriteString("label", detection.Label);
        json.WriteNumber("score", detection.Score);
        json.WriteNumber("start", detection.Start.TotalSeconds);
        json.WriteNumber("end", detection.End.TotalSeconds);
        json.WriteNumber("time", (detection.Landmark ?? detection.Time).TotalSeconds);
        if (detection.Landmark is not null) json.WriteNumber("emitted", detection.Time.TotalSeconds);
        if (detection.Level is { } level) json.WriteNumber("level", Rounded(level));
        if (detection.LevelAboveFloor is { } above) json.WriteNumber("aboveFloor", Rounded(above));
        if (detection.At is { } clock) json.WriteString("clock", clock.UtcDateTime);
        if (detection.Phase == EventPhase.Whole) return;
        json.WriteString("phase", detection.Phase == EventPhase.Begin ? "begin" : "end");
        if (detection.EndedBy != EventEnd.None) json.WriteString("endedBy", detection.EndedBy.ToString());
    }

    /// <summary>To a tenth of a decibel.</summary>
    static double Rounded(float decibels) => Math.Round(decibels, 1);
}
