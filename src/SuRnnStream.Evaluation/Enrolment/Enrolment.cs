namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>A model with the word, and what it is worth.</summary>
/// <param name="Model">Runs like any other.</param>
/// <param name="Report">Figures at the threshold that the stated false alarms gave, which is 0.5 in the model.</param>
public sealed record Enrolment(SuRnnModel Model, EnrolmentReport Report)
{
    internal LeftOutScores? Scores { get; init; }

    /// <summary>What the model's words were enrolled from, for a file beside the model; null where the enrolment was not made by a <see cref="WordEnroller"/>.</summary>
    public EnrolledTakes? Takes { get; init; }

    /// <summary>What changed where the model had the word before; null: it had not.</summary>
    public EnrolmentChange? Change { get; init; }

    /// <summary>What the word is worth at other thresholds, the lowest first, with the enrolment's own (0.5) among them. Empty where the enrolment was not made by a <see cref="WordEnroller"/>.</summary>
    public IReadOnlyList<EnrolmentSetting> Settings() => Scores?.Settings() ?? [];

    /// <summary>The model with another threshold for the word; its card says the figures of that setting.</summary>
    /// <param name="setting">One of <see cref="Settings"/>.</param>
    public SuRnnModel At(EnrolmentSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        var defaults = Model.Defaults with { Thresholds = new Dictionary<string, float>(Model.Defaults.Thresholds) { [Report.Word] = setting.Threshold } };
        var report = Report with { FoundLeftOut = setting.FoundLeftOut, FalseAlarmsPerHour = setting.FalseAlarmsPerHour, FalseAlarmsAtMost = setting.FalseAlarmsAtMost, OwnNegativesAccepted = setting.OwnNegativesAccepted };
        return new SuRnnModel(Model.Config, Model.Weights, defaults, new Dictionary<string, string>(Model.Card) { [EnrolledModel.CardLine(Report.Word)] = report.ToString() });
    }
}
