using System.Runtime.CompilerServices;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>
/// The trained numbers of a model: one named tensor of floats each, row-major. G is 3 for GRU cells (gates z, r, n stacked), 4 for
/// LSTM cells (i, f, g, o), else 1; D_l are the inputs of layer l, H_l its neurons, m the salience, K its frames. In an int8 model a tensor of
/// rows holds whole multiples, -127 to 127, of its rows' scales.
/// </summary>
public sealed class SuRnnWeights
{
    readonly Dictionary<string, float[]> _tensors = [];

    /// <summary>Takes the tensors that <see cref="Shapes"/> asks for, no more and no fewer.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, has another length, is unknown, or holds a NaN, an infinity, a rate outside [0, 1] or no multiple of its scale.</exception>
    public SuRnnWeights(SuRnnConfig config, IReadOnlyDictionary<string, float[]> tensors)
    {
        foreach (var (name, shape) in Shapes(config))
        {
            if (!tensors.TryGetValue(name, out var values)) throw new InvalidDataException($"The tensor '{name}' is missing.");
            var length = shape.Aggregate(1L, (product, side) => product * side);
            if (values.Length != length) throw new InvalidDataException($"The tensor '{name}' has {values.Length} numbers, but [{string.Join(", ", shape)}] needs {length}.");
            var bad = FirstNotFinite(values);
            if (bad >= 0) throw new InvalidDataException($"The tensor '{name}' holds {values[bad]} at place {bad}: train the model again, such weights cannot work.");
            var odd = name.EndsWith(".switch.rate", StringComparison.Ordinal) ? Array.FindIndex(values, rate => rate is < 0 or > 1) : -1;
            if (odd >= 0) throw new InvalidDataException($"The tensor '{name}' holds {values[odd]} at place {odd}, but a rate lies in [0, 1].");
            _tensors.Add(name, [.. values]);
        }
        foreach (var (name, scale) in Quantized(config)) RequireMultiples(name, scale);
        var unknown = tensors.Keys.FirstOrDefault(name => !_tensors.ContainsKey(name));
        if (unknown is not null) throw new InvalidDataException($"The tensor '{unknown}' has no place in this model.");
    }

    void RequireMultiples(string name, string scales)
    {
        float[] values = _tensors[name], scale = _tensors[scales];
        var negative = Array.FindIndex(scale, value => value < 0);
        if (negative >= 0) throw new InvalidDataException($"The tensor '{scales}' holds {scale[negative]} at place {negative}, but a scale is not negative.");
        var columns = values.Length / scale.Length;
        for (var r = 0; r < scale.Length; r++)
        {
            var other = r * columns + Quantizer.FirstOther(values.AsSpan(r * columns, columns), scale[r]);
            if (other >= r * columns)
                throw new InvalidDataException($"The tensor '{name}' holds {values[other]} at place {other}, which is no multiple of {scale[r]} from -127 to 127: make int8 models with ToInt8.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int FirstNotFinite(float[] values)
    {
        for (var i = 0; i < values.Length; i++) if (!float.IsFinite(values[i])) return i;
        return -1;
    }

    /// <summary>The tensors that an int8 model holds as multiples of scales, each with the tensor of its scales; of a float32 model those of its word space and its second look alone.</summary>
    internal static IEnumerable<(string Name, string Scale)> Quantized(SuRnnConfig config)
    {
        foreach (var tensor in config.Words?.Quantized() ?? []) yield return tensor;
        foreach (var tensor in config.Verifier?.Quantized(config) ?? []) yield return tensor;
        if (config.Precision == Precision.Float32) yield break;
        for (var i = 0; i < config.Stem.Count; i++) yield return ($"stem.{i}.weight", $"stem.{i}.scale");
        if (config.HasSalience) yield return ("salience.weight", "salience.scale");
        if (config.BlockWidth > 0) yield return ("blocks.weight", "blocks.scale");
        for (var i = 0; i < config.Layers.Count; i++)
        {
            yield return ($"layer.{i}.input", $"layer.{i}.scale"); // [W | U] of a gate is one row
            if (!config.Layers[i].Holds) yield return ($"layer.{i}.recurrent", $"layer.{i}.scale");
            if (config.HasOutput(i)) yield return ($"layer.{i}.output.weight", $"layer.{i}.output.scale");
        }
        yield return ("head.weight", "head.scale");
    }

    /// <summary>The weights of the int8 model of this shape: each row rounded to multiples of a 127th of its largest weight.</summary>
    internal SuRnnWeights ToInt8(SuRnnConfig config)
    {
        config = config with { Precision = Precision.Int8 };
        var tensors = _tensors.ToDictionary();
        foreach (var (names, scales) in Quantized(config with { Words = null, Verifier = null }).GroupBy(tensor => tensor.Scale, tensor => tensor.Name).Select(group => (group.ToArray(), group.Key)))
        {
            var rows = Shapes(config).Single(tensor => tensor.Name == scales).Shape[0];
            var scale = tensors[scales] = new float[rows];
            for (var r = 0; r < rows; r++)
            {
                foreach (var name in names) scale[r] = MathF.Max(scale[r], Quantizer.ScaleOf(Row(_tensors[name], r, rows)));
            }
            foreach (var name in names)
            {
                var columns = _tensors[name].Length / rows;
                tensors[name] = [.. _tensors[name].Select((weight, i) => Quantizer.Weight(weight, scale[i / columns]) * scale[i / columns])];
            }
        }
        return new SuRnnWeights(config, tensors);

        static ReadOnlySpan<float> Row(float[] values, int r, int rows) => values.AsSpan(r * (values.Length / rows), values.Length / rows);
    }

    /// <summary>The tensor of this name, row-major.</summary>
    public ReadOnlySpan<float> this[string name] => _tensors[name];

    /// <summary>The scales of an int8 model's tensor; empty if it is float32.</summary>
    internal ReadOnlySpan<float> ScaleOf(string name) => _tensors.TryGetValue(name, out var scale) ? scale : [];

    /// <summary>Numbers in all tensors together.</summary>
    public long Count => _tensors.Values.Sum(values => (long)values.Length);

    /// <summary>Names and shapes of the tensors of such a model, in the order of the file.</summary>
    public static IEnumerable<(string Name, int[] Shape)> Shapes(SuRnnConfig config)
    {
        var int8 = config.Precision == Precision.Int8;
        for (var i = 0; i < config.Stem.Count; i++)
        {
            var (layer, inputs) = (config.Stem[i], config.ChannelsInto(i));
            if (layer.Separable) yield return ($"stem.{i}.depthwise", [layer.Kernel, inputs]);       // oldest frame first
            yield return ($"stem.{i}.weight", layer.Separable ? [layer.Channels, inputs] : [layer.Channels, layer.Kernel, inputs]);
            if (int8) yield return ($"stem.{i}.scale", [layer.Channels]);
            yield return ($"stem.{i}.bias", [layer.Channels]);
        }
        if (config.FrameSwitch is { } frameSwitch)
        {
            yield return ("switch.input", [3 * frameSwitch.Hidden, FrameSwitchInput.Numbers]);                    // a GRU's, as below
            yield return ("switch.recurrent", [3 * frameSwitch.Hidden, frameSwitch.Hidden]);
            yield return ("switch.bias", [3 * frameSwitch.Hidden]);
            yield return ("switch.candidate_bias", [frameSwitch.Hidden]);
            yield return ("switch.head.weight", [1, frameSwitch.Hidden]);
            yield return ("switch.head.bias", [1]);
        }
        if (config.HasSalience)
        {
            yield return ("salience.weight", [config.SalienceSize, config.SalienceFrames, config.SalienceInputs]);   // P, oldest frame first
            if (int8) yield return ("salience.scale", [config.SalienceSize]);
            yield return ("salience.bias", [config.SalienceSize]);                                                // p
        }
        if (config.BlockWidth > 0)
        {
            yield return ("blocks.weight", [config.BlockWidth, config.StemOutputs]);                              // E
            if (int8) yield return ("blocks.scale", [config.BlockWidth]);
            yield return ("blocks.bias", [config.BlockWidth]);                                                    // e
        }
        for (var i = 0; i < config.Layers.Count; i++)
        {
            var layer = config.Layers[i];
            var gates = layer.Gates;
            yield return ($"layer.{i}.input", [gates * layer.Hidden, config.InputsOf(i)]);                        // W
            if (!layer.Holds) yield return ($"layer.{i}.recurrent", [gates * layer.Hidden, layer.Hidden]);        // U
            if (int8) yield return ($"layer.{i}.scale", [gates * layer.Hidden]);
            yield return ($"layer.{i}.bias", [gates * layer.Hidden]);                                             // b
            if (layer.Cell == CellKind.Gru) yield return ($"layer.{i}.candidate_bias", [layer.Hidden]);           // c
            if (layer.Switch == SwitchKind.Random) yield return ($"layer.{i}.switch.rate", [layer.Hidden]);       // probability of being open
            else if (layer.Switch is not (SwitchKind.None or SwitchKind.Increase)) yield return ($"layer.{i}.switch.bias", [layer.Hidden]);    // b of the switch
            if (layer.SeesInput)
            {
                yield return ($"layer.{i}.switch.salience", [layer.Hidden, config.SalienceSize]);                 // v
                yield return ($"layer.{i}.switch.own", [layer.Hidden]);                                           // u
            }
            if (layer.SeesTime)
            {
                yield return ($"layer.{i}.switch.amplitude", [layer.Hidden, layer.Harmonics]);                    // alpha
                yield return ($"layer.{i}.switch.phase", [layer.Hidden, layer.Harmonics]);                        // phi
                yield return ($"layer.{i}.switch.omega", [layer.Harmonics]);                                      // radians a frame
            }
            if (!config.HasOutput(i)) continue;
            yield return ($"layer.{i}.output.weight", [config.BlockWidth, layer.Hidden]);                         // P
            if (int8) yield return ($"layer.{i}.output.scale", [config.BlockWidth]);
            yield return ($"layer.{i}.output.bias", [config.BlockWidth]);                                         // p
        }
        yield return ("head.weight", [config.Labels.Count, config.HeadInputs]);                                  // h first, then the stem's outputs
        if (int8) yield return ("head.scale", [config.Labels.Count]);
        yield return ("head.bias", [config.Labels.Count]);
        foreach (var tensor in config.Words?.Tensors() ?? []) yield return tensor;
        foreach (var tensor in config.Verifier?.Tensors(config) ?? []) yield return tensor;
    }
}
