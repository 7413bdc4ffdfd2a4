namespace SuRnnStream;

/// <summary>Something that nearly was detected, with the sound around it.</summary>
/// <param name="Candidate">Label, score, threshold, times and the reason.</param>
/// <param name="Sound">It grows with the stream: read it elsewhere than on the detector's thread, when it is <see cref="DetectedSound.Completed"/>.</param>
/// <param name="Scores">Highest raw score of each label from the candidate's start until its outcome was known; a second look's are not among them.</param>
public sealed record NearMiss(Candidate Candidate, DetectedSound Sound, IReadOnlyDictionary<string, float> Scores);
