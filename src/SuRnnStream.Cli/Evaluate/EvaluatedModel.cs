using SuRnnStream.Evaluation;
using static SuRnnStream.Cli.Words;
using static SuRnnStream.Evaluation.Figures;

namespace SuRnnStream.Cli;

/// <summary>A model with the thresholds that an evaluation found, and a note of it in its card.</summary>
static class EvaluatedModel
{
    public static SuRnnModel Of(SuRnnModel model, EvaluationReport report, DetectorOptions options, DateOnly day)
    {
        var card = new Dictionary<string, string>(model.Card) { ["evaluation"] = Note(report, day) };
        return new SuRnnModel(model.Config, model.Weights, options, card);
    }

    /// <summary>The same of a model of sensors.</summary>
    public static SuRnnModel Of(SuRnnModel model, double budget, OperatingPoint together, DetectorOptions options, DateOnly day) =>
        new(model.Config, model.Weights, options, new Dictionary<string, string>(model.Card)
        {
            ["evaluation"] = Text($"{day:yyyy-MM-dd}: thresholds chosen for {budget:0.###} false alarms an hour; {together.Hits} of {Count(together.Events, "event")} found, ")
                + $"{Rate(together)} false alarms an hour ({RateBounds(together)}) in {Duration(TimeSpan.FromHours(together.NegativeHours))}, on the recordings they were chosen on",
        });

    static string Note(EvaluationReport report, DateOnly day)
    {
        var (point, conditions) = (report.AsRecommended!, report.Conditions.Length > 0 ? $", {report.Conditions}" : "");
        return Text($"{day:yyyy-MM-dd}: thresholds chosen for {report.Budget:0.###} false alarms an hour; {point.Hits} of {Count(point.Events, "event")} found in {Duration(report.Positives)}, ")
            + $"{Rate(point)} false alarms an hour ({RateBounds(point)}) in {Duration(report.Negatives)} of negatives, on the recordings they were chosen on{conditions}";
    }
}
