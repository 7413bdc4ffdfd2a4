namespace SuRnnStream.Evaluation;

/// <summary>Judged sounds that a training had too. Of a large training only a part can be checked: the fraction holds for all.</summary>
/// <param name="Clips">Judged clips and recordings that could be checked.</param>
/// <param name="KnownClips">Those of them that the training had.</param>
/// <param name="Speakers">Judged speakers that could be checked.</param>
/// <param name="KnownSpeakers">Those of them that the training had.</param>
public sealed record LeakCheck(int Clips, int KnownClips, int Speakers, int KnownSpeakers);
