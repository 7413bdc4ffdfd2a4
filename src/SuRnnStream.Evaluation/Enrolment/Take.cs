namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>A recording in which a word is said once.</summary>
/// <param name="Name">How messages call it: its file.</param>
/// <param name="Samples">At the model's sample rate, one channel, in [-1, 1].</param>
/// <param name="Weight">How much it counts, above 0: a person's recording 1, a synthesised one less where there are both.</param>
public sealed record Take(string Name, ReadOnlyMemory<float> Samples, double Weight = 1);
