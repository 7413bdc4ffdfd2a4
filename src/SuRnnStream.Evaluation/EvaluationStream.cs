namespace SuRnnStream.Evaluation;

/// <summary>A sound to judge a detector on, heard from a fresh state, and what happens in it.</summary>
public sealed record EvaluationStream
{
    /// <summary>Digital silence in front of a clip, as a clip begins with its sound and a stream does not.</summary>
    public static readonly TimeSpan Lead = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Digital silence behind clips and recordings with events: an event at the very end has the second in which its detection may come, and
    /// half a second for the verdict.
    /// </summary>
    public static readonly TimeSpan Tail = TimeSpan.FromSeconds(1.5);

    EvaluationStream() { }

    /// <summary>The file.</summary>
    public required string Name { get; init; }

    /// <summary>At the model's rate, silence in front and behind included.</summary>
    public required float[] Samples { get; init; }

    /// <summary>What happens, times from the first of <see cref="Samples"/>.</summary>
    public required IReadOnlyList<LabelledEvent> Events { get; init; }

    /// <summary>True: false alarms an hour are counted here.</summary>
    public required bool IsNegative { get; init; }

    /// <summary>Length of the sound without the silence that was added.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>A clip with one event, its audible part. What the model has no label for is no event: any detection in it is a false alarm.</summary>
    public static EvaluationStream FromClip(string name, string label, float[] samples, int sampleRate)
    {
        var part = AudiblePart.Of(samples, sampleRate);
        TimeSpan At(int sample) => Lead + TimeSpan.FromSeconds((double)sample / sampleRate);
        return new EvaluationStream
        {
            Name = name,
            Samples = [.. new float[SamplesIn(Lead, sampleRate)], .. samples, .. new float[SamplesIn(Tail, sampleRate)]],
            Events = [new LabelledEvent(label, At(part.Start), At(part.End))],
            IsNegative = false,
            Length = LengthOf(samples, sampleRate),
        };
    }

    /// <summary>A recording of several events, as an <see cref="EventTable"/> lists them.</summary>
    public static EvaluationStream FromRecording(string name, IReadOnlyList<LabelledEvent> events, float[] samples, int sampleRate) => new()
    {
        Name = name,
        Samples = [.. samples, .. new float[SamplesIn(Tail, sampleRate)]],
        Events = events,
        IsNegative = false,
        Length = LengthOf(samples, sampleRate),
    };

    /// <summary>A recording in which nothing happens that is to be detected. It is heard as it is.</summary>
    public static EvaluationStream FromNegative(string name, float[] samples, int sampleRate) =>
        new() { Name = name, Samples = samples, Events = [], IsNegative = true, Length = LengthOf(samples, sampleRate) };

    static int SamplesIn(TimeSpan time, int sampleRate) => (int)(time.TotalSeconds * sampleRate);

    static TimeSpan LengthOf(float[] samples, int sampleRate) => TimeSpan.FromSeconds((double)samples.Length / sampleRate);
}
