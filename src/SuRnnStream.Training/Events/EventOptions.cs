namespace SuRnnStream.Training.Events;

/// <summary>How stretches are cut from streams with events, and labelled. Times are seconds.</summary>
sealed record EventOptions
{
    public required string Folder { get; init; }
    public required IReadOnlyList<string> HeldBack { get; init; }
    public required string Labels { get; init; }        // see EventLabels
    public double Seconds { get; init; } = 8;
    public double LeadIn { get; init; } = 6;            // heard by the front end before a stretch begins, as what is before any moment of a stream
    public double Starts { get; init; } = 0.1;          // part of the stretches that have none: they are a stream's start
    public double Chosen { get; init; } = 0.6;          // part of the stretches that are around an event of a label drawn evenly; the others are anywhere
    public double OtherChannels { get; init; } = 0.25;  // part of the stretches of one-channel models that are played between the channel and another of the recording
    public double Before { get; init; } = 0.06;         // in front of an event: near it
    public double FirstAnswer { get; init; } = 0.02;    // behind an event its label may stand
    public double SureAnswer { get; init; } = 0.09;     // ... and from here on must
    public double AnswerUntil { get; init; } = 0.2;     // ... until here
    public double AnswerGone { get; init; } = 0.28;     // ... and from here on must not; near ends too
}
