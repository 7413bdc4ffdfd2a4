namespace SuRnnStream;

/// <summary>
/// The trained numbers of a model: one named float tensor each, row-major. G is 3 for GRU cells (gates z, r, n stacked), 4 for
/// LSTM cells (i, f, g, o), else 1; D_l are the inputs of layer l, H_l its neurons, m the salience, K its frames.
/// </summary>
public sealed class SuRnnWeights
{
    readonly Dictionary<string, float[]> _tensors = [];

    /// <summary>Takes the tensors that <see cref="Shapes"/> asks for, no more and no fewer.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, has another length, is unknown, or holds a NaN, an infinity or a rate outside [0, 1].</exception>
    public SuRnnWeights(SuRnnConfig config, IReadOnlyDictionary<string, float[]> tensors)
    {
        foreach (var (name, shape) in Shapes(config))
        {
            if (!tensors.TryGetValue(name, out var values)) throw new InvalidDataException($"The tensor '{name}' is missing.");
            var length = shape.Aggregate(1L, (product, side) => product * side);
            if (values.Length != length) throw new InvalidDataException($"The tensor '{name}' has {values.Length} numbers, but [{string.Join(", ", shape)}] needs {length}.");
            var bad = Array.FindIndex(values, value => !float.IsFinite(value));
            if (bad >= 0) throw new InvalidDataException($"The tensor '{name}' holds {values[bad]} at place {bad}: train the model again, such weights cannot work.");
            var odd = name.EndsWith(".switch.rate", StringComparison.Ordinal) ? Array.FindIndex(values, rate => rate is < 0 or > 1) : -1;
            if (odd >= 0) throw new InvalidDataException($"The tensor '{name}' holds {values[odd]} at place {odd}, but a rate lies in [0, 1].");
            _tensors.Add(name, [.. values]);
        }
        var unknown = tensors.Keys.FirstOrDefault(name => !_tensors.ContainsKey(name));
        if (unknown is not null) throw new InvalidDataException($"The tensor '{unknown}' has no place in this model.");
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
        for (var i = 0; i < config.Stem.Count; i++)
        {
            var (layer, inputs) = (config.Stem[i], config.ChannelsInto(i));
            if (layer.Separable) yield return ($"stem.{i}.depthwise", [layer.Kernel, inputs]);       // oldest frame first
            yield return ($"stem.{i}.weight", layer.Separable ? [layer.Channels, inputs] : [layer.Channels, layer.Kernel, inputs]);
            yield return ($"stem.{i}.bias", [layer.Channels]);
        }
        if (config.HasSalience)
        {
            yield return ("salience.weight", [config.SalienceSize, config.SalienceFrames, config.SalienceInputs]);   // P, oldest frame first
            yield return ("salience.bias", [config.SalienceSize]);                                                // p
        }
        for (var i = 0; i < config.Layers.Count; i++)
        {
            var layer = config.Layers[i];
            var gates = layer.Gates;
            yield return ($"layer.{i}.input", [gates * layer.Hidden, config.InputsOf(i)]);                        // W
            yield return ($"layer.{i}.recurrent", [gates * layer.Hidden, layer.Hidden]);                          // U
            yield return ($"layer.{i}.bias", [gates * layer.Hidden]);                                             // b
            if (layer.Cell == CellKind.Gru) yield return ($"layer.{i}.candidate_bias", [layer.Hidden]);           // c
            if (layer.Switch == SwitchKind.Random) yield return ($"layer.{i}.switch.rate", [layer.Hidden]);       // probability of being open
            else if (layer.Switch != SwitchKind.None) yield return ($"layer.{i}.switch.bias", [layer.Hidden]);    // b of the switch
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
        }
        yield return ("head.weight", [config.Labels.Count, config.Layers[^1].Hidden]);
        yield return ("head.bias", [config.Labels.Count]);
    }
}
