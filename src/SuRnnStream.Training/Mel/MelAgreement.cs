namespace SuRnnStream.Training.Mel;

/// <summary>
/// How far the shipped runtime and Torch are apart. Their sums are added in another order, so a frame whose switch lies within a rounding of its
/// opening may be heard by one alone: such a sequence is compared up to there, and counted.
/// </summary>
sealed record MelAgreement(int Sequences, long Frames, int Ties, double LargestScoreDifference)
{
    public bool Holds => Frames > 0 && Ties * 10 <= Sequences && LargestScoreDifference < 1e-3;

    public override string ToString() => $"Torch and the runtime agree on {Sequences} segments, {Frames} frames: largest difference of the scores {LargestScoreDifference:E1}, {Ties} segments cut short at a tie";

    public static MelAgreement Measure(SuRnnModel model, MelRunner runner, MelBatch batch, int steps)
    {
        var (bands, labels, size) = (model.Config.FrameLength, model.Config.Labels.Count, (int)batch.Frames.shape[0]);
        var all = batch.Frames.contiguous().data<float>().ToArray();
        var sequences = Enumerable.Range(0, size).Select(b => all[(b * steps * bands)..((b + 1) * steps * bands)]).ToArray();
        var (results, heard) = (runner.Run(sequences), runner.Heard(all, size, steps));
        var sum = new MelAgreement(0, 0, 0, 0);
        for (var b = 0; b < size; b++)
        {
            sum = sum with { Sequences = sum.Sequences + 1 };
            var state = model.NewState();
            for (var t = 0; t < steps; t++)
            {
                var hears = model.Step(sequences[b].AsSpan(t * bands, bands), state).FramesSkipped == 0;
                var early = t + 1 < steps && heard[(t + 1) * size + b] && !hears; // heard at an opening after it, where the runtime scores again
                if (early) continue;
                if (hears != heard[t * size + b])
                {
                    sum = sum with { Ties = sum.Ties + 1 };
                    break;
                }
                for (var i = 0; i < labels; i++)
                    sum = sum with { LargestScoreDifference = Math.Max(sum.LargestScoreDifference, Math.Abs(state.Scores.Span[i] - results[b].Scores[t * labels + i])) };
                sum = sum with { Frames = sum.Frames + 1 };
            }
        }
        return sum;
    }
}
