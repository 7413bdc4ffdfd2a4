namespace SuRnnStream;

/// <summary>Samples of one stream to frames: of sound, or of sensors.</summary>
interface IFrontEnd
{
    /// <summary>
    /// Takes samples off the front of <paramref name="samples"/> until a frame is complete. True: <paramref name="frame"/> holds it, call again.
    /// False: all samples are taken and the next frame needs more.
    /// </summary>
    bool TryNext(ref ReadOnlySpan<float> samples, Span<float> frame);

    /// <summary>Samples taken since the start of the frame that is being filled; below zero where that frame's first is still to come.</summary>
    int Pending { get; }

    /// <summary>Forgets everything; the next sample is number <paramref name="position"/>. Returns the place of the next frame's first sample.</summary>
    long Reset(long position);

    /// <summary>As <see cref="Reset"/>, but only for the frame that is being filled: the samples before number <paramref name="position"/> are lost.</summary>
    long Skip(long position);

    /// <summary>
    /// Samples to append at the end of a stream, after this number of frames has been completed so; empty: no further frame is needed. Of sound zeros, until no frame holds sound
    /// and, unless the network <paramref name="rests"/> in silence, every window of the gate has passed. Of sensors missing values, which complete the frame that has begun.
    /// </summary>
    ReadOnlySpan<float> NextAtEnd(int frames, bool rests);

    /// <summary>Energy of the last frame of sound, see <see cref="MelTransform.Energy"/>; of sensors 0.</summary>
    float Energy => 0;

    /// <summary>Samples of sensors that were missing and have been held, since the start.</summary>
    long SamplesHeld => 0;

    /// <summary>Those of <see cref="SamplesHeld"/> that were there, but too far from the rest to be measured values.</summary>
    long SamplesWild => 0;

    /// <summary>True: the model says how long a gap may be, see <see cref="SensorFrontEndConfig.ResetAfter"/>.</summary>
    bool KnowsGaps => false;

    /// <summary>True: the last frame is the first after a gap longer than that, so the network begins again with it.</summary>
    bool Restarted => false;

    /// <summary>True: after a loss of this number of samples the next value restarts.</summary>
    bool ForgetsOver(long samples) => false;

    /// <summary>Keeps what <see cref="LandmarkBefore"/> needs for an event whose frame lies this many moments back.</summary>
    void LookBack(long moments) { }

    /// <summary>When the event was whose score was highest in the frame that ends before sample number <paramref name="end"/>. Null: unknown, or sound.</summary>
    TimeSpan? LandmarkBefore(long end) => null;

    /// <summary>Fetches what the next frame sees of what is remembered into the processor's cache.</summary>
    void Fetch() { }

    void Save(BinaryWriter to);

    void Restore(BinaryReader from);
}
