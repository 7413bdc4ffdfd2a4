namespace SuRnnStream.Evaluation;

/// <summary>Where a table of events has its columns.</summary>
sealed record EventColumns(char Separator, int Label, int Start, int End, int Speaker, int Count)
{
    /// <summary>A label track of Audacity.</summary>
    public static readonly EventColumns Track = new('\t', 2, 0, 1, -1, 3);

    /// <summary>The columns by the names in a heading, in any case; null: it has not all of them.</summary>
    public static EventColumns? Of(string heading)
    {
        foreach (var separator in ",;\t")
        {
            string[] names = [.. heading.TrimStart('\uFEFF').Split(separator).Select(name => name.Trim().Trim('"').ToLowerInvariant())];
            int Place(string name) => Array.IndexOf(names, name);
            if (names.Length >= 3 && Place("label") >= 0 && Place("start") >= 0 && Place("end") >= 0)
                return new EventColumns(separator, Place("label"), Place("start"), Place("end"), Place("speaker"), names.Length);
        }
        return null;
    }

    /// <summary>True: the file is a label track, by its ending and its first line.</summary>
    public static bool IsTrack(string file, string line) => Path.GetExtension(file).Equals(".txt", StringComparison.OrdinalIgnoreCase) && line.Count(c => c == '\t') >= 2;

    /// <summary>What a line without quotes would have to be.</summary>
    public string Names => string.Join(Separator, new[] { (Label, "label"), (Start, "start"), (End, "end"), (Speaker, "speaker") }.Where(one => one.Item1 >= 0).OrderBy(one => one.Item1).Select(one => one.Item2));

    /// <summary>The cells of a line, without blanks and quotes around them; null: there are more or fewer than the heading has.</summary>
    public (string Label, string Start, string End, string? Speaker)? Split(string line)
    {
        string[] cells = [.. line.Split(Separator, this == Track ? 3 : int.MaxValue).Select(cell => cell.Trim().Trim('"'))];
        if (cells.Length != Count) return null;
        return (cells[Label], cells[Start], cells[End], Speaker >= 0 && cells[Speaker].Length > 0 ? cells[Speaker] : null);
    }
}
