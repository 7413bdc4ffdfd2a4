using System.CommandLine;

namespace SuRnnStream.Cli;

sealed class LabelCommand(Terminal terminal)
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("label", "Finds the gestures of recorded tables by their energy and takes a key for each: y yes, n no, 1 to 9 another label, a all that are left of this table, b back, q quit. NAME.labels.csv then says when each ends, for surnn-train gesture.");
        var labels = command.TextOr("--labels", "", "The labels of the keys 1 to 9, with commas between. By default those that the files' names say: wave of wave-1.csv.");
        var again = command.Flag("--again", "Tables that have labels already, too.");
        var folder = command.Arguments("folder", "The folder of tables, as surnn record writes it.");
        return command.Runs((given, cancellation) => new LabelCommand(terminal).Label(given.GetRequiredValue(labels), given.GetValue(again), cancellation, given.GetRequiredValue(folder)));
    }

    async Task<int> Label(string labels, bool again, CancellationToken cancellation, string[] folder)
    {
        if (folder is not [var path]) throw new UsageException("label takes one folder of tables");
        var tables = SensorTable.In(path);
        string[] known = [.. (labels.Length > 0 ? labels.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : tables.Select(SensorTable.LabelIn).Where(label => label != SensorTable.NoGesture).Distinct()).Select(SensorTable.Require).Take(9)];
        using var keys = new ReviewKeys(terminal);
        var (run, done, more) = (new LabelRun(terminal, keys, known), 0, true);
        foreach (var table in tables.Where(table => again || !File.Exists(SensorTable.LabelsOf(table))))
        {
            if (!(more = await run.OneAsync(SensorTable.Read(table), cancellation))) break;
            done++;
        }
        var left = tables.Count(table => !File.Exists(SensorTable.LabelsOf(table)));
        terminal.Print(Words.Text($"{done} {(done == 1 ? "table" : "tables")} labelled, {left} without labels"));
        terminal.Print(left > 0 && !more ? $"go on with: surnn label {path}" : $"train with: surnn-train gesture {path} --out my.surnn");
        return 0;
    }
}
