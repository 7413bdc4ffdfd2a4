namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>What an enrolment is worth, as far as it can tell by itself.</summary>
/// <param name="Word">The word.</param>
/// <param name="Takes">Takes that it was enrolled from.</param>
/// <param name="FoundLeftOut">Of these, those that are found at the threshold by an enrolment of the others; null: there is one take only.</param>
/// <param name="FalseAlarmsPerHour">Expected in read speech at the threshold, by the tail of the bank's scores.</param>
/// <param name="FalseAlarmsAtMost">One-sided 95 % bound of that.</param>
/// <param name="OwnNegatives">Candidates in negatives of one's own.</param>
/// <param name="OwnNegativesAccepted">Of these, those that would still be accepted when they are left out.</param>
/// <param name="OtherVoices">Part of other speakers that the voice limit accepts, 0 to 1; 1: any voice is accepted.</param>
/// <param name="Remarks">What whoever records should know, a sentence each.</param>
public sealed record EnrolmentReport(string Word, int Takes, int? FoundLeftOut, double FalseAlarmsPerHour, double FalseAlarmsAtMost, int OwnNegatives, int OwnNegativesAccepted, double OtherVoices, IReadOnlyList<string> Remarks)
{
    /// <summary>The figures in one line.</summary>
    public override string ToString() => FormattableString.Invariant($"{Takes} takes{(FoundLeftOut is { } found ? $", {found} of them found when left out" : "")}; about {FalseAlarmsPerHour:0.##} false alarms an hour of speech, at most {FalseAlarmsAtMost:0.##} (95 %)")
        + (OwnNegatives == 0 ? "" : $"; {OwnNegativesAccepted} of {OwnNegatives} candidates in your own negatives accepted when left out")
        + (OtherVoices >= 1 ? "" : FormattableString.Invariant($"; {100 * OtherVoices:0} % of other speakers accepted"));
}
