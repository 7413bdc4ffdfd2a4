using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;

namespace SuRnnStream.Cli;

/// <summary>A file to evaluate on.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">What it is called beside the others: its path below what was named.</param>
/// <param name="Stream">Makes a stream of its samples at a rate.</param>
sealed record EvaluationInput(string Path, string Name, Func<float[], int, EvaluationStream> Stream)
{
    /// <summary>The channel to read; null for the mean.</summary>
    public int? Channel { get; init; }

    /// <summary>Of a folder the clips LABEL/* and the recordings with a table beside them, in the order of their names; else the recording itself.</summary>
    /// <exception cref="IOException">There is no such file or folder, or nothing in it.</exception>
    public static IReadOnlyList<EvaluationInput> Positives(string path, Action<string, Exception> unreadable)
    {
        if (!Directory.Exists(path)) return [Recording(Existing(path), System.IO.Path.GetFileName(path))];
        EvaluationInput[] inputs =
        [
            .. AudioFile.In(path, below: false).Select(file => Recording(file, System.IO.Path.GetFileName(file))),
            .. from folder in FolderWalk.Folders(path)
               from file in AudioFile.In(folder, below: false, unreadable)
               select Clip(file, System.IO.Path.GetRelativePath(path, file), System.IO.Path.GetFileName(folder)),
        ];
        return inputs.Length > 0 ? inputs : throw new IOException($"{path}: there are neither clips LABEL/*.wav nor recordings with a table label,start,end beside them in this folder");
    }

    /// <summary>The file itself, or all sounds below a folder.</summary>
    /// <exception cref="IOException">There is no such file or folder, or no sound in it.</exception>
    public static IReadOnlyList<EvaluationInput> Negatives(string path, Action<string, Exception> unreadable)
    {
        if (!Directory.Exists(path)) return [Negative(Existing(path), System.IO.Path.GetFileName(path))];
        try
        {
            return [.. AudioPaths.Expand(path, unreadable).Select(file => Negative(file, System.IO.Path.GetRelativePath(path, file)))];
        }
        catch (IOException error)
        {
            throw new IOException(AudioPaths.Complaint(path, error), error);
        }
    }

    /// <summary>The stream, under the conditions.</summary>
    /// <exception cref="IOException">The file or its table cannot be read; nothing is in it.</exception>
    public EvaluationStream Read(int sampleRate, Conditions conditions, Action<AudioFile>? told = null)
    {
        var samples = AudioFile.ReadAll(Path, sampleRate, Channel, told);
        if (samples.Length == 0) throw new IOException($"{Path}: there is no sound in it");
        var stream = Stream(samples, sampleRate);
        if (conditions == new Conditions()) return stream; // what detect hears
        stream = stream.WithSilenceAround(sampleRate);
        return stream with { Samples = conditions.Apply(Name, stream.Samples, stream.Events) };
    }

    /// <summary>The same stream, whose events would be no events to a model that writes their labels otherwise.</summary>
    /// <exception cref="IOException">A label is the model's but for its case, or a table has none of the model's labels.</exception>
    public EvaluationStream WithLabelsOf(SuRnnConfig model, EvaluationStream stream)
    {
        string[] labels = [.. stream.Events.Select(one => one.Label).Distinct()], strange = [.. labels.Except(model.Labels)];
        foreach (var label in strange)
            if (model.Labels.FirstOrDefault(known => known.Equals(label, StringComparison.OrdinalIgnoreCase)) is { } known)
                throw new IOException($"{Path}: the label '{PlainText.Cut(label, 100)}' is none of the model's, which writes '{known}'; write it so too");
        var table = EventTable.Beside(Path);
        if (strange.Length == 0 || strange.Length < labels.Length || !File.Exists(table)) return stream;
        throw new IOException($"{table}: none of its labels ({PlainText.Cut(string.Join(", ", strange), 200)}) is one of the model's ({string.Join(", ", model.Labels)}), so it would count no event; correct the labels, or give the recording as --negatives");
    }

    static EvaluationInput Clip(string path, string name, string label) => new(path, name, (samples, rate) => EvaluationStream.FromClip(name, label, samples, rate));

    static EvaluationInput Negative(string path, string name) => new(path, name, (samples, rate) => EvaluationStream.FromNegative(name, samples, rate));

    static EvaluationInput Recording(string path, string name) => new(path, name, (samples, rate) =>
    {
        var table = EventTable.Beside(path);
        if (!File.Exists(table)) throw new IOException($"{path}: there is no table {System.IO.Path.GetFileName(table)} (label,start,end) beside it");
        return EvaluationStream.FromRecording(name, EventTable.Read(table, TimeSpan.FromSeconds((double)samples.Length / rate)), samples, rate);
    });

    static string Existing(string path) => File.Exists(path) ? path : throw new IOException($"{path}: there is no such file or folder");
}
