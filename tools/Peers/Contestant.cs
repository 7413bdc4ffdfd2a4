namespace SuRnnStream.Peers;

/// <summary>What a contestant is compared as.</summary>
enum Job
{
    /// <summary>One recurrent layer: x_t in, h_t out.</summary>
    Layer,

    /// <summary>From samples, or our own from frames, to a decision.</summary>
    Detector,
}

/// <summary>Somebody who works through a stream step by step. Only <see cref="Step"/> is timed.</summary>
/// <param name="name">As the table has it.</param>
/// <param name="job">What it is compared as.</param>
/// <param name="samplesPerStep">Audio, at 16 kHz, that one step advances over.</param>
abstract class Contestant(string name, Job job, int samplesPerStep) : IDisposable
{
    public const int Rate = 16_000;

    public string Name => name;
    public Job Job => job;
    public int SamplesPerStep => samplesPerStep;

    /// <summary>Part of the switches that were open in what was stepped through since <see cref="Begin"/>; null: it has none.</summary>
    public virtual double? OpenRatio => null;

    /// <summary>A stream from its start. What is not the contestant's work (cutting, copying into tensors of its own) may be done here.</summary>
    /// <param name="sound">Which of the sounds, for those who keep inputs prepared.</param>
    /// <param name="samples">The sound, at <see cref="Rate"/>.</param>
    /// <returns>Steps in it.</returns>
    public abstract int Begin(int sound, float[] samples);

    /// <summary>Steps 0, 1, 2 and so on of the stream.</summary>
    public abstract void Step(int step);

    public virtual void Dispose() { }
}
