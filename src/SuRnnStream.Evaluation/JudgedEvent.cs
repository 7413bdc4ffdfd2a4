namespace SuRnnStream.Evaluation;

/// <summary>One event of the judged sounds, or one false alarm, as shipped: a row of <c>events.csv</c>.</summary>
/// <param name="File">The stream's name.</param>
/// <param name="Kind">Found, missed or a false alarm.</param>
/// <param name="Label">The event's label; of a false alarm, what was detected.</param>
/// <param name="Start">When the event begins; of a false alarm, when the detection does.</param>
/// <param name="End">When it ends.</param>
public sealed record JudgedEvent(string File, EventKind Kind, string Label, TimeSpan Start, TimeSpan End)
{
    /// <summary>True: it is in a stream without events, where false alarms an hour are counted.</summary>
    public bool IsNegative { get; init; }

    /// <summary>When it was detected; null: it was not.</summary>
    public TimeSpan? Found { get; init; }

    /// <summary>The detection's score; null: it was not detected.</summary>
    public float? Score { get; init; }

    /// <summary>Highest smoothed score of the label while a detection of the event could have come; of a false alarm, its score.</summary>
    public float Peak { get; init; }

    /// <summary>The label's threshold.</summary>
    public float Threshold { get; init; }

    /// <summary>
    /// Of a miss, why: <see cref="CandidateOutcome.Detected"/> means that it was detected outside the time that counts. Of a hit and of a false alarm,
    /// <see cref="CandidateOutcome.Detected"/>.
    /// </summary>
    public CandidateOutcome Outcome { get; init; }

    /// <summary>Of a miss, the label that was detected in its place; of a false alarm with a wrong label, the event's label. Null: there is none.</summary>
    public string? Other { get; init; }

    /// <summary>Mean level from start to end in dBFS, 10 log10 of the mean square; null: digital silence.</summary>
    public double? Level { get; init; }

    /// <summary>
    /// Signal-to-noise ratio in dB: the level less what the quietest tenth of the 10 ms frames from 2 s before to 2 s after has. Null: nothing but the event
    /// is there to compare with, or that is digital silence.
    /// </summary>
    public double? Snr { get; init; }

    /// <summary>Who speaks, or the record; see <see cref="SpeakerNames"/>.</summary>
    public string Speaker { get; init; } = "";

    /// <summary>Under which condition the sound was heard; empty: as recorded.</summary>
    public string Condition { get; init; } = "";

    /// <summary>What is said there, where a transcript exists; else empty.</summary>
    public string Said { get; init; } = "";

    /// <summary>The clip's file in the report's folder; empty: there is none.</summary>
    public string Clip { get; init; } = "";

    /// <summary>The label's score over the clip; null: there is no clip.</summary>
    internal ScoreStrip? Strip { get; init; }
}
