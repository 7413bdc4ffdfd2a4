namespace SuRnnStream.Tests.Support;

/// <summary>
/// A model that holds, in double precision and for whole sequences, written from its equations: first which frames are heard, then every output of
/// the stem from the frames before it, then for each frame the maximum over the frames that its bank has heard.
/// </summary>
sealed class ReferenceHold(SuRnnConfig config, IReadOnlyDictionary<string, float[]> tensors)
{
    /// <summary>Scores of each frame, and whether the frame was heard when it came.</summary>
    public (double[][] Scores, bool[] Hears) Run(float[][] frames)
    {
        var (heard, hears) = Heard(frames);
        var x = frames.Select(frame => frame.Select(value => (double)value).ToArray()).ToArray();
        for (var i = 0; i < config.Stem.Count; i++) x = Layer(i, x, heard);
        var features = x.Select((y, t) => heard[t] ? Affine("layer.0.input", "layer.0.bias", y).Select(value => Math.Max(0, value)).ToArray() : null).ToArray();
        var begins = Begins(heard);
        var scores = new double[frames.Length][];
        double[] last = Softmax(Affine("head.weight", "head.bias", new double[config.HeadInputs]));
        for (var t = 0; t < frames.Length; t++)
        {
            if (hears[t])
            {
                var held = new double[config.Layers[0].Hidden];
                for (var past = begins[t]; past <= t; past++)
                    for (var n = 0; features[past] is { } f && n < held.Length; n++) held[n] = Math.Max(held[n], f[n]);
                last = Softmax(Affine("head.weight", "head.bias", [.. held, .. x[t]]));
            }
            scores[t] = last;
        }
        return (scores, hears);
    }

    /// <summary>Heard in the end, and heard when the frame came: an opening brings frames before it along.</summary>
    (bool[] Heard, bool[] Hears) Heard(float[][] frames)
    {
        bool[] sound = [.. frames.Select(frame => frame.Any(value => value != 0))];
        if (config.FrameSwitch is not { } shape) return (sound, sound);
        var (heard, hears) = (new bool[frames.Length], new bool[frames.Length]);
        var (input, numbers, h) = (new FrameSwitchInput(config.FrameLength), new float[FrameSwitchInput.Numbers], new double[shape.Hidden]);
        var since = int.MaxValue / 2;
        for (var t = 0; t < frames.Length; t++)
        {
            since++;
            if (!sound[t])
            {
                heard[t] = hears[t] = since <= shape.Hangover;
                continue;
            }
            input.Next(frames[t], numbers);
            var fromInput = Affine("switch.input", "switch.bias", [.. numbers.Select(value => (double)value)]);
            var fromHidden = Affine("switch.recurrent", null, h);
            var gru = h.Length;
            h = [.. h.Select((old, i) =>
            {
                double z = Sigmoid(fromInput[i] + fromHidden[i]), r = Sigmoid(fromInput[gru + i] + fromHidden[gru + i]);
                var n = Math.Tanh(fromInput[2 * gru + i] + r * (fromHidden[2 * gru + i] + tensors["switch.candidate_bias"][i]));
                return (1 - z) * n + z * old;
            })];
            if (Affine("switch.head.weight", "switch.head.bias", h)[0] > shape.Opening) since = 0;
            if (since > shape.Hangover) continue;
            hears[t] = true;
            for (var past = t; past >= Math.Max(0, t - shape.Lead); past--) heard[past] |= sound[past];
        }
        return (heard, hears);
    }

    double[][] Layer(int i, double[][] x, bool[] heard)
    {
        var (layer, none) = (config.Stem[i], new double[x[0].Length]);
        return [.. x.Select((newest, t) =>
        {
            if (!heard[t]) return new double[layer.Channels];
            var window = Enumerable.Range(0, layer.Kernel).Select(k => t - (layer.Kernel - 1 - k) * layer.Dilation).Select(past => past < 0 ? none : x[past]).ToArray();
            var seen = layer.Separable
                ? [.. none.Select((_, c) => window.Select((frame, k) => frame[c] * tensors[$"stem.{i}.depthwise"][k * none.Length + c]).Sum())]
                : window.SelectMany(frame => frame).ToArray();
            var made = Affine($"stem.{i}.weight", $"stem.{i}.bias", seen);
            return made.Select((value, c) => Math.Max(0, value) + (layer.Residual ? newest[c] : 0)).ToArray();
        })];
    }

    /// <summary>For each heard frame the first one that its bank knows of.</summary>
    int[] Begins(bool[] heard)
    {
        var (shape, begins) = (config.Layers[0], new int[heard.Length]);
        int older = 0, younger = 0, count = 0, shut = 0;
        for (var t = 0; t < heard.Length; t++)
        {
            if (!heard[t])
            {
                shut++;
                continue;
            }
            if (shut >= shape.Rest) (older, younger, count) = (t, t, 0);
            else if (count > 0 && count % shape.Period == 0) (older, younger) = (younger, t);
            (shut, count) = (0, count + 1);
            begins[t] = older;
        }
        return begins;
    }

    double[] Affine(string weight, string? bias, double[] x)
    {
        var w = tensors[weight];
        return [.. Enumerable.Range(0, w.Length / x.Length).Select(row => (bias is null ? 0 : tensors[bias][row]) + x.Select((value, column) => value * w[row * x.Length + column]).Sum())];
    }

    static double[] Softmax(double[] logits)
    {
        var powers = logits.Select(logit => Math.Exp(logit - logits.Max())).ToArray();
        return [.. powers.Select(power => power / powers.Sum())];
    }

    static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
