namespace SuRnnStream.Tests.Support;

/// <summary>Detections to send.</summary>
static class Heard
{
    static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The one of this number: a second behind the one before, its label says which.</summary>
    public static HeardDetection Number(int number) =>
        new("door", new Detection($"word {number}", 0.75f, Seconds(number), Seconds(number + 0.5), Seconds(number + 0.625), "hall"), Noon + Seconds(number));

    /// <summary>The number of a detection from its JSON.</summary>
    public static int NumberOf(string json) =>
        int.Parse(System.Text.Json.JsonElement.Parse(json).GetProperty("label").GetString()!["word ".Length..], System.Globalization.CultureInfo.InvariantCulture);

    static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
