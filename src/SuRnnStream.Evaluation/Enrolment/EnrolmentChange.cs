namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>What enrolling a word again changed, each counted with the old model's word and with the new one at their thresholds. Both learned from some of these sounds: what was left out tells more, and is in the report.</summary>
/// <param name="Takes">Takes of the new enrolment.</param>
/// <param name="FoundBefore">Of these, found by the old word.</param>
/// <param name="FoundNow">By the new one.</param>
/// <param name="Negatives">Candidates in negatives of one's own.</param>
/// <param name="AcceptedBefore">Of these, accepted by the old word.</param>
/// <param name="AcceptedNow">By the new one.</param>
/// <param name="Hours">Of the bank's running speech.</param>
/// <param name="AlarmsBefore">Candidates of it that the old word accepts.</param>
/// <param name="AlarmsNow">That the new one accepts.</param>
public sealed record EnrolmentChange(int Takes, int FoundBefore, int FoundNow, int Negatives, int AcceptedBefore, int AcceptedNow, double Hours, int AlarmsBefore, int AlarmsNow);
