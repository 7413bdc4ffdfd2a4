namespace SuRnnStream.Evaluation;

/// <summary>A sound to judge a detector on, processed from a fresh state, and the events in it.</summary>
public sealed record EvaluationStream
{
    static readonly TimeSpan Lead = TimeSpan.FromSeconds(1), Tail = TimeSpan.FromSeconds(1.5);

    EvaluationStream() { }

    /// <summary>The file.</summary>
    public required string Name { get; init; }

    /// <summary>Who speaks, or the record, by which figures are drawn and grouped; empty: not known.</summary>
    public string Speaker { get; init; } = "";

    /// <summary>Under which condition the sound is heard; empty: as recorded.</summary>
    public string Condition { get; init; } = "";

    /// <summary>What is said in it, where a transcript exists; else empty.</summary>
    public string Said { get; init; } = "";

    /// <summary>At the model's rate.</summary>
    public required float[] Samples { get; init; }

    /// <summary>What happens, times from the first of <see cref="Samples"/>.</summary>
    public required IReadOnlyList<LabelledEvent> Events { get; init; }

    /// <summary>True: false alarms an hour are counted here.</summary>
    public required bool IsNegative { get; init; }

    /// <summary>Length of the sound without the silence that was added.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>
    /// A clip with one event, its audible part. What the model has no label for is no event: any detection in it is a false alarm. The clip is
    /// processed as <c>surnn detect</c> does: from a fresh state, to <see cref="StreamingDetector.Finish"/>.
    /// </summary>
    public static EvaluationStream FromClip(string name, string label, float[] samples, int sampleRate)
    {
        var part = AudiblePart.Of(samples, sampleRate);
        TimeSpan At(int sample) => TimeSpan.FromSeconds((double)sample / sampleRate);
        return FromRecording(name, [new LabelledEvent(label, At(part.Start), At(part.End))], samples, sampleRate);
    }

    /// <summary>A recording of several events, as an <see cref="EventTable"/> lists them.</summary>
    public static EvaluationStream FromRecording(string name, IReadOnlyList<LabelledEvent> events, float[] samples, int sampleRate) => new()
    {
        Name = name,
        Samples = samples,
        Events = events,
        IsNegative = false,
        Length = LengthOf(samples, sampleRate),
    };

    /// <summary>A recording in which nothing happens that is to be detected. It is not changed.</summary>
    public static EvaluationStream FromNegative(string name, float[] samples, int sampleRate) =>
        new() { Name = name, Samples = samples, Events = [], IsNegative = true, Length = LengthOf(samples, sampleRate) };

    /// <summary>
    /// The same with a second of digital silence before and 1.5 s after a stream with events, for a room to ring in and noise to fill. The events' times
    /// move with their sound.
    /// </summary>
    public EvaluationStream WithSilenceAround(int sampleRate) => IsNegative ? this : this with
    {
        Samples = [.. new float[SamplesIn(Lead, sampleRate)], .. Samples, .. new float[SamplesIn(Tail, sampleRate)]],
        Events = [.. Events.Select(one => one with { Start = one.Start + Lead, End = one.End + Lead })],
    };

    static int SamplesIn(TimeSpan time, int sampleRate) => (int)(time.TotalSeconds * sampleRate);

    static TimeSpan LengthOf(float[] samples, int sampleRate) => TimeSpan.FromSeconds((double)samples.Length / sampleRate);
}
