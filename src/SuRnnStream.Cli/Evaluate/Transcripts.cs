namespace SuRnnStream.Cli;

/// <summary>What is said in recordings: a table with a heading, its columns file and text by name in any order, between tabs or commas.</summary>
sealed class Transcripts
{
    const string File = "file", Text = "text";
    readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal); // by name without its folder

    /// <exception cref="IOException">The table cannot be read, or has no such columns; the message names it.</exception>
    public Transcripts(string path)
    {
        var (separator, file, text) = ('\t', -1, -1);
        foreach (var (number, line) in PlainText.Lines(path, line => new IOException($"{path}: line {line} has more than {PlainText.LongestLine} characters: this is no table of transcripts")).Index())
        {
            if (number == 0) (separator, file, text) = Heading(path, line);
            else if (line.Split(separator, separator == ',' && text > file ? text + 1 : int.MaxValue) is var cells && cells.Length > Math.Max(file, text))
                _texts[Path.GetFileName(cells[file].Trim().Trim('"'))] = cells[text].Trim().Trim('"');
        }
        if (_texts.Count == 0) throw new IOException($"{path}: there is no line with a file and its text in it");
    }

    /// <summary>What is said in a file; empty: not known.</summary>
    public string Of(string path) => _texts.GetValueOrDefault(Path.GetFileName(path), "");

    static (char, int, int) Heading(string path, string line)
    {
        foreach (var separator in "\t,;")
        {
            string[] names = [.. line.TrimStart('\uFEFF').Split(separator).Select(name => name.Trim().Trim('"').ToLowerInvariant())];
            if (Array.IndexOf(names, File) is >= 0 and var file && Array.IndexOf(names, Text) is >= 0 and var text) return (separator, file, text);
        }
        throw new IOException($"{path}: its heading '{PlainText.Cut(line, 100)}' has no columns {File} and {Text}");
    }
}
