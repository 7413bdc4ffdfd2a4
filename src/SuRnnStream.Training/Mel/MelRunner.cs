using SuRnnStream.Training.Net;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Mel;

/// <summary>A frame switch and a network as the runtime runs them: which frames are heard, when banks are begun, which scores stay.</summary>
/// <param name="config">The model's shape.</param>
/// <param name="frameSwitch">Null: every frame but those at the log floor is heard.</param>
/// <param name="net">The rest.</param>
/// <param name="period">Heard frames from one bank's beginning to the other's; 0: one bank for ever.</param>
sealed class MelRunner(SuRnnConfig config, FrameSwitchNet? frameSwitch, HoldNet net, int period)
{
    /// <summary>Frames before an opening that are heard too, and after the last one above the threshold.</summary>
    public const int Lead = 2, Hangover = 6;

    /// <summary>Logit above which the switch opens, and the shut frames after which memory is begun again.</summary>
    public required float Opening { get; init; }

    /// <inheritdoc cref="Opening"/>
    public required int Rest { get; init; }

    /// <summary>Frames that are heard: [T, B]. Fresh: those of an opening itself, not the frames before it.</summary>
    public bool[] Heard(ReadOnlySpan<float> frames, int batch, int steps)
    {
        var (open, bands) = (new bool[steps * batch], config.FrameLength);
        if (frameSwitch is null)
        {
            for (var b = 0; b < batch; b++)
                for (var t = 0; t < steps; t++) open[t * batch + b] = frames.Slice((b * steps + t) * bands, bands).ContainsAnyExcept(0f);
            return open;
        }
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (numbers, silence) = FrameSwitchNet.Inputs(frames, batch, steps, bands);
        var logits = frameSwitch.Forward(numbers, silence).contiguous().data<float>().ToArray();
        var shut = silence.data<float>().ToArray();
        for (var b = 0; b < batch; b++)
        {
            var since = int.MaxValue - 1;
            for (var t = 0; t < steps; t++)
            {
                var i = t * batch + b;
                since = shut[i] == 0 && logits[i] > Opening ? 0 : Math.Min(since + 1, int.MaxValue - 2);
                if (since > Hangover) continue;
                if (shut[i] > 0) open[i] = true; // within the hangover
                else for (var back = 0; back <= Math.Min(Lead, t); back++)
                    if (shut[(t - back) * batch + b] == 0) open[(t - back) * batch + b] = true;
            }
        }
        return open;
    }

    public HoldPlan Plan(bool[] heard, int steps, int batch) => HoldPlan.Of(heard, steps, batch, period, Rest);

    /// <summary>Scores [frames, labels] of each sound, its heard frames, and the part of the neurons that grew in them.</summary>
    public List<(float[] Scores, int Heard, double Open)> Run(float[][] sounds)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        net.eval();
        var (bands, labels, batch) = (config.FrameLength, config.Labels.Count, sounds.Length);
        var steps = sounds.Max(sound => sound.Length / bands);
        var frames = new float[batch * steps * bands];
        for (var b = 0; b < batch; b++) sounds[b].CopyTo(frames, b * steps * bands);
        var heard = Heard(frames, batch, steps);
        var plan = Plan(heard, steps, batch);
        var output = net.Forward(tensor(frames, [batch, steps, bands]), Mask(heard, steps, batch), plan);
        var scores = nn.functional.softmax(output.Logits, 2).contiguous().data<float>().ToArray();
        var results = new List<(float[], int, double)>();
        for (var b = 0; b < batch; b++)
        {
            var (own, count) = (sounds[b].Length / bands, 0);
            var kept = new float[own * labels];
            for (var t = 0; t < own; t++)
            {
                if (heard[t * batch + b]) count++;
                if (heard[t * batch + b] || t == 0) scores.AsSpan((t * batch + b) * labels, labels).CopyTo(kept.AsSpan(t * labels));
                else kept.AsSpan((t - 1) * labels, labels).CopyTo(kept.AsSpan(t * labels)); // a shut frame leaves the scores
            }
            results.Add((kept, count, plan.Open));
        }
        return results;
    }

    /// <summary>[B, T] 1 where a frame is heard.</summary>
    public static Tensor Mask(bool[] heard, int steps, int batch)
    {
        var mask = new float[batch * steps];
        for (var b = 0; b < batch; b++)
            for (var t = 0; t < steps; t++) mask[b * steps + t] = heard[t * batch + b] ? 1 : 0;
        return tensor(mask, [batch, steps]);
    }
}
