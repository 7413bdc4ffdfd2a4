using SuRnnStream.Evaluation;

namespace SuRnnStream.Training.Judging;

/// <summary>What a <see cref="Figure"/> is measured in.</summary>
enum FigureUnit
{
    /// <summary>A part of cases, 0 to 1, printed in per cent.</summary>
    Part,

    /// <summary>Events an hour.</summary>
    PerHour,

    /// <summary>Seconds.</summary>
    Seconds,

    /// <summary>A plain number.</summary>
    Number,
}

/// <summary>What was counted on one speaker.</summary>
/// <param name="Speaker">Who.</param>
/// <param name="Count">Cases, as misses.</param>
/// <param name="Of">Cases that could have been, or hours.</param>
readonly record struct Part(string Speaker, double Count, double Of);

/// <summary>One figure of a judge's table. Parts by speaker give it bounds, and paired differences with another model's.</summary>
/// <param name="Group">What it belongs to, as "words over noise 20 dB below".</param>
/// <param name="Name">What it is, as "missed".</param>
/// <param name="Unit">What it is measured in.</param>
/// <param name="Value">The figure in a draw of speakers; infinite: never reached, NaN: nothing to measure.</param>
sealed record Figure(string Group, string Name, FigureUnit Unit, Func<Draw, double> Value)
{
    /// <summary>By speaker, of a part or a rate; empty: of nothing of the kind.</summary>
    public IReadOnlyList<Part> Parts { get; init; } = [];

    /// <summary>What the cases are: "words", "h".</summary>
    public string What { get; init; } = "";

    /// <summary>What is drawn for the bounds, where the data do not name speakers.</summary>
    public string Who { get; init; } = "speakers";

    /// <summary>What else has to be said.</summary>
    public string Note { get; init; } = "";

    /// <summary>True: it comes from several speakers, so that drawing them gives bounds.</summary>
    public bool IsDrawn { get; init; }

    /// <summary>As measured.</summary>
    public double Measured => Value(Draw.Everyone);

    public double Count => Parts.Sum(part => part.Count);
    public double Of => Parts.Sum(part => part.Of);
    public int Speakers => Parts.Select(part => part.Speaker).Where(name => name.Length > 0).Distinct().Count();

    /// <summary>Bounds for independent cases; null where there are none.</summary>
    public Bounds? Exact => Parts.Count == 0 ? null : Unit switch
    {
        FigureUnit.Part => Bounds.OfPart((int)Count, (int)Of),
        FigureUnit.PerHour => Bounds.OfRate((int)Count, Of),
        _ => null,
    };

    /// <summary>A part of cases: misses of words.</summary>
    public static Figure OfCases(string group, string name, IEnumerable<Part> parts, string what) => OfParts(group, name, FigureUnit.Part, parts, what);

    /// <summary>A rate an hour.</summary>
    public static Figure OfHours(string group, string name, IEnumerable<Part> parts) => OfParts(group, name, FigureUnit.PerHour, parts, "h");

    /// <summary>A number that has no parts.</summary>
    public static Figure OfNumber(string group, string name, double value, FigureUnit unit = FigureUnit.Number, string note = "") => new(group, name, unit, _ => value) { Note = note };

    /// <summary>A number that is computed again from each draw.</summary>
    public static Figure OfDraws(string group, string name, FigureUnit unit, Func<Draw, double> value) => new(group, name, unit, value) { IsDrawn = true };

    static Figure OfParts(string group, string name, FigureUnit unit, IEnumerable<Part> parts, string what)
    {
        Part[] bySpeaker = [.. from part in parts group part by part.Speaker into one orderby one.Key select new Part(one.Key, one.Sum(part => part.Count), one.Sum(part => part.Of))];
        double Ratio(Draw draw)
        {
            var (count, of) = (0.0, 0.0);
            foreach (var part in bySpeaker)
            {
                var times = draw[part.Speaker];
                (count, of) = (count + times * part.Count, of + times * part.Of);
            }
            return of > 0 ? count / of : double.NaN;
        }
        return new Figure(group, name, unit, Ratio) { Parts = bySpeaker, What = what, IsDrawn = bySpeaker.Count(part => part.Speaker.Length > 0) > 1 };
    }
}
