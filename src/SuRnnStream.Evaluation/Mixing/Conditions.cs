namespace SuRnnStream.Evaluation.Mixing;

/// <summary>What is done to sounds before detection: first the room, then the noise, which is not in it.</summary>
/// <param name="Room">Null: none.</param>
/// <param name="Noise">Null: none.</param>
public sealed record Conditions(Room? Room = null, NoiseMixer? Noise = null)
{
    /// <summary>The sound under these conditions: the same for a name in every run and on every thread.</summary>
    /// <param name="name">The sound's name, from which recordings are chosen.</param>
    /// <param name="samples">The sound, which is not changed.</param>
    /// <param name="events">Events in it; they keep their times.</param>
    public float[] Apply(string name, ReadOnlySpan<float> samples, IReadOnlyCollection<LabelledEvent> events)
    {
        var heard = Room?.Apply(name, samples) ?? samples.ToArray();
        Noise?.Mix(name, heard, events);
        return heard;
    }

    /// <summary>In words, for a report; empty: nothing is done.</summary>
    public override string ToString() => string.Join("; ", new[] { Room?.ToString(), Noise?.ToString() }.OfType<string>());
}
