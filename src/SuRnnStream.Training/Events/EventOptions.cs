using System.Globalization;
using System.Text.Json.Serialization;

namespace SuRnnStream.Training.Events;

/// <summary>How segments are made of streams with events, and labelled. Times are seconds; the defaults are the heartbeat's.</summary>
sealed record EventOptions
{
    public required string Folder { get; init; }
    public required IReadOnlyList<string> HeldBack { get; init; } // names, in which * matches anything
    public required string Labels { get; init; }        // see EventLabels
    public string Map { get; init; } = "";              // what the recordings call the channels, see SensorMap
    public double Seconds { get; init; } = 8;
    public double LeadIn { get; init; } = 6;            // given to the front end before a segment begins, as in any stream
    public double Starts { get; init; } = 0.1;          // part of the segments that have none: they are a stream's start
    public double Chosen { get; init; } = 0.6;          // part of the segments that are around an event of a label drawn evenly; the others are anywhere
    public double OtherChannels { get; init; } = 0.25;  // part of the segments of one-channel models that are played between the channel and another of the recording
    public double Before { get; init; } = 0.06;         // before an event: in it
    public double FirstAnswer { get; init; } = 0.02;    // from here on after an event its label may hold; negative: already before it
    public double SureAnswer { get; init; } = 0.09;     // ... and from here on must
    public double AnswerUntil { get; init; } = 0.2;     // ... until here
    public double AnswerGone { get; init; } = 0.28;     // ... and from here on must not; the event ends too
    public double Tolerance { get; init; } = 0.15;      // between an event and a detection that finds it; the heartbeat's is that of ANSI/AAMI EC57
    public double Refractory { get; init; } = 0.2;      // least time between two detections of a label
    public JoinOptions? Join { get; init; }             // of brief recordings that are joined; null: segments are cut from long ones

    /// <summary>What a judge needs of these.</summary>
    [JsonIgnore]
    public MomentTimes Times => new() { Before = Before, FirstAnswer = FirstAnswer, AnswerUntil = AnswerUntil, AnswerGone = AnswerGone, Tolerance = Tolerance };

    /// <summary>The times of event and answer from a text, BEFORE,FIRST,SURE,UNTIL,GONE; empty: those of the defaults.</summary>
    /// <exception cref="ArgumentException">The text is no such list.</exception>
    public EventOptions WithTimes(string text)
    {
        if (text.Length == 0) return this;
        double[] times = [.. text.Split(',').Select(part => double.TryParse(part, CultureInfo.InvariantCulture, out var time) ? time : double.NaN)];
        return times is [var before, var first, var sure, var until, var gone] && -before <= first && first <= sure && sure < until && until <= gone
            ? this with { Before = before, FirstAnswer = first, SureAnswer = sure, AnswerUntil = until, AnswerGone = gone }
            : throw new ArgumentException($"--label-times: '{text}' is no BEFORE,FIRST,SURE,UNTIL,GONE in seconds with -BEFORE <= FIRST <= SURE < UNTIL <= GONE, as 0.06,0.02,0.09,0.2,0.28.");
    }
}
