using static TorchSharp.torch;

namespace SuRnnStream.Training.Mel;

/// <summary>A word in a batch: in which sequence, the frames [From, To) in which its label must stand, and the sound it was made of.</summary>
readonly record struct MelWord(int Sequence, int From, int To, int Label, int Sound);

/// <summary>A vector of <see cref="SpeechDistillation"/> that a batch asks for: in which sequence and frame.</summary>
readonly record struct DistillationTarget(int Sequence, int Frame, int Row);

/// <summary>Segments of one step.</summary>
/// <param name="Frames">[B, T, bands].</param>
/// <param name="Allowed">[T, B, labels] 1 for each label that may be answered.</param>
/// <param name="Weight">[T, B] of a frame in the loss.</param>
/// <param name="Said">[T, B] 1 where something is said, 0 where nothing is, -1 where either will do.</param>
/// <param name="Words">All words.</param>
/// <param name="Targets">Of running speech, where there is a teacher.</param>
sealed record MelBatch(Tensor Frames, Tensor Allowed, Tensor Weight, Tensor Said, IReadOnlyList<MelWord> Words, IReadOnlyList<DistillationTarget> Targets);
