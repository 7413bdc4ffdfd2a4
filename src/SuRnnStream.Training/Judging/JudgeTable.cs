using System.Globalization;
using SuRnnStream.Evaluation;

namespace SuRnnStream.Training.Judging;

/// <summary>A model's figures for people, beside another model's where there is one.</summary>
static class JudgeTable
{
    const int Name = 42;

    /// <param name="figures">The model's.</param>
    /// <param name="against">The other model's, the same ones in the same order; null: there is none.</param>
    /// <param name="draws">What bounds by speaker are drawn from.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<Figure> figures, IReadOnlyList<Figure>? against, Draws draws)
    {
        var group = "";
        for (var i = 0; i < figures.Count; i++)
        {
            var figure = figures[i];
            if (figure.Group != group)
            {
                if (group.Length > 0) yield return "";
                yield return group = figure.Group;
            }
            var line = $"  {figure.Name,-Name} {Value(figure, figure.Measured),10}  {Detail(figure, draws)}";
            yield return line.TrimEnd();
            if (against?[i] is { } other) yield return $"  {"",-Name} {Value(other, other.Measured),10}  {Difference(figure, other, draws)}".TrimEnd();
        }
    }

    /// <summary>The range of the difference to another model's figure in the same draws; null: nothing to draw from.</summary>
    public static (double Lower, double Upper)? DifferenceRange(Figure figure, Figure other, Draws draws) =>
        figure.IsDrawn ? draws.Range(draw => figure.Value(draw) - other.Value(draw)) : null;

    static string Detail(Figure figure, Draws draws)
    {
        var parts = new List<string>();
        if (figure.Parts.Count > 0)
        {
            parts.Add(figure.Unit == FigureUnit.PerHour
                ? Text($"{figure.Count:0} in {figure.Of:0.00} h") + Speakers(figure)
                : Text($"{figure.Count:0} of {figure.Of:#,0} {figure.What}") + Speakers(figure));
            if (figure.Exact is { } exact && !double.IsNaN(exact.Upper)) parts.Add(exact.OneSided ? $"at most {Value(figure, exact.Upper)}, one-sided" : $"exact {Range(figure, exact.Lower, exact.Upper)}");
        }
        if (figure.IsDrawn && draws.Range(figure.Value) is var (lower, upper)) parts.Add($"by {figure.Who[..^1]} {Range(figure, lower, upper)}");
        if (figure.Note.Length > 0) parts.Add(figure.Note);
        return string.Join("; ", parts);
    }

    static string Difference(Figure figure, Figure other, Draws draws)
    {
        if (DifferenceRange(figure, other, draws) is not { } range) return "the other";
        var difference = figure.Measured - other.Measured;
        if (!double.IsFinite(difference)) return "the other";
        return $"the other; difference {Value(figure, difference)} ({Range(figure, range.Lower, range.Upper)}, paired by {figure.Who[..^1]})" + (other.Note.Length > 0 ? $"; {other.Note}" : "");
    }

    static string Speakers(Figure figure) => figure.Speakers == 0 ? "" : figure.Speakers == 1 ? $", 1 {figure.Who[..^1]}" : Text($", {figure.Speakers} {figure.Who}");

    static string Range(Figure figure, double lower, double upper) => $"{Value(figure, lower)} to {Value(figure, upper)}";

    static string Value(Figure figure, double value) => double.IsNaN(value) ? "-" : double.IsInfinity(value) ? "never" : figure.Unit switch
    {
        FigureUnit.Part => Text($"{100 * value:0.0} %"),
        FigureUnit.PerHour => Text($"{value:0.0}/h"),
        FigureUnit.Seconds => Text($"{value:0.00} s"),
        _ => Text($"{value:#,0}"),
    };

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
