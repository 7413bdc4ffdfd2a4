using System.Globalization;

namespace SuRnnStream.Tests.Support;

/// <summary>
/// A model set by hand that finds pulses of 1 mV in one channel at 200 Hz: a neuron that says whether the value is above 0.5 mV. Its switch is
/// open where the value is, and for the moment behind.
/// </summary>
static class PulseModel
{
    public const double Rate = 200;

    public static readonly SensorFrontEndConfig Sensor = new()
    {
        Channels = [new() { Name = "MLII", Unit = "mV" }],
        SampleRate = Rate,
        ResetAfter = TimeSpan.FromSeconds(1),
        LandmarkWithin = TimeSpan.FromMilliseconds(100),
    };

    static readonly float[] Pulse = [0.6f, 0.8f, 1, 0.8f, 0.6f];

    public static SuRnnModel Build(SensorFrontEndConfig? sensor = null)
    {
        var config = new SuRnnConfig
        {
            FrontEnd = null,
            Sensor = sensor ?? Sensor,
            SalienceSize = 1,
            SalienceFrames = 1,
            Layers = [new RecurrentLayer(CellKind.Rnn, 1, SwitchKind.Event)],
            Labels = ["rest", "beat"],
            Background = ["rest"],
        };
        return new SuRnnModel(config, new SuRnnWeights(config, new Dictionary<string, float[]>
        {
            ["salience.weight"] = [8],
            ["salience.bias"] = [-4],
            ["layer.0.input"] = [20],
            ["layer.0.recurrent"] = [0],
            ["layer.0.bias"] = [-10],
            ["layer.0.switch.bias"] = [1],
            ["layer.0.switch.salience"] = [1.01f],
            ["layer.0.switch.own"] = [1],
            ["head.weight"] = [-4, 4],
            ["head.bias"] = [2, 0], // nothing heard is rest
        }), new DetectorOptions { Smoothing = 0, DecisionWindow = TimeSpan.FromMilliseconds(20), Refractory = TimeSpan.FromMilliseconds(200) },
            new Dictionary<string, string> { ["made"] = "by hand, for tests" });
    }

    /// <summary>The values of so many moments with a pulse every half second, the first one's peak at 0.25 s.</summary>
    public static float[] Stream(int moments) =>
        [.. Enumerable.Range(0, moments).Select(m => m % 100 is >= 48 and < 53 and var place ? Pulse[place - 48] : 0.01f * (m % 7))];

    /// <summary>When the pulses of so many moments are, in seconds.</summary>
    public static double[] Peaks(int moments) => [.. Enumerable.Range(0, moments).Where(m => m % 100 == 50).Select(m => m / Rate)];

    /// <summary>A moment as a line of CSV, with its time.</summary>
    public static string Line(int moment, float value) => string.Create(CultureInfo.InvariantCulture, $"{moment / Rate},{value}");

    /// <summary>When the detections were, in seconds.</summary>
    public static double[] Times(IEnumerable<Detection> detections) => [.. detections.Select(detection => detection.Landmark!.Value.TotalSeconds)];
}
