using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;

namespace SuRnnStream.Cli;

/// <summary>Clips in folders named after what is heard in them: DIR/LABEL/*.wav.</summary>
sealed class ClipFolders
{
    readonly List<(string Path, string Label)> _clips;
    readonly int _rate;
    readonly int? _channel;

    /// <exception cref="IOException">There is no such folder, or no clip in it.</exception>
    /// <exception cref="InputException">The model has no label for a folder.</exception>
    public ClipFolders(string directory, SuRnnConfig config, int? channel = null)
    {
        (_rate, _channel) = (config.RequireFrontEnd().SampleRate, channel);
        _clips =
        [
            .. from clips in LabelledFolders.ClipsIn(directory).GroupBy(clip => clip.Label)
               let label = LabelOf(Path.Combine(directory, clips.Key), config.Labels)
               from clip in clips
               select (clip.File, label),
        ];
        if (_clips.Count == 0) throw new IOException($"{directory}: there are no clips LABEL/*.wav in this folder");
    }

    /// <summary>Hands over each clip's label and its samples at the model's rate. Returns how many could not be read, after complaining.</summary>
    public int Read(Terminal terminal, CancellationToken cancellation, Action<string, float[]> take)
    {
        var failed = 0;
        foreach (var (path, label) in _clips)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                var (damage, remark) = ((string?)null, (string?)null);
                take(label, AudioFile.ReadAll(path, _rate, _channel, file => (damage, remark) = SourceNotes.Of(file)));
                if (remark is not null) terminal.Complain($"{path}: {remark}");
                if (damage is null) continue;
                terminal.Complain($"{path}: {damage}");
                failed++;
            }
            catch (Exception error) when (AudioPaths.IsUnreadable(error) || error is ArgumentOutOfRangeException)
            {
                terminal.Complain(AudioPaths.Complaint(path, error is ArgumentOutOfRangeException ? new IOException($"there is no channel {_channel} in it") : error));
                failed++;
            }
        }
        return failed;
    }

    static string LabelOf(string folder, IReadOnlyList<string> labels)
    {
        var name = Path.GetFileName(folder);
        if (labels.Contains(name)) return name;
        var label = ClipPool.SilenceNames.Contains(name) ? ClipClassifier.Silence : ClipClassifier.Unknown;
        if (labels.Contains(label)) return label;
        throw new InputException($"{folder}: the model has neither a label '{name}' nor '{label}', only {string.Join(", ", labels)}");
    }
}
