namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>What an enrolled word is worth at one threshold.</summary>
/// <param name="Threshold">Score from which the word counts, above 0 and below 1; 0.5 is the enrolment's own.</param>
/// <param name="FoundLeftOut">Takes that an enrolment of the others finds; null: there is one take only.</param>
/// <param name="FalseAlarmsPerHour">Expected in read speech: counted in the bank where the threshold is low, else by the tail of its scores.</param>
/// <param name="FalseAlarmsAtMost">One-sided 95 % bound of that.</param>
/// <param name="OwnNegativesAccepted">Candidates in negatives of one's own that would be accepted when they are left out.</param>
public sealed record EnrolmentSetting(float Threshold, int? FoundLeftOut, double FalseAlarmsPerHour, double FalseAlarmsAtMost, int OwnNegativesAccepted);
