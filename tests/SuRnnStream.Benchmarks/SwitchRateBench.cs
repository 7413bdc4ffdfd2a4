using BenchmarkDotNet.Attributes;

namespace SuRnnStream.Benchmarks;

/// <summary>
/// What is a closed switch worth? Time of one update of a suGRU layer of 64 inputs, given which switches are open, against the part of them that
/// is closed: other ones in every step, drawn at random. The paper's C loop, given the same, was 5.3 times as fast at 83 % closed;
/// 1 / (1 - 0.83) = 5.88 is the ideal.
/// </summary>
public class SwitchRateBench
{
    const int Steps = 1_024;

    /// <summary>Closed part that was measured in a setup, by precision, neurons and wanted percentage.</summary>
    internal static readonly Dictionary<(Precision, int Hidden, int Closed), double> Measured = [];

    BenchLayer _layer = null!;

    [Params(Precision.Float32, Precision.Int8)] public Precision Precision { get; set; }
    [Params(128, 512)] public int Hidden { get; set; }
    [Params(0, 25, 50, 75, 83, 90, 95, 99, 100)] public int Closed { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _layer = new BenchLayer(64, Hidden, Precision, Closed / 100.0);
        Measured[(Precision, Hidden, Closed)] = _layer.Closed;
        if (Math.Abs(_layer.Closed - Closed / 100.0) > 0.01) throw new InvalidOperationException($"{_layer.Closed:P1} of the switches are closed, not {Closed} %.");
    }

    [Benchmark(OperationsPerInvoke = Steps)]
    public int Update()
    {
        var updated = 0;
        for (var t = 0; t < Steps; t++) updated += _layer.Update();
        return updated;
    }
}
