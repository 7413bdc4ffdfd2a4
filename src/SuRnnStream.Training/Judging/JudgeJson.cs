using System.Text.Json;
using SuRnnStream.Evaluation;

namespace SuRnnStream.Training.Judging;

/// <summary>A model's figures for programs: a list, each with its group and name. What is not a number, or infinite, is null.</summary>
static class JudgeJson
{
    /// <param name="to">Where to.</param>
    /// <param name="command">What was judged how, as name and value.</param>
    /// <param name="figures">The model's.</param>
    /// <param name="against">The other model's; null: there is none.</param>
    /// <param name="draws">What bounds by speaker are drawn from.</param>
    public static void Write(Stream to, IEnumerable<(string Name, string? Value)> command, IReadOnlyList<Figure> figures, IReadOnlyList<Figure>? against, Draws draws)
    {
        using var json = new Utf8JsonWriter(to, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        foreach (var (name, value) in command) json.WriteString(name, value);
        json.WriteStartArray("figures");
        for (var i = 0; i < figures.Count; i++)
        {
            var figure = figures[i];
            json.WriteStartObject();
            json.WriteString("group", figure.Group);
            json.WriteString("name", figure.Name);
            json.WriteString("unit", figure.Unit switch { FigureUnit.Part => "part", FigureUnit.PerHour => "per hour", FigureUnit.Seconds => "s", _ => "number" });
            Number(json, "value", figure.Measured);
            if (figure.Parts.Count > 0)
            {
                Number(json, "count", figure.Count);
                Number(json, figure.Unit == FigureUnit.PerHour ? "hours" : "of", figure.Of);
                json.WriteNumber("speakers", figure.Speakers);
            }
            if (figure.Exact is { } exact) Range(json, "exact", exact.Lower, exact.Upper);
            if (figure.IsDrawn && draws.Range(figure.Value) is var (lower, upper)) Range(json, "bySpeaker", lower, upper);
            if (figure.Note.Length > 0) json.WriteString("note", figure.Note);
            if (against?[i] is { } other)
            {
                Number(json, "other", other.Measured);
                if (JudgeTable.DifferenceRange(figure, other, draws) is var (low, high)) Range(json, "difference", low, high);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Range(Utf8JsonWriter json, string name, double lower, double upper)
    {
        json.WriteStartArray(name);
        Value(json, lower);
        Value(json, upper);
        json.WriteEndArray();
    }

    static void Number(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        Value(json, value);
    }

    static void Value(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteNullValue();
    }
}
