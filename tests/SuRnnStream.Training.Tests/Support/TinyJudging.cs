using SuRnnStream.Evaluation;
using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using SuRnnStream.Training.Judging;

namespace SuRnnStream.Training.Tests.Support;

/// <summary>
/// Folders as unpack.sh makes them, with the words of the shipped recording by two reporting speakers, a rushing fan as noise and as "speech" of one
/// reader, and one recording of a wake word.
/// </summary>
sealed class TinyJudging : IDisposable
{
    public const int Rate = 16_000;

    readonly TemporaryFolder _folder = new();

    public TinyJudging()
    {
        string[] speakers = [.. SpeakerSplit.Speakers(SpeakerSplit.Commands, Purpose.Reporting).Take(2)];
        Words = EventTable.Read(Shipped.File("samples/commands.csv"), TimeSpan.FromSeconds((double)Shipped.Sample.Length / Rate));
        foreach (var (word, i) in Words.Select((word, i) => (word, i)))
        {
            var from = (int)((word.Start.TotalSeconds - 0.2) * Rate);
            Write($"commands-dev/judge/{word.Label}/{speakers[i % 2]}_nohash_0.wav", Shipped.Sample[from..(from + Rate)]);
        }
        Write($"commands-dev/judge/_unknown_/tone_{speakers[0]}_nohash_0.wav", Sounds.Tone(Rate, 200, 0.1, Rate));
        Write("commands-dev/judge/_silence_/1.wav", Sounds.Noise(Rate, 0.0005));
        Write("speech-commands/background_noise/fan.wav", Sounds.Noise(60 * Rate, 0.01));
        Write($"speech-negatives/{Reader}-1-1.wav", Sounds.Noise(4 * Rate, 0.02));
        Write($"speech-negatives/{Reader}-1-2.wav", Sounds.Noise(6 * Rate, 0.02));
        for (var i = 0; i < 10; i++)
        {
            Write($"wake-words/computer/{i}.wav", Sounds.Chirp(Rate, 300, 600, 0.2, Rate));
            Write($"wake-words/alexa/{i}.wav", Sounds.Chirp(Rate, 900, 300, 0.2, Rate));
            Write($"wake-words/jarvis/{i}.wav", Sounds.Chirp(Rate, 500, 500, 0.2, Rate));
        }
    }

    public IReadOnlyList<LabelledEvent> Words { get; }

    public static string Reader => SpeakerSplit.Speakers(SpeakerSplit.SpeechNegatives, Purpose.Reporting)[0];

    public string Root => _folder.File("data");

    public string File(string name) => _folder.File(name);

    public JudgingData Data => new(Root);

    void Write(string name, float[] samples)
    {
        var file = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        WavWriter.Write(file, samples, Rate);
    }

    public void Dispose() => _folder.Dispose();
}
