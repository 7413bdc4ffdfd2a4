using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.Tests.Support;

/// <summary>A folder of made-up recordings: three "words" of different tones, 8 clips each to train on and 4 held back, and some noise.</summary>
sealed class TinyCorpus : IDisposable
{
    public const int Rate = 16_000;
    public static readonly string[] Words = ["down", "flat", "up"];

    readonly TemporaryFolder _folder = new();

    public TinyCorpus()
    {
        foreach (var (part, clips, first) in new[] { ("training", 8, 0), ("validation", 4, 100) })
            foreach (var word in Words)
                for (var n = 0; n < clips; n++) Write($"data/{part}/{word}/{first + n}_nohash_0.wav", Clip(word, first + n));
        Write("data/background_noise/fan.wav", Sounds.Noise(20 * Rate, 0.01));
    }

    public string Data => _folder.File("data");

    public string File(string name) => _folder.File(name);

    public void Write(string name, float[] samples, int rate = Rate)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File(name))!);
        WavWriter.Write(File(name), samples, rate);
    }

    public CorpusFolders Folders => new() { Data = Data, Words = Words };

    public Corpus Load() => Corpus.Load(Folders, Rate);

    public FitOptions Options => new()
    {
        Folders = Folders,
        Config = new SuRnnConfig
        {
            FrontEnd = Nets.FrontEnd,
            Stem = [new(8, 5, false, false), new(8, 4, true, true)],
            SalienceFrames = 3,
            Layers = [new(CellKind.Gru, 32, SwitchKind.Event)],
            Labels = [Corpus.Silence, Corpus.Unknown, .. Words],
            Background = [Corpus.Silence, Corpus.Unknown],
        },
        Epochs = 4,
        BatchSize = 8,
        EpochSegments = 24,
        LearningRate = 1e-2,
        KindsWeight = 0.3,
    };

    /// <summary>0.3 s of the word's tone in faint noise, at some place in 0.8 s.</summary>
    static float[] Clip(string word, int seed)
    {
        var random = new Random(seed);
        var samples = Sounds.Noise((int)(0.8 * Rate), 0.001, seed);
        var (from, to) = word switch { "up" => (500, 1_200), "down" => (3_000, 1_900), _ => (5_500, 5_500) };
        var bend = 0.9 + 0.2 * random.NextDouble();
        var tone = Sounds.Chirp((int)(0.3 * Rate), from * bend, to * bend, 0.1 + 0.3 * random.NextDouble(), Rate);
        var at = random.Next(1_000, samples.Length - tone.Length - 1_000);
        for (var i = 0; i < tone.Length; i++) samples[at + i] += tone[i];
        return samples;
    }

    public void Dispose() => _folder.Dispose();
}
