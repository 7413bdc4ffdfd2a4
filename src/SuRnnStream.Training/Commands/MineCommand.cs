using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Evaluation;
using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train mine`: what a model takes for a word, for the next training to use more often.</summary>
sealed class MineCommand
{
    static readonly TimeSpan Before = TimeSpan.FromSeconds(2), After = TimeSpan.FromSeconds(1.5);

    /// <summary>Runs a model over speech without its words and cuts out what it detects, for fit's --hard-negatives.</summary>
    /// <param name="model">-m, The .surnn file.</param>
    /// <param name="output">-o|--out, Folder for LABEL-NUMBER.wav; made if need be, must hold no WAV file yet.</param>
    /// <param name="speech">The folder of running speech that fit was given; the speakers kept for judging stay out.</param>
    /// <param name="extraSpeech">Further folders of running speech without the words, with commas between.</param>
    /// <param name="threshold">Score from which a detection counts: lower than the model's own, to find what nearly fired too.</param>
    [Command("mine")]
    public void Mine(string model, string output, string? speech = null, string extraSpeech = "", float threshold = 0.3f)
    {
        if (Directory.Exists(output) && Directory.EnumerateFiles(output, "*.wav").Any()) throw new InvalidDataException($"{output} holds WAV files already: name another folder, or remove them.");
        var net = ModelFile.Load(model).WithoutSecondLook(); // what is mined trains the network
        var rate = net.Config.RequireFrontEnd().SampleRate;
        var options = net.Defaults with { Threshold = threshold, DecisionWindow = TimeSpan.Zero };
        var sounds = Corpus.TrainingSpeechIn(speech, FitCommand.Split(extraSpeech), rate);
        if (sounds.Count == 0) throw new ArgumentException("There is nothing to mine: give --speech, --extra-speech or both.");
        Directory.CreateDirectory(output);
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var sound in sounds)
        {
            var detector = new StreamingDetector(net, options);
            void CutOut(Detection detection)
            {
                var number = counts[detection.Label] = counts.GetValueOrDefault(detection.Label) + 1;
                WavWriter.Write(Path.Combine(output, $"{detection.Label}-{number:d4}.wav"), Excerpt.Around(detection, sound, rate, Before, After), rate);
            }
            detector.Process(sound, CutOut);
            detector.Finish(CutOut);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{counts.Values.Sum()} detections in {sounds.Sum(sound => (double)sound.Length) / rate / 3600:F2} h: {string.Join(", ", counts.Select(count => $"{count.Key} {count.Value}"))}"));
    }
}
