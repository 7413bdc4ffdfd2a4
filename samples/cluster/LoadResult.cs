using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuRnnStream.ClusterSample;

/// <summary>What a load showed. Times in seconds.</summary>
sealed record LoadResult
{
    public static JsonSerializerOptions Json { get; } = new() { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    public required LoadOptions Options { get; init; }

    /// <summary>Programs that wanted a core, in the mean of 1 and of 5 minutes: before the run, and after.</summary>
    public required string Load { get; init; }
    public required string LoadAfter { get; init; }

    public int Right { get; init; }
    public int Missing { get; init; }
    public int Extra { get; init; }
    public int Different { get; init; }
    public long Sent { get; init; }
    public long Processed { get; init; }
    public long Lost { get; init; }
    public int Inexact { get; init; }
    public long SentAgain { get; init; }
    public double MedianBefore { get; init; }
    public double P99Before { get; init; }
    public double Median { get; init; }
    public double P99 { get; init; }
    public double PauseBefore { get; init; }
    public double PauseAfter { get; init; }
    public long Saves { get; init; }
    public long SavesFailed { get; init; }
    public double BytesPerSave { get; init; }
    public double BytesPerStreamSecond { get; init; }
    public long Migrations { get; init; }

    /// <summary>Streams of the silo that something happened to, when it happened.</summary>
    public int StreamsOfTheVictim { get; init; }
    public double SiloCpuPerBlock { get; init; }
    public required string StreamsAtTheEnd { get; init; }

    public bool IsExact => Missing + Extra + Different + Inexact == 0 && Lost == 0 && Sent == Processed && Right > 0;

    public string Text() => string.Create(CultureInfo.InvariantCulture, $"""
        {Options.Store}, {Options.Fault}: {(IsExact ? "exact" : "NOT EXACT")}
          detections   {Right} right, {Missing} missing, {Extra} extra, {Different} different
          samples      {Sent} sent = {Processed} processed + {Lost} lost; {SentAgain} were sent again
          sample to detection   median {1_000 * MedianBefore:F0} ms, 99 of 100 {1_000 * P99Before:F0} ms until the fault; of all {1_000 * Median:F0} and {1_000 * P99:F0} ms
          longest silence of a stream   {PauseBefore:F2} s until the fault, {PauseAfter:F2} s after it
          saves        {Saves}, {BytesPerSave:F0} bytes each, {BytesPerStreamSecond:F0} bytes a stream and second; {SavesFailed} failed
          moved        {Migrations} streams; {StreamsOfTheVictim} were on the silo that something happened to; at the end {StreamsAtTheEnd}
          silos        {SiloCpuPerBlock:F1} us of processor for a block of 100 ms, after their start
          load average {Load} before, {LoadAfter} after
        """);
}
