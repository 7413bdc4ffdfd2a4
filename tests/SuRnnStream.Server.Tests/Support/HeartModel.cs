using System.Globalization;

namespace SuRnnStream.Server.Tests.Support;

/// <summary>
/// A model set by hand that finds the beats of the shipped electrocardiogram: sixteen neurons, each of which says whether the mean of 22 ms is
/// above a level of its own, or below one. A switch is open where the mean is near or beyond its level, and once more behind it.
/// </summary>
sealed class HeartModel : IDisposable
{
    const int Hop = 8, Half = 8;

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public HeartModel()
    {
        ModelFile.Save(Path.Combine(_folder.FullName, "heart.surnn"), Model);
        ModelFile.Save(Path.Combine(_folder.FullName, "commands.surnn"), Sample.Model);
    }

    public static readonly string TablePath = Path.Combine(Sample.Root, "samples", "sensors", "ecg.csv");

    public static readonly SensorFrontEndConfig Sensor = new()
    {
        Channels = [new() { Name = "MLII", Unit = "mV" }],
        SampleRate = 360,
        HopLength = Hop,
        LandmarkWithin = TimeSpan.FromMilliseconds(100),
    };

    public static readonly SuRnnModel Model = Build();

    public static readonly float[] Values =
    [
        .. File.ReadLines(TablePath).Skip(1).Select(line => float.Parse(line.Split(',')[1], CultureInfo.InvariantCulture)),
    ];

    /// <summary>The beats as the sample's labels have them.</summary>
    public static readonly (double Time, string Label)[] Beats =
    [
        .. File.ReadLines(Path.ChangeExtension(TablePath, ".labels.csv")).Skip(1).Select(line => line.Split(','))
            .Select(cells => (double.Parse(cells[0], CultureInfo.InvariantCulture), cells[1])),
    ];

    /// <summary>What the server is told to find this model beside the one for sound.</summary>
    public string Setting => $"Models={_folder.FullName}";

    public void Dispose() => _folder.Delete(recursive: true);

    static SuRnnModel Build()
    {
        var config = new SuRnnConfig
        {
            FrontEnd = null,
            Sensor = Sensor,
            SalienceSize = 2,
            SalienceFrames = 1,
            Layers = [new RecurrentLayer(CellKind.Rnn, 2 * Half, SwitchKind.Event)],
            Labels = ["rest", "beat", "ventricular"],
            Background = ["rest"],
        };
        // Neuron i < 8 is 1 above a mean of 0.3 + 0.1 i mV; neuron 8 + i below minus that.
        static float Level(int i) => 0.3f + 0.1f * (i % Half);
        static float Sign(int i) => i < Half ? 1 : -1;
        float[] Each(Func<int, float> value) => [.. Enumerable.Range(0, 2 * Half).Select(value)];
        float[] Head(params (int Neuron, float Weight)[] weights) => Each(i => weights.FirstOrDefault(pair => pair.Neuron == i).Weight);
        var weights = new Dictionary<string, float[]>
        {
            ["salience.weight"] = [.. Enumerable.Repeat(2f / Hop, Hop), .. Enumerable.Repeat(-2f / Hop, Hop)],
            ["salience.bias"] = [-1, -1],
            ["layer.0.input"] = [.. Enumerable.Range(0, 2 * Half).SelectMany(i => Enumerable.Repeat(20 * Sign(i) / Hop, Hop))],
            ["layer.0.recurrent"] = new float[4 * Half * Half],
            ["layer.0.bias"] = Each(i => -20 * Level(i)),
            ["layer.0.switch.bias"] = Each(i => 2 - MathF.Tanh(2 * (Level(i) - 0.65f))), // opens from 0.15 mV before its level
            ["layer.0.switch.salience"] = [.. Enumerable.Range(0, 2 * Half).SelectMany(i => (float[])[i < Half ? 1 : 0, i < Half ? 0 : 1])],
            ["layer.0.switch.own"] = Each(_ => 2),
            ["head.weight"] = [.. Head(), .. Head((1, 3), (2, 3)), .. Head((Half, 6), (Half + 1, 6))],
            ["head.bias"] = [0, -1, -2],
        };
        var shapes = SuRnnWeights.Shapes(config).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);
        if (!shapes.Keys.Order().SequenceEqual(weights.Keys.Order())) throw new InvalidOperationException("The model's tensors are " + string.Join(", ", shapes.Keys));
        return new SuRnnModel(config, new SuRnnWeights(config, weights), new DetectorOptions
        {
            Smoothing = 0,
            DecisionWindow = TimeSpan.FromMilliseconds(350), // a ventricular beat is known by what follows its peak
            Refractory = TimeSpan.FromMilliseconds(250),
        }, new Dictionary<string, string> { ["made"] = "by hand, for tests" });
    }
}
