namespace SuRnnStream.Evaluation.Mixing;

/// <summary>What is done to sounds before detection: first a rendering, then the room, then the noise, which is not in it.</summary>
/// <param name="Room">Null: none.</param>
/// <param name="Noise">Null: none.</param>
public sealed record Conditions(RoomMixer? Room = null, NoiseMixer? Noise = null)
{
    /// <summary>What rows and figures of this condition are called; empty: as recorded.</summary>
    public string Name { get; init; } = "";

    /// <summary>Done first. Null: nothing.</summary>
    internal Renderer? Renderer { get; init; }

    /// <summary>True: nothing is done, so that the sound is as it was recorded.</summary>
    public bool AreNone => Room is null && Noise is null && Renderer is null;

    /// <summary>These conditions, after something that needs no recordings.</summary>
    /// <param name="rendering">What is done first.</param>
    /// <param name="sampleRate">Of the sounds, from 8,000.</param>
    /// <param name="snr">Of <see cref="Rendering.Noise"/>: decibels of the events over it; in a sound without events, of the whole.</param>
    /// <param name="seed">Chooses what there is to choose.</param>
    public Conditions With(Rendering rendering, int sampleRate, double snr = 10, int seed = 1) =>
        this with { Name = rendering.ToString().ToLowerInvariant(), Renderer = rendering == Rendering.Clean ? null : new Renderer(rendering, sampleRate, snr, seed) };

    /// <summary>The sound under these conditions: the same for a name in every run and on every thread.</summary>
    /// <param name="name">The sound's name, from which recordings are chosen.</param>
    /// <param name="samples">The sound, which is not changed.</param>
    /// <param name="events">Events in it; they keep their times.</param>
    public float[] Apply(string name, ReadOnlySpan<float> samples, IReadOnlyCollection<LabelledEvent> events)
    {
        var heard = Renderer?.Apply(name, samples, events) ?? samples.ToArray();
        heard = Room?.Apply(name, heard) ?? heard;
        Noise?.Mix(name, heard, events);
        return heard;
    }

    /// <summary>In words, for a report; empty: nothing is done.</summary>
    public override string ToString() => string.Join("; ", new[] { Renderer?.ToString(), Room?.ToString(), Noise?.ToString() }.OfType<string>());
}
