using SuRnnStream.Tests;
using SuRnnStream.Training.Events;

namespace SuRnnStream.Training.Tests.Support;

/// <summary>
/// A folder of made-up recordings of two seconds: a circle's two waves on "a y" and "a z", one way round or the other, which end at 1.4 s; and of
/// backgrounds, which are slow waves. The vector's x is 1 throughout.
/// </summary>
sealed class TinyGestures : IDisposable
{
    public const int Rate = 50;
    public const string Channels = "a x [g],a y [g],a z [g]", Labels = "left=L;right=R";
    public const double End = 1.4;

    public static readonly SensorFrontEndConfig Sensor = new()
    {
        Channels = [new() { Name = "a x", Unit = "g" }, new() { Name = "a y", Unit = "g" }, new() { Name = "a z", Unit = "g" }],
        SampleRate = Rate,
        HopLength = 5,
    };

    readonly TemporaryFolder _folder = new();

    public TinyGestures(int each = 10, int backgrounds = 4)
    {
        for (var i = 0; i < each; i++)
        {
            Write($"left{i}", "L", i, +1);
            Write($"right{i}", "R", i + 100, -1);
        }
        for (var i = 0; i < backgrounds; i++) Write($"background{i}", null, i + 200, 0);
    }

    public string Folder => _folder.Path;

    public string File(string name) => _folder.File(name);

    public static EventOptions Options => new()
    {
        Folder = "made",
        HeldBack = [],
        Labels = Labels,
        Seconds = 6,
        Before = 0.4,
        FirstAnswer = -0.1,
        SureAnswer = 0.1,
        AnswerUntil = 0.3,
        AnswerGone = 0.5,
        Join = new JoinOptions { Shortest = 0.5, Longest = 3, Blend = 0.2, Noise = 0, Gaps = 0, Turn = 0, Speed = 0, Gain = 0 },
    };

    public EventCorpus Load(params string[] heldBack) => EventCorpus.Load(Folder, Sensor, new EventLabels(Labels), heldBack);

    /// <summary>A circle in 0.5 s, twice round, that begins 1 s before its end.</summary>
    static (float Y, float Z) Circle(double seconds, int way) => seconds is > End - 1 and < End
        ? ((float)Math.Sin(4 * Math.PI * (seconds - End + 1)), (float)(way * (1 - Math.Cos(4 * Math.PI * (seconds - End + 1))) / 2)) : (0, 0);

    void Write(string name, string? code, int seed, int way)
    {
        var random = new Random(seed);
        var (moments, phase) = (way == 0 ? 10 * Rate : 2 * Rate, 6 * random.NextDouble());
        var stream = new EventStream(name, [new float[moments], new float[moments], new float[moments]], [], way == 0 ? [] : [new StreamEvent((long)(End * Rate), way > 0 ? 1 : 2, way > 0 ? 1 : 2)], []);
        for (var m = 0; m < moments; m++)
        {
            var (y, z) = way == 0 ? (0.5f * (float)Math.Sin(phase + 0.1 * m), 0) : Circle((double)m / Rate, way);
            (stream.Channels[0][m], stream.Channels[1][m], stream.Channels[2][m]) = (1, y + 0.05f * random.NextSingle(), z + 0.05f * random.NextSingle());
        }
        EventTables.Write(File(name + ".csv"), stream, Sensor, ["", "L", "R"]);
    }

    public void Dispose() => _folder.Dispose();
}
