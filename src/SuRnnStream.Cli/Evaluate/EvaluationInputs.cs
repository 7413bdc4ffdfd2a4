using SuRnnStream.Evaluation;

namespace SuRnnStream.Cli;

/// <summary>Finds the files to evaluate on.</summary>
/// <param name="labels">The model's.</param>
/// <param name="speakers">What says who speaks.</param>
/// <param name="unreadable">Told of folders that cannot be read.</param>
sealed class EvaluationInputs(IReadOnlyList<string> labels, SpeakersFrom speakers, Action<string, Exception> unreadable)
{
    /// <summary>
    /// Of a folder the clips LABEL/* and the recordings with a table beside them, in the order of their names; of a folder that is named after a label its sounds without a table as
    /// clips of it; else the recording itself.
    /// </summary>
    /// <exception cref="IOException">There is no such file or folder, or nothing in it.</exception>
    public IReadOnlyList<EvaluationInput> Positives(string path)
    {
        if (!Directory.Exists(path)) return [Recording(Existing(path), Path.GetFileName(path))];
        EvaluationInput[] inputs =
        [
            .. InFolder(path),
            .. LabelledFolders.ClipsIn(path, unreadable).Select(clip => Clip(clip.File, Path.GetRelativePath(path, clip.File), clip.Label)),
        ];
        return inputs.Length > 0 ? inputs : throw new IOException($"{path}: there are neither clips LABEL/*.wav nor recordings with a table label,start,end beside them in this folder");
    }

    /// <summary>The file itself, or all sounds below a folder.</summary>
    /// <exception cref="IOException">There is no such file or folder, or no sound in it.</exception>
    public IReadOnlyList<EvaluationInput> Negatives(string path)
    {
        if (!Directory.Exists(path)) return [Negative(Existing(path), Path.GetFileName(path))];
        try
        {
            return [.. AudioPaths.Expand(path, unreadable).Select(file => Negative(file, Path.GetRelativePath(path, file)))];
        }
        catch (IOException error)
        {
            throw new IOException(AudioPaths.Complaint(path, error), error);
        }
    }

    /// <summary>What lies in the folder itself: recordings, or clips of the label that the folder is named after.</summary>
    IEnumerable<EvaluationInput> InFolder(string path)
    {
        var files = AudioFile.In(path, below: false);
        var label = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        string[] bare = [.. files.Where(file => !File.Exists(EventTable.Beside(file)))];
        if (bare.Length > 1 && bare.Length == files.Count && !labels.Contains(label))
            throw new IOException($"{path}: none of the {bare.Length} sounds in this folder has a table label,start,end beside it, and '{PlainText.Cut(label, 100)}' is no label of the model ({string.Join(", ", labels)}): give clips in folders that are named after their label, or sounds without events as --negatives");
        return files.Select(file => labels.Contains(label) && bare.Contains(file) ? Clip(file, Path.Join(label, Path.GetFileName(file)), label) : Recording(file, Path.GetFileName(file)));
    }

    EvaluationInput Clip(string path, string name, string label) => new(path, name) { Label = label, Speaker = SpeakerNames.Of(speakers, path, name, isClip: true) };

    EvaluationInput Negative(string path, string name) => new(path, name) { IsNegative = true, Speaker = SpeakerNames.Of(speakers, path, name, isClip: false) };

    EvaluationInput Recording(string path, string name) => new(path, name) { Speaker = SpeakerNames.Of(speakers, path, name, isClip: false) };

    static string Existing(string path) => File.Exists(path) ? path : throw new IOException($"{path}: there is no such file or folder");
}
