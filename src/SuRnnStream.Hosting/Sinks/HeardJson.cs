namespace SuRnnStream;

/// <summary>What sinks write and send of a detection.</summary>
public static class HeardJson
{
    /// <summary>
    /// A JSON object in UTF-8, on one line without its end: <c>at</c> (ISO 8601, UTC), <c>detector</c>, and then the members that
    /// <c>surnn detect --format json</c> writes. Where the sound around it is written, <c>sound</c> is the WAV file, which is there when the sound is complete:
    /// some seconds later.
    /// </summary>
    public static byte[] ToJson(this HeardDetection heard) => JsonLine.Of(json =>
    {
        json.WriteString("at", heard.At.UtcDateTime);
        json.WriteString("detector", heard.Detector);
        json.WriteDetection(heard.Detection);
        if (heard.Sound?.File is { } file) json.WriteString("sound", file);
    });
}
