using System.Globalization;
using SuRnnStream.Evaluation.Enrolment;
using SuRnnStream.Evaluation.Spoken;
using SuRnnStream.Tests.Support;

namespace SuRnnStream.Tests.Enrolment;

/// <summary>Takes cut out of the shipped recording: its words at some speeds, each with half a second around it.</summary>
static class SampleTakes
{
    public const int Rate = 16_000;

    public static readonly Lazy<SuRnnModel> Commands = new(() => ModelFile.Load(ShippedSample.Model));
    public static readonly Lazy<WordSpace> Space = new(() => WordSpace.Load(SpacePath));

    static readonly Lazy<float[]> Recording = new(() => AudioFile.ReadAll(ShippedSample.Recording, Rate));

    public static string SpacePath => Repository.File("models", "words.space");

    /// <summary>A word of the recording, played at a speed.</summary>
    public static float[] Word(string word, double speed = 1)
    {
        var cells = File.ReadLines(Path.ChangeExtension(ShippedSample.Recording, ".csv")).Select(line => line.Split(',')).Single(cells => cells[0] == word);
        int At(string seconds, double more) => (int)((double.Parse(seconds, CultureInfo.InvariantCulture) + more) * Rate);
        return Augment.Speed(Recording.Value.AsSpan(At(cells[1], -0.5)..At(cells[2], 0.5)), speed);
    }

    /// <summary>The same word some times.</summary>
    public static Take[] Of(string word, int count) => [.. Enumerable.Range(0, count).Select(i => new Take($"{word}-{i}", Word(word, 0.92 + 0.16 * i / Math.Max(1, count - 1))))];

    public static WordEnroller Enroller(EnrolmentOptions? options = null, SuRnnModel? proposer = null) => new(proposer ?? Commands.Value, Space.Value, options ?? new() { Copies = 1 });

    /// <summary>Labels that a model detects in sounds with a second of silence between.</summary>
    public static string[] Detect(SuRnnModel model, params float[][] sounds)
    {
        var found = new List<string>();
        var detector = new StreamingDetector(model);
        foreach (var sound in sounds)
        {
            detector.Process(sound, detection => found.Add(detection.Label));
            detector.Process(Sounds.Noise(Rate, 0.0005), detection => found.Add(detection.Label));
        }
        return [.. found];
    }
}
