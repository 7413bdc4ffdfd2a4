namespace SuRnnStream.Evaluation;

/// <summary>Who speaks in a recording, by where its file is and what it is called: figures are drawn by speaker, so that many words of one count as one.</summary>
public static class SpeakerNames
{
    /// <summary>The speaker of a file, which need not be there.</summary>
    /// <param name="from">What says it.</param>
    /// <param name="path">The file.</param>
    /// <param name="name">What it is called beside the others: the speaker where none is named.</param>
    /// <param name="isClip">True: its own folder is a label.</param>
    public static string Of(SpeakersFrom from, string path, string name, bool isClip)
    {
        if (from == SpeakersFrom.Record) return name;
        if (from == SpeakersFrom.Folder)
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path));
            return Path.GetFileName(isClip ? Path.GetDirectoryName(folder) : folder) is { Length: > 0 } speaker ? speaker : name;
        }
        var file = Path.GetFileNameWithoutExtension(path);
        return file.IndexOfAny(['_', '-']) is > 0 and var end ? file[..end] : name;
    }
}
