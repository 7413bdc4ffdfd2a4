using SuRnnStream.Kernels;

namespace SuRnnStream.Benchmarks;

/// <summary>A suGRU layer with random weights, and lists of open switches to update it by, as drawn at one rate.</summary>
sealed unsafe class BenchLayer
{
    const int Lists = 1_024;

    readonly SuRnnLayer _layer;
    readonly LayerState _state;
    readonly Workspace _work;
    readonly AlignedBuffer _x;
    readonly int[][] _open = new int[Lists][];
    int _next;

    public BenchLayer(int inputs, int hidden, Precision precision, double closed)
    {
        var random = new Random(1);
        var config = new SuRnnConfig
        {
            FrontEnd = null,
            Inputs = inputs,
            Layers = [new RecurrentLayer(CellKind.Gru, hidden, SwitchKind.Event)],
            Labels = ["no", "yes"],
        };
        var tensors = SuRnnWeights.Shapes(config).ToDictionary(
            tensor => tensor.Name,
            tensor => Enumerable.Range(0, tensor.Shape.Aggregate((a, b) => a * b)).Select(_ => (2 * random.NextSingle() - 1) / MathF.Sqrt(hidden)).ToArray());
        var model = new SuRnnModel(config, new SuRnnWeights(config, tensors));
        if (precision == Precision.Int8) model = model.ToInt8();
        _layer = new SuRnnLayer(model.Config, 0, model.Weights, 0);
        _state = new LayerState(model.Config.Layers[0]);
        _work = Workspace.Mine(_layer.Longest, _layer.Lanes);
        _x = new AlignedBuffer(inputs);
        foreach (ref var value in _x.Span) value = random.NextSingle();
        for (var i = 0; i < Lists; i++) _open[i] = [.. Enumerable.Range(0, hidden).Where(_ => random.NextDouble() >= closed)];
        Closed = 1 - _open.Average(list => (double)list.Length / hidden);
    }

    /// <summary>Part of the switches that the lists leave shut.</summary>
    public double Closed { get; }

    /// <summary>Everything but the decision: rows, activations, new states.</summary>
    public int Update()
    {
        var open = _open[_next++ % Lists];
        open.CopyTo(_work.OpenIndex, 0);
        _state.OpenCount = open.Length;
        return _layer.Update(_state, _x.Pointer, _work, dense: false);
    }
}
