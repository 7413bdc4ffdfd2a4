using SuRnnStream.Training.Data;
using SuRnnStream.Training.Net;
using static TorchSharp.torch;

namespace SuRnnStream.Training;

/// <summary>
/// How far the shipped runtime and Torch are apart on real clips. Their sums are added in another order, so a switch whose activation lies
/// within <see cref="Tie"/> of zero may fall either way: such a clip is compared up to that frame, and counted.
/// </summary>
sealed record Agreement(int Clips, long Frames, int Ties, int SwitchesDifferent, double LargestScoreDifference, double LargestHiddenDifference)
{
    public const float Tie = 1e-5f;

    public bool Holds => SwitchesDifferent == 0 && LargestScoreDifference < 1e-4;

    public override string ToString() => $"Torch and the runtime agree on {Clips} clips, {Frames} frames: largest difference of the scores {LargestScoreDifference:E1}, of the hidden states " +
        $"{LargestHiddenDifference:E1}, {SwitchesDifferent} switches different, {Ties} clips cut short at a tie";

    public static Agreement Measure(SuRnnModel model, SuRnnNet net, IEnumerable<Clip> clips)
    {
        List<float[]> Frames(Clip clip)
        {
            var (bands, frontEnd, frames) = (model.Config.FrameLength, new MelFrontEnd(model.Config.RequireFrontEnd()), new List<float[]>());
            ReadOnlySpan<float> rest = clip.Samples;
            for (var frame = new float[bands]; frontEnd.TryNext(ref rest, frame); frame = new float[bands]) frames.Add(frame);
            return frames;
        }
        return Measure(model, net, clips.Select(Frames));
    }

    /// <param name="model">The shipped runtime's.</param>
    /// <param name="net">Torch's.</param>
    /// <param name="clips">Frames of a clip each.</param>
    public static Agreement Measure(SuRnnModel model, SuRnnNet net, IEnumerable<List<float[]>> clips)
    {
        using var noGradient = no_grad();
        net.eval();
        var total = new Agreement(0, 0, 0, 0, 0, 0);
        foreach (var frames in clips) total = total.Add(model, net, frames);
        return total;
    }

    Agreement Add(SuRnnModel model, SuRnnNet net, List<float[]> frames)
    {
        using var scope = NewDisposeScope();
        if (frames.Count == 0) return this;
        var bands = model.Config.FrameLength;

        var output = net.Forward(tensor(frames.SelectMany(frame => frame).ToArray(), [1, frames.Count, bands]));
        var scores = nn.functional.softmax(output.Logits, 2).contiguous().data<float>().ToArray();
        var hidden = output.Hidden.Select(h => h.contiguous().data<float>().ToArray()).ToArray();
        var gates = output.Gates.Select(g => g.contiguous().data<float>().ToArray()).ToArray();

        var state = model.NewState();
        var sum = this with { Clips = Clips + 1 };
        for (var t = 0; t < frames.Count; t++)
        {
            model.Step(frames[t], state);
            for (var layer = 0; layer < hidden.Length; layer++)
            {
                var neurons = model.Config.Layers[layer].Hidden;
                for (var i = 0; i < neurons; i++)
                {
                    if (state.Open(layer)[i] == (gates[layer][t * neurons + i] > 0)) continue;
                    if (Math.Abs(state.Activation(layer)[i]) < Tie) return sum with { Ties = sum.Ties + 1 };
                    sum = sum with { SwitchesDifferent = sum.SwitchesDifferent + 1 };
                }
                sum = sum with { LargestHiddenDifference = Math.Max(sum.LargestHiddenDifference, Largest(state.Hidden(layer), hidden[layer].AsSpan(t * neurons, neurons))) };
            }
            var labels = model.Config.Labels.Count;
            sum = sum with { Frames = sum.Frames + 1, LargestScoreDifference = Math.Max(sum.LargestScoreDifference, Largest(state.Scores.Span, scores.AsSpan(t * labels, labels))) };
        }
        return sum;
    }

    static double Largest(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var largest = 0.0;
        for (var i = 0; i < a.Length; i++) largest = Math.Max(largest, Math.Abs(a[i] - b[i]));
        return largest;
    }
}
