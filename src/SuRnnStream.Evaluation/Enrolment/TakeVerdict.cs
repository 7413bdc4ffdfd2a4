namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>What <see cref="TakeCheck"/> says about a take.</summary>
/// <param name="Fault">What is wrong, or nothing.</param>
/// <param name="Sentence">What was measured and what to do, for whoever speaks.</param>
/// <param name="Start">Where the word begins in the recording.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Level">Mean level of the word, in dBFS.</param>
/// <param name="Noise">Mean level of what is around it, in dBFS.</param>
public sealed record TakeVerdict(TakeFault Fault, string Sentence, TimeSpan Start, TimeSpan End, double Level, double Noise)
{
    /// <summary>True: the take can be used.</summary>
    public bool IsGood => Fault == TakeFault.None;

    /// <summary>True: an enrolment can use it, though a recording without the fault would be better. For recordings that are there already; while one is made, ask for another.</summary>
    public bool IsUsable => Fault is TakeFault.None or TakeFault.TooQuiet or TakeFault.TooNoisy or TakeFault.CutOff;
}
