using System.Diagnostics;
using SuRnnStream.Evaluation;

namespace SuRnnStream.Research.LongRange;

/// <summary>Test sequences through the shipped runtime, one stream on one core, beside Torch's outputs.</summary>
static class RuntimeTest
{
    const int Sequences = 64, Steps = 40_000; // at most
    const int Together = 16;                  // sequences that are made at a time
    const int Passes = 5;                     // of a timed sequence, skipping and dense in turns
    const int Piece = 256;                    // steps that are timed together, a few milliseconds at most

    public static RuntimeFigures Measure(SuRnnModel model, SequenceTask task, Func<SequenceBatch, float[]> torch)
    {
        var batch = task.Some(Part.Test, Math.Clamp(Steps / task.Length, 4, Sequences), Sequences).First();
        var (expected, scored) = (torch(batch), batch.Scored(task.Outputs));
        var outputs = new float[scored * batch.Count * task.Outputs];
        var stats = new ComputeStats();
        var (times, denseTimes) = (new double[batch.Count], new double[batch.Count]);
        var state = model.NewState();
        var largest = 0.0;
        for (var b = 0; b < batch.Count; b++)
        {
            var frames = Frames(task, batch, b);
            if (b == 0) foreach (var dense in new[] { false, true }) Pass(model, state, frames, dense, scored, null); // warm-up
            var (cost, time) = Pass(model, state, frames, false, scored, answer => answer.Values.CopyTo(outputs, (answer.Index * batch.Count + b) * task.Outputs));
            stats += cost;
            times[b] = time;
            denseTimes[b] = Pass(model, state, frames, true, scored, null).Microseconds;
        }
        var (score, torchScore) = (task.NewScore(), task.NewScore());
        torchScore.Add(batch, expected);
        if (!task.Regression) for (var i = 0; i < expected.Length; i += task.Outputs) Softmax(expected.AsSpan(i, task.Outputs));
        for (var i = 0; i < outputs.Length; i++) largest = Math.Max(largest, Math.Abs(outputs[i] - expected[i]));
        if (!task.Regression) for (var i = 0; i < outputs.Length; i++) outputs[i] = MathF.Log(outputs[i] + 1e-30f); // the score takes logits
        score.Add(batch, outputs);
        Array.Sort(times);
        Array.Sort(denseTimes);
        return new RuntimeFigures(batch.Count, score.Value, torchScore.Value, largest, (double)stats.SwitchesOpen / stats.Switches,
            (double)stats.MultiplyAdds / stats.Frames, (double)stats.MultiplyAddsDense / stats.Frames, times[times.Length / 2] / batch.Steps, denseTimes[denseTimes.Length / 2] / batch.Steps);
    }

    /// <summary>A finished model on a task's test set, by the shipped runtime alone; the task may be longer than what it was trained on.</summary>
    /// <param name="model">Takes the task's inputs and gives its outputs.</param>
    /// <param name="task">What is tested.</param>
    /// <param name="sequences">Test sequences, as <see cref="SequenceTask.Some"/> gives them.</param>
    /// <param name="timed">As many of them go through the model's dense pass too, five times in turns with the other, for the times: of every 256 steps the fastest of each counts, since what else the machine does only ever makes them longer.</param>
    /// <param name="stop">Ends early.</param>
    /// <exception cref="ArgumentException">The model has other inputs or outputs.</exception>
    public static LengthFigures Test(SuRnnModel model, SequenceTask task, int sequences, int timed, CancellationToken stop)
    {
        if (model.Config.FrontEnd is not null || model.Config.Inputs != task.Inputs || model.Config.Labels.Count != task.Outputs)
            throw new ArgumentException($"The model takes {model.Config.FrameLength} numbers a step and gives {model.Config.Labels.Count}; {task.Name} has {task.Inputs} and {task.Outputs}: give a model that was trained on it.");
        var (score, stats, state, times, ratios, denseTimes) = (task.NewScore(), new ComputeStats(), model.NewState(), new List<double>(), new List<double>(), new List<double>());
        foreach (var batch in task.Some(Part.Test, sequences, Together))
        {
            var scored = batch.Scored(task.Outputs);
            var outputs = new float[scored * batch.Count * task.Outputs];
            var before = task.Length - batch.Steps;
            for (var b = 0; b < batch.Count; b++)
            {
                stop.ThrowIfCancellationRequested();
                var frames = Frames(task, batch, b);
                if (times.Count == 0) foreach (var dense in new[] { false, true }) Pass(model, state, frames, dense, scored, null, before: before); // warm-up
                var (cost, time) = Pass(model, state, frames, false, scored, answer => answer.Values.CopyTo(outputs, (answer.Index * batch.Count + b) * task.Outputs), before: before);
                stats += cost;
                if (denseTimes.Count >= timed)
                {
                    times.Add(time);
                    continue;
                }
                var (skipped, whole) = (NewPieces(frames.Length), NewPieces(frames.Length));
                for (var pass = 0; pass < Passes; pass++)
                {
                    Pass(model, state, frames, false, scored, null, skipped, before);
                    Pass(model, state, frames, true, scored, null, whole, before);
                }
                times.Add(skipped.Sum());
                denseTimes.Add(whole.Sum());
                ratios.Add(denseTimes[^1] / times[^1]);
            }
            score.Add(batch, outputs); // probabilities are in the order of their logits
        }
        static double Middle(IEnumerable<double> values) => values.Order().ToArray() is { Length: > 0 } sorted ? sorted[sorted.Length / 2] : double.NaN;
        return new LengthFigures
        {
            Task = task.Name,
            Length = task.Length,
            Window = task.Window,
            Sequences = times.Count,
            Metric = task.Metric,
            Value = score.Value,
            Bounds = task.Scoring == ScoreKind.Accuracy && score.Count == times.Count ? Bounds.OfPart((int)Math.Round(score.Value * score.Count), times.Count) : null,
            Chance = task.Chance,
            OpenRatio = (double)stats.SwitchesOpen / stats.Switches,
            MultiplyAddsPerStep = (double)stats.MultiplyAdds / stats.Frames,
            MultiplyAddsPerStepDense = model.MultiplyAddsPerFrame,
            Parameters = model.Weights.Count,
            MillisecondsPerSequence = Middle(times.Take(Math.Max(1, denseTimes.Count))) / 1_000,
            MillisecondsPerSequenceDense = Middle(denseTimes) / 1_000,
            TimesFaster = Middle(ratios),
        };
    }

    /// <summary>Times that any pass is faster than, a piece each.</summary>
    static double[] NewPieces(int steps) => [.. Enumerable.Repeat(double.PositiveInfinity, (steps + Piece - 1) / Piece)];

    /// <summary>One sequence from its start. Pieces, if given, takes the time of every piece that was faster than what it holds, microseconds. Before: the steps of a cut memory that are not shown; harmonic switches are where they would be after them.</summary>
    static (ComputeStats Stats, double Microseconds) Pass(SuRnnModel model, SuRnnState state, float[][] frames, bool dense, int scored, Action<(int Index, float[] Values)>? onAnswer, double[]? pieces = null, int before = 0)
    {
        state.Reset();
        if (before > 0) MoveTime(model, state, before);
        var stats = new ComputeStats();
        var from = frames.Length - scored;
        var start = Stopwatch.GetTimestamp();
        var begun = start;
        for (var t = 0; t < frames.Length; t++)
        {
            stats += model.Step(frames[t], state, dense);
            if (t >= from) onAnswer?.Invoke((t - from, state.Scores.ToArray()));
            if (pieces is null || ((t + 1) % Piece != 0 && t + 1 != frames.Length)) continue;
            var now = Stopwatch.GetTimestamp();
            pieces[t / Piece] = Math.Min(pieces[t / Piece], Stopwatch.GetElapsedTime(begun, now).TotalMicroseconds);
            begun = now;
        }
        return (stats, Stopwatch.GetElapsedTime(start).TotalMicroseconds);
    }

    /// <summary>What switches that see time go by, after so many steps.</summary>
    static void MoveTime(SuRnnModel model, SuRnnState state, int steps)
    {
        if (model.Config.Readout != Readout.Mean) state.Frame = steps; // a mean is over the steps that are shown
        for (var i = 0; i < state.Layers.Length; i++)
        {
            if (state.Layers[i].Phases is not { Length: > 0 } phases) continue;
            var omega = model.Weights[$"layer.{i}.switch.omega"];
            for (var k = 0; k < phases.Length; k++) phases[k].Advance(unchecked((ulong)steps * PhaseClock.TurnsOf(omega[k])));
        }
    }

    static float[][] Frames(SequenceTask task, SequenceBatch batch, int b)
    {
        if (batch.Values is { } values) return [.. Enumerable.Range(0, batch.Steps).Select(t => values.AsSpan((t * batch.Count + b) * task.Inputs, task.Inputs).ToArray())];
        float[][] tokens = [.. Enumerable.Range(0, task.Inputs).Select(token => new float[task.Inputs])];
        for (var token = 0; token < tokens.Length; token++) tokens[token][token] = 1;
        return [.. Enumerable.Range(0, batch.Steps).Select(t => tokens[batch.Tokens![t * batch.Count + b]])];
    }

    static void Softmax(Span<float> logits)
    {
        var (most, sum) = (float.NegativeInfinity, 0.0);
        foreach (var logit in logits) most = MathF.Max(most, logit);
        foreach (ref var logit in logits) sum += logit = MathF.Exp(logit - most);
        foreach (ref var logit in logits) logit = (float)(logit / sum);
    }
}
