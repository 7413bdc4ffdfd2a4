namespace SuRnnStream.Tests.Support;

/// <summary>
/// The network in double precision, written from its equations and for nothing but reading: every output of the stem is made anew from the
/// whole past, every neuron is worked out, time is t itself. The runtime must agree with it.
/// </summary>
sealed class ReferenceSuRnn(SuRnnConfig config, IReadOnlyDictionary<string, float[]> tensors)
{
    readonly List<double[]> _frames = [];
    readonly double[][] _hidden = [.. config.Layers.Select(layer => new double[layer.Hidden])];
    readonly double[][] _cell = [.. config.Layers.Select(layer => new double[layer.Hidden])];
    readonly double[] _sum = new double[config.Layers[^1].Hidden];

    public double[] Hidden(int layer) => _hidden[layer];

    public double[] Cell(int layer) => _cell[layer];

    /// <summary>Least |a| of the last frame's switches: near 0 rounding decides which side a switch falls.</summary>
    public double Closest { get; private set; }

    public double[] Scores()
    {
        var mean = _sum.Select(sum => sum / Math.Max(1, _frames.Count)).ToArray();
        var logits = Affine("head.weight", "head.bias", config.Readout == Readout.Mean ? mean : _hidden[^1]);
        if (config.Head == HeadKind.Linear) return logits;
        var powers = logits.Select(logit => Math.Exp(logit - logits.Max())).ToArray();
        return [.. powers.Select(power => power / powers.Sum())];
    }

    public void Step(float[] frame)
    {
        var t = _frames.Count;
        _frames.Add([.. frame.Select(value => (double)value)]);
        Closest = double.PositiveInfinity;
        var silence = config.FrontEnd is not null && frame.All(value => value == 0);
        var salience = config.HasSalience ? Salience(t) : [];
        var open = config.Layers.Select((_, i) => Open(i, salience, silence, t)).ToArray(); // all decide before any updates
        var x = Stem(config.Stem.Count, t);
        if (config.BlockWidth > 0) x = Affine("blocks.weight", "blocks.bias", x);
        for (var i = 0; i < _hidden.Length; i++)
        {
            var (candidate, cell) = Candidate(i, config.BlockWidth > 0 ? Normalised(x) : x);
            for (var n = 0; n < candidate.Length; n++) if (open[i][n]) (_hidden[i][n], _cell[i][n]) = (candidate[n], cell[n]);
            if (config.BlockWidth == 0) x = _hidden[i];
            else if (i + 1 < _hidden.Length) x = [.. x.Zip(Affine($"layer.{i}.output.weight", $"layer.{i}.output.bias", _hidden[i]), (stream, output) => stream + output)];
        }
        for (var n = 0; n < _sum.Length; n++) _sum[n] += _hidden[^1][n];
    }

    double[] Frame(int t) => t < 0 ? new double[config.FrameLength] : _frames[t];

    /// <summary>Output of the first <paramref name="layers"/> stem layers for frame t; before the start all frames were zero.</summary>
    double[] Stem(int layers, int t)
    {
        if (layers == 0) return Frame(t);
        var (i, layer) = (layers - 1, config.Stem[layers - 1]);
        var window = Enumerable.Range(t - layer.Kernel + 1, layer.Kernel).Select(past => Stem(i, past)).ToArray(); // oldest first
        var inputs = window[0].Length;
        var seen = window.SelectMany(values => values).ToArray();
        if (layer.Separable)
        {
            var filter = tensors[$"stem.{i}.depthwise"];
            seen = [.. Enumerable.Range(0, inputs).Select(c => window.Select((values, k) => filter[k * inputs + c] * values[c]).Sum())];
        }
        var output = Affine($"stem.{i}.weight", $"stem.{i}.bias", seen).Select(value => Math.Max(0, value));
        return [.. layer.Residual ? output.Zip(window[^1], (value, input) => value + input) : output];
    }

    double[] Salience(int t)
    {
        var seen = Enumerable.Range(t - config.SalienceFrames + 1, config.SalienceFrames).SelectMany(past => Stem(config.SalienceDepth, past)).ToArray();
        return [.. Affine("salience.weight", "salience.bias", seen).Select(Math.Tanh)];
    }

    bool[] Open(int i, double[] salience, bool silence, int t)
    {
        var layer = config.Layers[i];
        if (layer.Switch == SwitchKind.None) return [.. Enumerable.Repeat(true, layer.Hidden)];
        if (layer.SeesInput && silence) return new bool[layer.Hidden];
        float[] Tensor(string name) => tensors[$"layer.{i}.switch.{name}"];
        if (layer.Switch == SwitchKind.Random) return [.. Tensor("rate").Select((rate, n) => RandomSwitch.Uniform(i, n, t) < rate)];
        return [.. Enumerable.Range(0, layer.Hidden).Select(n =>
        {
            double a = Tensor("bias")[n];
            if (layer.SeesInput)
            {
                for (var j = 0; j < salience.Length; j++) a += Tensor("salience")[n * salience.Length + j] * salience[j];
                a += Tensor("own")[n] * _hidden[i][n];
            }
            for (var k = 0; k < layer.Harmonics; k++)
            {
                var at = n * layer.Harmonics + k;
                a += Tensor("amplitude")[at] * Math.Sin((double)Tensor("omega")[k] * t + Tensor("phase")[at]);
            }
            Closest = Math.Min(Closest, Math.Abs(a));
            return a > 0;
        })];
    }

    (double[] Hidden, double[] Cell) Candidate(int i, double[] x)
    {
        var h = _hidden[i];
        var fromInput = Affine($"layer.{i}.input", $"layer.{i}.bias", x);
        var fromHidden = Affine($"layer.{i}.recurrent", null, h);
        if (config.Layers[i].Cell == CellKind.Rnn) return ([.. fromInput.Zip(fromHidden, (a, b) => Math.Tanh(a + b))], _cell[i]);
        if (config.Layers[i].Cell == CellKind.Lstm)
        {
            double Gate(int g, int n) => fromInput[g * h.Length + n] + fromHidden[g * h.Length + n];
            var cell = _cell[i].Select((old, n) => Sigmoid(Gate(1, n)) * old + Sigmoid(Gate(0, n)) * Math.Tanh(Gate(2, n))).ToArray();
            return ([.. cell.Select((value, n) => Sigmoid(Gate(3, n)) * Math.Tanh(value))], cell);
        }
        var c = tensors[$"layer.{i}.candidate_bias"];
        return ([.. Enumerable.Range(0, h.Length).Select(n =>
        {
            var z = Sigmoid(fromInput[n] + fromHidden[n]);
            var r = Sigmoid(fromInput[h.Length + n] + fromHidden[h.Length + n]);
            var fresh = Math.Tanh(fromInput[2 * h.Length + n] + r * (fromHidden[2 * h.Length + n] + c[n]));
            return (1 - z) * fresh + z * h[n];
        })], _cell[i]);
    }

    static double[] Normalised(double[] x)
    {
        var mean = x.Average();
        var deviation = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + 1e-5);
        return [.. x.Select(value => (value - mean) / deviation)];
    }

    double[] Affine(string weight, string? bias, double[] x)
    {
        var rows = tensors[weight];
        return [.. Enumerable.Range(0, rows.Length / x.Length)
            .Select(r => (bias is null ? 0 : tensors[bias][r]) + Enumerable.Range(0, x.Length).Sum(j => rows[r * x.Length + j] * x[j]))];
    }

    static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
