using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using SuRnnStream.Training.Events;

namespace SuRnnStream.Training.Tests.Support;

/// <summary>A folder of made-up records: narrow beats with P and T waves, a wide inverted one now and then, over a wandering base with noise.</summary>
sealed class TinyBeats : IDisposable
{
    public const int Rate = 360;
    const int Normal = 1, Ventricular = 5, Fusion = 6, Flutter = 32, FlutterEnd = 33;

    public static readonly SensorFrontEndConfig Sensor = new()
    {
        Channels = [new() { Name = "MLII", Unit = "mV", HighPassHz = 0.7, LowPassHz = 40, Scale = 0.02 }],
        SampleRate = Rate,
        HopLength = 9,
        NormalizeOver = TimeSpan.FromSeconds(5),
        Derivatives = true,
        LandmarkWithin = TimeSpan.FromSeconds(0.2),
    };

    readonly TemporaryFolder _folder = new();

    public TinyBeats(int records = 3, double seconds = 60)
    {
        for (var i = 0; i < records; i++) Write($"{i + 1}", seconds, i + 1);
    }

    public string Folder => _folder.Path;

    public string File(string name) => _folder.File(name);

    /// <summary>Places and codes of the beats of a record, which is written: one in five is ventricular, one in twenty a fusion.</summary>
    public List<(long Moment, int Type)> Write(string name, double seconds, int seed, bool flutter = false)
    {
        var (random, beats) = (new Random(seed), new List<(long Moment, int Type)>());
        for (var at = 0.5; at < seconds - 0.6; at += 0.7 + 0.3 * random.NextDouble())
        {
            var kind = random.NextDouble();
            beats.Add(((long)(at * Rate), kind < 0.2 ? Ventricular : kind < 0.25 ? Fusion : Normal));
        }
        if (flutter) beats = [.. beats.Append(((long)(20.1 * Rate), Flutter)).Append(((long)(30.1 * Rate), FlutterEnd)).Order()];
        var ecg = Ecg(beats, (int)(seconds * Rate), random);
        short[] Steps(Func<int, double> at) => [.. Enumerable.Range(0, ecg.Length).Select(n => (short)Math.Round(200 * at(n)))];
        WfdbFiles.Write(Folder, name, 212, Rate, ("MLII", Steps(n => ecg[n])), ("V1", Steps(n => -0.5 * ecg[n])));
        System.IO.File.WriteAllBytes(File(name + ".atr"), WfdbFiles.Annotations([.. beats]));
        return beats;
    }

    public static double[] Ecg(IEnumerable<(long Moment, int Type)> beats, int samples, Random random, double noise = 0.02)
    {
        var ecg = new double[samples];
        void Wave(double at, double size, double width)
        {
            for (var n = Math.Max(0, (int)(at - 5 * width)); n < Math.Min(samples, at + 5 * width); n++) ecg[n] += size * Math.Exp(-(n - at) * (n - at) / (2 * width * width));
        }
        foreach (var (moment, type) in beats)
        {
            if (type == Normal)
            {
                Wave(moment - 0.16 * Rate, 0.12, 0.02 * Rate);
                Wave(moment, 1.1, 0.011 * Rate);
                Wave(moment + 0.25 * Rate, 0.25, 0.04 * Rate);
            }
            else if (type is Ventricular or Fusion)
            {
                Wave(moment, type == Fusion ? 0.8 : -1.4, 0.035 * Rate);
                Wave(moment + 0.28 * Rate, 0.35, 0.05 * Rate);
            }
        }
        for (var n = 0; n < samples; n++) ecg[n] += 0.2 * Math.Sin(0.002 * n) + noise * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
        return ecg;
    }

    public static EventCorpus Load(string folder, params string[] heldBack) => EventCorpus.Load(folder, Sensor, new EventLabels(EventLabels.HeartBeats), heldBack);

    public EventOptions Options => new() { Folder = Folder, HeldBack = [], Labels = EventLabels.HeartBeats, Seconds = 6, LeadIn = 3 };

    public void Dispose() => _folder.Dispose();
}
