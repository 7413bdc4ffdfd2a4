namespace SuRnnStream;

/// <summary>
/// A folder of near misses under review. What somebody has judged lies in <c>word/LABEL</c>, <c>no-word</c> or <c>unsure</c> below it, so that a review can be broken off
/// anywhere, and training takes the first two as they are.
/// </summary>
public sealed class ReviewFolder
{
    /// <summary>Below the folder: a folder a label, with the sounds in which it was said.</summary>
    public const string Word = "word";

    /// <summary>Below the folder: sounds in which it was not said.</summary>
    public const string NoWord = "no-word";

    /// <summary>Below the folder: sounds that nothing is trained on.</summary>
    public const string Unsure = "unsure";

    readonly string _path;

    /// <param name="path">The folder that a <see cref="NearMissFolder"/> wrote.</param>
    /// <exception cref="IOException">There is no such folder.</exception>
    public ReviewFolder(string path)
    {
        _path = path;
        if (!Directory.Exists(path)) throw new DirectoryNotFoundException($"There is no folder {PlainText.Clean(path)}: surnn listen --keep-near-misses makes one.");
    }

    /// <summary>WAV files that nobody has judged, the oldest first.</summary>
    public IReadOnlyList<string> Waiting() => Files(_path);

    /// <summary>WAV files of a verdict.</summary>
    /// <param name="verdict">Of the three; of words all labels.</param>
    public IReadOnlyList<string> Judged(string verdict)
    {
        var folder = Path.Combine(_path, verdict);
        if (!Directory.Exists(folder)) return [];
        return verdict == Word ? [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal).SelectMany(Files)] : Files(folder);
    }

    /// <summary>What its note says. It lies beside the sound, judged or not.</summary>
    /// <exception cref="InvalidDataException">There is no note, or it is damaged.</exception>
    public static NearMissNote NoteOf(string wav)
    {
        var note = Path.ChangeExtension(wav, ".json");
        return File.Exists(note) ? NearMissNote.Read(note) : throw new InvalidDataException($"{PlainText.Clean(wav)} has no note {PlainText.Clean(Path.GetFileName(note))}: it is no near miss of ours, so move it elsewhere.");
    }

    /// <summary>Moves a sound and its note to where the verdict says.</summary>
    /// <param name="wav">Waiting.</param>
    /// <param name="verdict">One of the three.</param>
    /// <param name="label">Of its note.</param>
    /// <returns>Where the sound is now.</returns>
    /// <exception cref="InvalidDataException">The label cannot be a folder's name.</exception>
    public string Judge(string wav, string verdict, string label)
    {
        if (verdict == Word && (label.Length is 0 or > 200 || label is "." or ".." || label != Path.GetFileName(label) || label.IndexOfAny(['/', '\\', ':', '\0']) >= 0))
            throw new InvalidDataException($"{PlainText.Clean(wav)} is a near miss of '{PlainText.Clean(label)}', which cannot be the name of a folder.");
        return Move(wav, verdict == Word ? Path.Combine(_path, Word, label) : Path.Combine(_path, verdict));
    }

    /// <summary>Takes a verdict back.</summary>
    public void Unjudge(string wav) => Move(wav, _path);

    /// <summary>The note first: a sound that waits without its note could not be judged.</summary>
    static string Move(string wav, string folder)
    {
        Directory.CreateDirectory(folder);
        var to = Path.Combine(folder, Path.GetFileName(wav));
        var (note, noteTo) = (Path.ChangeExtension(wav, ".json"), Path.ChangeExtension(to, ".json"));
        if (File.Exists(to)) throw new IOException($"{PlainText.Clean(to)} is there already: move it elsewhere.");
        File.Copy(note, noteTo, overwrite: true);
        File.Move(wav, to);
        File.Delete(note);
        return to;
    }

    static string[] Files(string folder) => [.. Directory.GetFiles(folder, "*.wav").Order(StringComparer.Ordinal)];
}
