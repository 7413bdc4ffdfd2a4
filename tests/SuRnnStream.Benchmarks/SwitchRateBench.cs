using BenchmarkDotNet.Attributes;

namespace SuRnnStream.Benchmarks;

/// <summary>
/// What is a closed switch worth? Time of one step of a suGRU layer of 40 inputs against the part of its switches that is closed. The paper's
/// C loop was 5.3 times as fast at 83 % closed; 1 / (1 - 0.83) = 5.88 is the ideal.
/// </summary>
public class SwitchRateBench
{
    const int Steps = 1_000, Inputs = 40;

    /// <summary>Closed part that was measured in a setup, by neurons and wanted percentage.</summary>
    internal static readonly Dictionary<(int Hidden, int Closed), double> Measured = [];

    readonly float[][] _frames = new float[Steps][];
    SuRnnModel _model = null!;
    SuRnnState _state = null!;

    [Params(128, 512)] public int Hidden { get; set; }
    [Params(0, 25, 50, 75, 83, 90, 95, 99, 100)] public int Closed { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var config = new SuRnnConfig
        {
            FrontEnd = new FrontEndConfig { Bands = Inputs },
            Layers = [new RecurrentLayer(CellKind.Gru, Hidden, SwitchKind.Harmonic, Harmonics: 1)],
            Labels = ["no", "yes"],
        };
        // One sine of one radian a frame for all neurons, each at a phase of its own: sin > threshold in the wanted part of the frames.
        var threshold = Closed switch { 0 => -2, 100 => 2, _ => Math.Sin(Math.PI * (Closed / 100.0 - 0.5)) };
        var tensors = SuRnnWeights.Shapes(config).ToDictionary(tensor => tensor.Name, tensor =>
        {
            Func<double> next = tensor.Name.Split('.', 3)[^1] switch
            {
                "switch.bias" => () => -threshold,
                "switch.amplitude" or "switch.omega" => () => 1,
                "switch.phase" => () => 2 * Math.PI * random.NextDouble(),
                _ => () => (2 * random.NextDouble() - 1) / Math.Sqrt(Hidden),
            };
            return Enumerable.Range(0, tensor.Shape.Aggregate((a, b) => a * b)).Select(_ => (float)next()).ToArray();
        });
        _model = new SuRnnModel(config, new SuRnnWeights(config, tensors));
        _state = _model.NewState();
        for (var t = 0; t < Steps; t++) _frames[t] = [.. Enumerable.Range(0, Inputs).Select(_ => random.NextSingle())];

        var stats = new ComputeStats();
        foreach (var frame in _frames) stats += _model.Step(frame, _state);
        var closed = Measured[(Hidden, Closed)] = 1 - stats.OpenRatio;
        if (Math.Abs(closed - Closed / 100.0) > 0.01) throw new InvalidOperationException($"{closed:P1} of the switches are closed, not {Closed} %.");
    }

    [Benchmark(OperationsPerInvoke = Steps)]
    public long Step()
    {
        var open = 0L;
        foreach (var frame in _frames) open += _model.Step(frame, _state).SwitchesOpen;
        return open;
    }
}
