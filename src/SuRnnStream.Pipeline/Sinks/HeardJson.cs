namespace SuRnnStream;

/// <summary>What sinks write and send of a detection.</summary>
public static class HeardJson
{
    /// <summary>
    /// A JSON object in UTF-8, on one line without its end: <c>at</c> (ISO 8601, UTC), <c>detector</c>, and then the members that
    /// <c>surnn detect --format json</c> writes.
    /// </summary>
    public static byte[] ToJson(this HeardDetection heard) => JsonLine.Of(json =>
    {
        json.WriteString("at", heard.At.UtcDateTime);
        json.WriteString("detector", heard.Detector);
        json.WriteDetection(heard.Detection);
    });
}
