using System.Globalization;

namespace SuRnnStream.Training.Mel;

/// <summary>The stages of `fit-words` one after the other, from their start or from where they were interrupted.</summary>
sealed class MelRun(MelFitOptions options, MelTrainer trainer, MelCheckpoint checkpoint)
{
    bool _streams, _isBegun;
    double _best = double.PositiveInfinity;

    string Words => Path.Combine(checkpoint.Folder, "words");

    /// <summary>To the first step of a stage of words or segments: by the checkpoint, by another training, or by the frame switch's training.</summary>
    /// <exception cref="OperationCanceledException">Broken off in the training of the frame switch, of which nothing is kept.</exception>
    public void Start(string? start, bool newSwitch, bool resume, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested(); // while the sounds were read
        if (resume) (_streams, _best) = checkpoint.Read(trainer);
        else
        {
            if (start?.EndsWith(".surnn", StringComparison.Ordinal) ?? false) trainer.Import(start);
            else if (start is not null) trainer.Load(start);
            if (start is null ? options.SwitchSteps > 0 : newSwitch) trainer.FitSwitch(stop);
            if (start is null || newSwitch) trainer.Save(Words);
            _streams = start is not null;
        }
        _isBegun = true;
    }

    /// <summary>The stage of words, unless it is over, and that of segments.</summary>
    /// <exception cref="OperationCanceledException">Broken off after a step; the checkpoint has what was done.</exception>
    public void ToItsEnd(CancellationToken stop, Action<int>? onStep = null)
    {
        try
        {
            var done = trainer.Done;
            for (; !_streams && done < options.ClipSteps; done = trainer.Done)
            {
                trainer.RunEpoch(done / options.EpochSteps, done, options.ClipSteps, streams: false, stop, onStep);
                trainer.Save(Words);
                checkpoint.Write(_streams, _best, trainer);
                stop.ThrowIfCancellationRequested();
            }
            if (!_streams) (_streams, done) = (true, 0);
            for (; done < options.StreamSteps && !trainer.HasEnded; done = trainer.Done)
            {
                var scores = trainer.RunEpoch(1_000 + done / options.EpochSteps, done, options.StreamSteps, streams: true, stop, onStep);
                trainer.Save(Path.Combine(checkpoint.Folder, "last"));
                if (scores.MissedAtTen < _best)
                {
                    _best = scores.MissedAtTen;
                    trainer.Save(Path.Combine(checkpoint.Folder, "best"));
                }
                checkpoint.Write(_streams, _best, trainer);
                if (trainer.Done < options.StreamSteps && !trainer.HasEnded) stop.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException)
        {
            checkpoint.Write(_streams, _best, trainer);
            throw;
        }
    }

    /// <summary>What was reached, where it is, and how to go on.</summary>
    public IEnumerable<string> Interrupted()
    {
        if (!_isBegun)
        {
            yield return "interrupted before the first step on words: nothing but the sounds' frames is kept";
            yield return "begin again with the same command";
            yield break;
        }
        yield return string.Create(CultureInfo.InvariantCulture, $"interrupted after {trainer.Done} of {(_streams ? options.StreamSteps : options.ClipSteps)} steps on {(_streams ? "segments" : "whole words")}{(double.IsFinite(_best) ? $", {_best:P1} missed at 10 false alarms an hour at best" : "")}; {checkpoint.Path} holds them");
        yield return $"go on with the same command and --resume: {(options.StreamMinutes > 0 ? "the minutes before count" : "the result is the same to the bit")}";
        if (double.IsFinite(_best)) yield return $"or begin another training with the best weights so far: --start {Path.Combine(checkpoint.Folder, "best")}";
    }
}
