namespace SuRnnStream.Training.Mel;

/// <summary>Where `fit-words` is and everything that its next step depends on, in one file that is replaced as a whole.</summary>
/// <param name="folder">The training's folder.</param>
/// <param name="options">What was asked for, as JSON.</param>
/// <param name="start">The checkpoint that it begins with; null: none.</param>
sealed class MelCheckpoint(string folder, string options, string? start)
{
    public string Folder => folder;
    public string Path => System.IO.Path.Combine(folder, "checkpoint.bin");

    /// <exception cref="InvalidDataException">There is nothing to go on from.</exception>
    public void RequireOne()
    {
        if (!CheckpointFile.Exists(Path)) throw new InvalidDataException($"{folder} holds no checkpoint to resume: leave --resume out.");
    }

    /// <param name="streams">True: in the stage of segments.</param>
    /// <param name="best">Least part missed at ten false alarms an hour so far.</param>
    /// <param name="trainer">Has the rest.</param>
    public void Write(bool streams, double best, MelTrainer trainer) => CheckpointFile.Write(Path, to =>
    {
        to.Write(options);
        to.Write(start ?? "");
        to.Write(streams);
        to.Write(best);
        trainer.Write(to);
    });

    /// <summary>Brings the trainer to where <see cref="Write"/> was called.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or of a training with other options; the message names them.</exception>
    public (bool Streams, double Best) Read(MelTrainer trainer)
    {
        using var from = CheckpointFile.Read(Path);
        try
        {
            var (begun, with) = (FormerNames.Replace(from.ReadString()), from.ReadString());
            if (begun != options) throw new InvalidDataException($"This training was begun with other options ({OptionDifference.Between(begun, options)}): give those again, or begin a new one.");
            if (with != (start ?? "")) throw new InvalidDataException($"This training was begun {(with.Length > 0 ? $"with --start {with}" : "without --start")}: give that again, or begin a new one.");
            var place = (from.ReadBoolean(), from.ReadDouble());
            trainer.Read(from);
            return place;
        }
        catch (EndOfStreamException early)
        {
            throw new InvalidDataException($"{Path} ends early: begin the training again.", early);
        }
    }
}
