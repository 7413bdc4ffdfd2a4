using System.Globalization;
using System.Text;
using System.Text.Json;
using SuRnnStream.Evaluation;

namespace SuRnnStream.Cli;

/// <summary>A file with a line for each look at a judged set: what was chosen after a look at its figures is no longer judged by it.</summary>
static class JudgedLedger
{
    /// <summary>Looks at the set with other settings.</summary>
    /// <exception cref="IOException">The file cannot be read, or a line is none; the message names it.</exception>
    public static IReadOnlyList<EarlierLook> Find(string path, string set, string settings)
    {
        var looks = new List<EarlierLook>();
        if (!File.Exists(path)) return looks;
        foreach (var (number, line) in PlainText.Lines(path, line => new IOException($"{path}: line {line} has more than {PlainText.LongestLine} characters: this is no ledger")).Index())
        {
            if (line.Trim().Length == 0) continue;
            try
            {
                using var json = JsonDocument.Parse(line);
                var look = json.RootElement;
                double Number(string name) => look.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : double.NaN;
                if (look.GetProperty("set").GetString() != set || look.GetProperty("settings").GetString() == settings) continue;
                looks.Add(new EarlierLook(DateOnly.ParseExact(look.GetProperty("day").GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture), look.GetProperty("model").GetString()!, Number("missRate"), Number("falseAlarmsPerHour")));
            }
            catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentNullException)
            {
                throw new IOException($"{path}: line {number + 1} is no look at a judged set; name another file, or remove the line", wrong);
            }
        }
        return looks;
    }

    /// <summary>Adds this look.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Add(string path, EvaluationReport report, string settings, DateOnly day)
    {
        var line = Json.Line(json =>
        {
            json.WriteString("set", report.Set!.Hash);
            json.WriteNumber("files", report.Set.Files);
            json.WriteString("day", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            json.WriteString("model", report.Model);
            json.WriteString("settings", settings);
            Optional("missRate", report.AsShipped.MissRate);
            Optional("falseAlarmsPerHour", report.AsShipped.FalseAlarmsPerHour);
            void Optional(string name, double value)
            {
                if (double.IsNaN(value)) json.WriteNull(name);
                else json.WriteNumber(name, Math.Round(value, 6));
            }
        });
        File.AppendAllText(path, line + "\n", new UTF8Encoding(false));
    }
}
