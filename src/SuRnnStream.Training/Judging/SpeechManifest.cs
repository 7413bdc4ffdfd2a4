namespace SuRnnStream.Training.Judging;

/// <summary>Reads the tables of <c>speech-more</c>: <c>manifest.tsv</c> says who speaks, <c>transcripts.tsv</c> what commands are said.</summary>
static class SpeechManifest
{
    /// <summary>Every utterance with its purpose, in the order of the manifest.</summary>
    /// <param name="folder">The folder of the set.</param>
    /// <exception cref="InvalidDataException">A table is missing or has no such columns; the message names it.</exception>
    public static IEnumerable<(SplitSpeech Speech, Purpose Purpose)> Read(string folder)
    {
        var commands = Rows(Path.Combine(folder, "transcripts.tsv"), "file", "commands").ToDictionary(row => row[0], row => row[1]);
        foreach (var row in Rows(Path.Combine(folder, "manifest.tsv"), "file", "speaker", "split"))
        {
            var (file, speaker, split) = (row[0], row[1], row[2]);
            var said = commands.GetValueOrDefault(file);
            var kind = said is null ? SpeechKind.Untranscribed : speaker.StartsWith("tel", StringComparison.Ordinal) ? SpeechKind.Telephone : SpeechKind.NonNative;
            var purpose = SpeakerSplit.Of(SpeakerSplit.SpeechMore, speaker) ?? Purpose.Training;
            if (split == "validation" && purpose == Purpose.Training) // the set was made from other snapshots: the lists' own rule
                purpose = Data.Corpus.Fold(speaker, 2) == 1 ? Purpose.Choosing : Purpose.Reporting;
            yield return (new SplitSpeech(Path.Combine(folder, file), speaker, kind, said is not (null or "-")) { Said = said is null or "-" ? "" : said }, purpose);
        }
    }

    static IEnumerable<string[]> Rows(string table, params string[] columns)
    {
        if (!File.Exists(table)) throw new InvalidDataException($"There is no table {table}: make the set again with more-speech.py.");
        using var lines = new StreamReader(table);
        var header = (lines.ReadLine() ?? "").Split('\t');
        var places = Array.ConvertAll(columns, column => Array.IndexOf(header, column));
        if (places.Contains(-1)) throw new InvalidDataException($"{table} has no column '{columns[Array.IndexOf(places, -1)]}': make the set again with more-speech.py.");
        for (var number = 2; lines.ReadLine() is { } line; number++)
        {
            var cells = line.Split('\t');
            if (cells.Length <= places.Max()) throw new InvalidDataException($"{table}, line {number}: {cells.Length} columns, but the header has {header.Length}.");
            yield return Array.ConvertAll(places, place => cells[place]);
        }
    }
}
