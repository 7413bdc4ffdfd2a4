using System.Diagnostics;

namespace SuRnnStream.Training.LongRange;

/// <summary>Test sequences through the shipped runtime, one stream on one core, beside Torch's outputs.</summary>
static class RuntimeTest
{
    const int Sequences = 64, Steps = 40_000; // at most

    public static RuntimeFigures Measure(SuRnnModel model, SequenceTask task, Func<SequenceBatch, float[]> torch)
    {
        var batch = task.Test(Math.Clamp(Steps / task.Length, 4, Sequences))[0];
        var (expected, scored) = (torch(batch), task.Length - task.ScoredFrom);
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
            (double)stats.MultiplyAdds / stats.Frames, (double)stats.MultiplyAddsDense / stats.Frames, times[times.Length / 2] / task.Length, denseTimes[denseTimes.Length / 2] / task.Length);
    }

    static (ComputeStats Stats, double Microseconds) Pass(SuRnnModel model, SuRnnState state, float[][] frames, bool dense, int scored, Action<(int Index, float[] Values)>? onAnswer)
    {
        state.Reset();
        var stats = new ComputeStats();
        var from = frames.Length - scored;
        var clock = Stopwatch.StartNew();
        for (var t = 0; t < frames.Length; t++)
        {
            stats += model.Step(frames[t], state, dense);
            if (t >= from) onAnswer?.Invoke((t - from, state.Scores.ToArray()));
        }
        return (stats, clock.Elapsed.TotalMicroseconds);
    }

    static float[][] Frames(SequenceTask task, SequenceBatch batch, int b) => [.. Enumerable.Range(0, task.Length).Select(t =>
    {
        var frame = new float[task.Inputs];
        if (task.Tokens) frame[batch.Tokens![t * batch.Count + b]] = 1;
        else batch.Values.AsSpan((t * batch.Count + b) * task.Inputs, task.Inputs).CopyTo(frame);
        return frame;
    })];

    static void Softmax(Span<float> logits)
    {
        var (most, sum) = (float.NegativeInfinity, 0.0);
        foreach (var logit in logits) most = MathF.Max(most, logit);
        foreach (ref var logit in logits) sum += logit = MathF.Exp(logit - most);
        foreach (ref var logit in logits) logit = (float)(logit / sum);
    }
}
