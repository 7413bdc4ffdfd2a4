using System.Globalization;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Server.Tests.Support;

/// <summary>The shipped recording and model, and what a detector of one's own makes of sound.</summary>
static class Sample
{
    public const int Rate = 16_000;

    public static readonly string Root = FindRoot();
    public static readonly string WavPath = Path.Combine(Root, "samples", "audio", "commands.wav");
    public static readonly SuRnnModel Model = ModelFile.Load(Path.Combine(Root, "models", "commands.surnn"));

    /// <summary>The first stage of <see cref="Model"/>, which the page without a server comes with.</summary>
    public const string Small = "commands-small";

    public static readonly SuRnnModel SmallModel = ModelFile.Load(Path.Combine(Root, "models", Small + ".surnn"));
    public static readonly string[] Models = [.. Directory.GetFiles(Path.Combine(Root, "models"), "*.surnn").Order(StringComparer.Ordinal).Select(file => Path.GetFileNameWithoutExtension(file))];
    public static readonly short[] Pcm = Read(WavPath);

    /// <summary>What the model detects in it.</summary>
    public static readonly List<Detection> Detected = Detect(Floats(Pcm));

    /// <summary>The ten words with their places in seconds.</summary>
    public static readonly (string Label, double Start, double End)[] Words =
    [
        .. File.ReadLines(Path.Combine(Root, "samples", "audio", "commands.csv")).Skip(1).Select(line => line.Split(','))
            .Select(fields => (fields[0], Seconds(fields[1]), Seconds(fields[2]))),
    ];

    public static short[] Cut(double from, double to) => Pcm[(int)(from * Rate)..(int)(to * Rate)];

    public static float[] Floats(short[] pcm) => [.. pcm.Select(sample => sample / 32768f)];

    public static List<Detection> Detect(ReadOnlySpan<float> samples, StreamingDetector? detector = null)
    {
        var heard = new List<Detection>();
        (detector ?? new StreamingDetector(Model)).Process(samples, heard.Add);
        return heard;
    }

    static double Seconds(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>The samples of a WAV file.</summary>
    public static short[] Read(string path)
    {
        using var wav = WavFile.Open(path);
        var samples = new float[wav.Length!.Value];
        for (int read = 0, n; (n = wav.Read(samples.AsSpan(read))) > 0;) read += n;
        return [.. samples.Select(sample => (short)(sample * 32768))];
    }

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SuRnnStream.sln"))) folder = folder.Parent ?? throw new DirectoryNotFoundException("No SuRnnStream.sln above the tests.");
        return folder.FullName;
    }
}

/// <summary>For what must come; a test that passes does not wait.</summary>
static class Patience
{
    static readonly TimeSpan Time = TimeSpan.FromMinutes(5);

    public static Task Within(this Task task) => task.WaitAsync(Time, TestContext.Current.CancellationToken);
    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Time, TestContext.Current.CancellationToken);

    /// <summary>Looks again and again until something holds that nothing tells of.</summary>
    public static Task Until(Func<bool> holds) => Wait.Until(holds);
}
