using System.Text.Json;

namespace SuRnnStream;

/// <summary>
/// Moments as JSON Lines: <c>{"time": 0.01, "acc x": 0.2, "acc y": null}</c> or <c>[0.2, null]</c> with all channels in the model's order. A member that is
/// null or not there is a missing value; others are not read. The time, in seconds or as text of ISO 8601, may be left out; where it is
/// given it says where moments were lost.
/// </summary>
public sealed class JsonLinesSource : LineSource
{
    readonly JsonMoment _json;

    /// <param name="text">A line a moment; empty ones count for nothing. Closed with the result.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="sensor">The model's front end: its channels are the ones that are read.</param>
    /// <exception cref="ArgumentException">A setting of the front end is outside its range.</exception>
    public JsonLinesSource(TextReader text, string name, SensorFrontEndConfig sensor) : base(text, name, sensor) => _json = new JsonMoment(sensor, Wrong);

    private protected override double Parse(string line, Span<float> moment)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return _json.Read(json.RootElement, moment);
        }
        catch (Exception broken) when (broken is JsonException or ArgumentException) // the latter: half a surrogate pair in the text itself
        {
            throw Wrong($"this is no JSON ({broken.Message})", _json.Remedy);
        }
    }
}
