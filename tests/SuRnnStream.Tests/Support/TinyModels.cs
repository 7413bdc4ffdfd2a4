namespace SuRnnStream.Tests.Support;

/// <summary>Small models with seeded random weights; on <see cref="Frames"/> about 20 to 60 % of their switches are open.</summary>
static class TinyModels
{
    public const int Bands = 12;

    public static readonly FrontEndConfig FrontEnd = new() { WindowLength = 256, HopLength = 160, Bands = Bands, LowHz = 100 };

    public static readonly DetectorOptions Eager = new() // a model with random weights fires now and then
    {
        Threshold = 0.3f,
        Release = 0.97f,
        Smoothing = 0.1f,
        Refractory = TimeSpan.FromMilliseconds(20),
        DecisionWindow = TimeSpan.FromMilliseconds(30),
    };

    public static readonly IReadOnlyList<StemLayer> ThreeStems = [new(10, 3, false, false), new(10, 4, true, true), new(7, 2, true, false)];

    /// <summary>Every cell with every switch but what holds, each with and without a stem, with one layer and with two.</summary>
    public static IEnumerable<(CellKind Cell, SwitchKind Switch, bool Stem, int Layers)> Kinds() =>
        from cell in Enum.GetValues<CellKind>()
        where cell != CellKind.Hold
        from kind in Enum.GetValues<SwitchKind>()
        where kind != SwitchKind.Increase
        from stem in new[] { false, true }
        from layers in new[] { 1, 2 }
        select (cell, kind, stem, layers);

    public static SuRnnConfig Config(CellKind cell = CellKind.Gru, SwitchKind kind = SwitchKind.Event, bool stem = false, int layers = 1)
    {
        var harmonics = kind is SwitchKind.Harmonic or SwitchKind.Both ? 3 : 0;
        return new()
        {
            FrontEnd = FrontEnd,
            Stem = stem ? ThreeStems : [],
            SalienceSize = 5,
            SalienceFrames = 3,
            Layers = [.. Enumerable.Range(0, layers).Select(i => new RecurrentLayer(cell, 19 - 6 * i, kind, harmonics))],
            Labels = ["noise", "yes", "no", "stop"],
            Background = ["noise"],
        };
    }

    /// <summary>Layers as blocks, as many as are asked for: every cell with every switch but what holds, with a stem and without.</summary>
    public static IEnumerable<SuRnnConfig> Blocks() =>
        Kinds().Where(kind => kind.Layers == 2).Select((kind, i) => Config(kind.Cell, kind.Switch, kind.Stem, 1 + i % 4) with { BlockWidth = 11 });

    /// <summary>A model that holds, of dilated convolutions, with a frame switch or without.</summary>
    public static SuRnnConfig HoldConfig(bool frameSwitch = true) => new()
    {
        FrontEnd = FrontEnd,
        Stem = [new(10, 3, false, false), new(10, 4, true, true, 2), new(10, 3, true, true, 3)],
        FrameSwitch = frameSwitch ? new FrameSwitch(5, -0.1f, 1, 2) : null,
        HeadSeesStem = true,
        Layers = [new RecurrentLayer(CellKind.Hold, 19, SwitchKind.Increase, Period: 6, Rest: 3)],
        Labels = ["noise", "yes", "no", "stop"],
        Background = ["noise"],
    };

    /// <summary>A recurrent layer after a frame switch: with event switches, or none.</summary>
    public static SuRnnConfig HeardConfig(SwitchKind kind = SwitchKind.Event, CellKind cell = CellKind.Gru) =>
        HoldConfig() with { Layers = [new RecurrentLayer(cell, 19, kind)], SalienceSize = 7, SalienceFrames = 1, SalienceDepth = 3 };

    public static SuRnnModel Build(
        CellKind cell = CellKind.Gru, SwitchKind kind = SwitchKind.Event, bool stem = false, int layers = 1, int seed = 1) =>
        Build(Config(cell, kind, stem, layers), seed);

    public static SuRnnModel Build(
        SuRnnConfig config, int seed = 1, DetectorOptions? defaults = null, IReadOnlyDictionary<string, string>? card = null) =>
        new(config, new SuRnnWeights(config, Tensors(config, seed)), defaults, card);

    public static Dictionary<string, float[]> Tensors(SuRnnConfig config, int seed = 1)
    {
        var random = new Random(seed);
        return SuRnnWeights.Shapes(config).ToDictionary(tensor => tensor.Name, tensor =>
        {
            var count = tensor.Shape.Aggregate(1, (product, side) => product * side);
            var fanIn = Math.Max(1, count / tensor.Shape[0]);
            Func<double> next = tensor.Name.Split('.')[^1] switch
            {
                "rate" => () => 0.2 + 0.4 * random.NextDouble(),
                "omega" => () => 0.05 + 1.5 * random.NextDouble(),
                "phase" => () => 2 * Math.PI * random.NextDouble(),
                "amplitude" or "own" => () => 0.8 * Normal(random),
                "bias" when tensor.Name.Contains("switch") => () => -0.35 + 0.5 * Normal(random),
                "bias" or "candidate_bias" => () => 0.2 * Normal(random),
                "depthwise" => () => Normal(random) / Math.Sqrt(tensor.Shape[0]),
                _ => () => 1.2 * Normal(random) / Math.Sqrt(fanIn),
            };
            return Enumerable.Range(0, count).Select(_ => (float)next()).ToArray();
        });
    }

    /// <summary>Random frames, none of them at the floor, with segments of digital silence (all zeros) between.</summary>
    public static float[][] Frames(int count, int bands = Bands, int seed = 7, double silent = 0.25)
    {
        var random = new Random(seed);
        var frames = new float[count][];
        for (var i = 0; i < count;)
        {
            var zeros = random.NextDouble() < silent;
            for (var left = random.Next(1, 9); left > 0 && i < count; left--, i++)
                frames[i] = [.. Enumerable.Range(0, bands).Select(_ => zeros ? 0f : (float)Math.Max(0, 1.2 + Normal(random)))];
        }
        return frames;
    }

    static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
