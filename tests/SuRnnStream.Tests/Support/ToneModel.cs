namespace SuRnnStream.Tests.Support;

/// <summary>
/// A model set by hand that knows two tones: two neurons listen to a band each, and a linear head makes "low", "high", "unknown" (both at
/// once) or "silence" of them. Its switches are shut in digital silence only.
/// </summary>
static class ToneModel
{
    public const int Rate = 16_000;
    public const double Low = 400, High = 3_000;

    public static readonly FrontEndConfig FrontEnd = new() { WindowLength = 256, HopLength = 160, Bands = 12, LowHz = 100, HighHz = 7_000 };

    public static SuRnnModel Build(DetectorOptions? defaults = null, IReadOnlyList<string>? labels = null)
    {
        var config = new SuRnnConfig
        {
            FrontEnd = FrontEnd,
            SalienceSize = 1,
            SalienceFrames = 1,
            Layers = [new RecurrentLayer(CellKind.Rnn, 2, SwitchKind.Event)],
            Labels = labels ?? ["silence", "unknown", "low", "high"],
            Background = [.. (labels ?? ["silence", "unknown"]).Take(2)],
        };
        float[] input = new float[2 * FrontEnd.Bands];
        input[Band(Low)] = 1.5f;
        input[FrontEnd.Bands + Band(High)] = 1.5f;
        return new SuRnnModel(config, new SuRnnWeights(config, new Dictionary<string, float[]>
        {
            ["salience.weight"] = new float[FrontEnd.Bands],
            ["salience.bias"] = [0],
            ["layer.0.input"] = input,
            ["layer.0.recurrent"] = new float[4],
            ["layer.0.bias"] = [-3, -3], // a band is loud from a feature of 2
            ["layer.0.switch.bias"] = [1, 1],
            ["layer.0.switch.salience"] = [0, 0],
            ["layer.0.switch.own"] = [0, 0],
            ["head.weight"] = [0, 0, 4, 4, 6, -2, -2, 6],
            ["head.bias"] = [0, -2, -2, -2],
        }), defaults, new Dictionary<string, string> { ["made"] = "by hand, for tests" });
    }

    /// <summary>A hum so quiet that it is nothing, which keeps the switches open.</summary>
    public static float[] Quiet(double seconds, int rate = Rate) => Noise(seconds, 0.001, rate);

    /// <summary>Loud in both bands.</summary>
    public static float[] Loud(double seconds, int rate = Rate) => Noise(seconds, 0.5, rate);

    public static float[] Tone(double frequency, double seconds, int rate = Rate) => Sound.Sine(frequency, rate, (int)Math.Round(seconds * rate));

    /// <summary>Tones of 0.2 s with 0.3 s of quiet in front of each: low, high, low, high and so on.</summary>
    public static float[] Tones(int count, int rate = Rate) =>
        [.. Enumerable.Range(0, count).SelectMany(i => (float[])[.. Quiet(0.3, rate), .. Tone(i % 2 == 0 ? Low : High, 0.2, rate)]), .. Quiet(0.3, rate)];

    /// <summary>What a detector makes of the samples without a pipeline.</summary>
    public static List<Detection> Detect(SuRnnModel model, ReadOnlySpan<float> samples, StreamingDetector? detector = null)
    {
        var heard = new List<Detection>();
        (detector ?? new StreamingDetector(model)).Process(samples, heard.Add);
        return heard;
    }

    static float[] Noise(double seconds, double amplitude, int rate)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, (int)Math.Round(seconds * rate)).Select(_ => (float)(amplitude * (2 * random.NextDouble() - 1)))];
    }

    static int Band(double frequency)
    {
        ReadOnlySpan<float> samples = Tone(frequency, 0.1);
        var frame = new float[FrontEnd.Bands];
        new MelFrontEnd(FrontEnd).TryNext(ref samples, frame);
        return Array.IndexOf(frame, frame.Max());
    }
}
