using ConsoleAppFramework;
using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train judge-sounds` and `choose-sounds`.</summary>
sealed class JudgeSoundsCommand
{
    /// <summary>Chooses the thresholds of a model of sounds that last by sounds that are none of them, for a budget of false alarms, and writes the model with them.</summary>
    /// <param name="model">-m, The .surnn file.</param>
    /// <param name="negatives">Folders of sounds and speech without any of the labels, with commas between; not those that the model is judged by.</param>
    /// <param name="output">-o|--out, The model file to write.</param>
    /// <param name="maxFaPerHour">False alarms an hour of each label.</param>
    /// <param name="least">The lowest threshold.</param>
    /// <param name="likely">Folders of sounds that are nearly one of the labels, as a beep is nearly an alarm, with commas between; they have a budget of their own.</param>
    /// <param name="maxOfLikely">Part of these in which each label may be reported, 0 to 1.</param>
    /// <param name="without">Labels to take out of the model's detections, with commas between: they become background.</param>
    [Command("choose-sounds")]
    public void Choose(string model, string negatives, string output, double maxFaPerHour = 1, float least = 0.3f, string likely = "", double maxOfLikely = 0.05, string without = "")
    {
        if (!(maxFaPerHour >= 0)) throw new ArgumentException("--max-fa-per-hour is a number from 0.");
        if (!(least is > 0 and < 0.99f)) throw new ArgumentException("--least is a threshold above 0 and below 0.99.");
        if (!(maxOfLikely is >= 0 and <= 1)) throw new ArgumentException("--max-of-likely is a part, 0 to 1.");
        var net = ModelFile.Load(model);
        var dropped = FitCommand.Split(without);
        if (dropped.FirstOrDefault(label => !net.Config.Labels.Contains(label)) is { } stranger) throw new ArgumentException($"--without: there is no label '{stranger}' among {string.Join(", ", net.Config.Labels)}.");
        net = new SuRnnModel(net.Config with { Background = [.. net.Config.Background, .. dropped.Except(net.Config.Background)] }, net.Weights, net.Defaults with { Thresholds = new Dictionary<string, float>() }, net.Card);
        var rate = net.Config.RequireFrontEnd().SampleRate;
        IEnumerable<float[]> Sounds(string folders) => FitCommand.Split(folders).SelectMany(Files).Select(file => Corpus.Read(file, rate));
        var chosen = new SoundJudge(net).Choose(Sounds(negatives), maxFaPerHour, least, Sounds(likely), maxOfLikely);
        foreach (var (label, threshold) in chosen) Console.WriteLine(FormattableString.Invariant($"{label}: {threshold:0.##}"));
        ModelFile.Save(output, new SuRnnModel(net.Config, net.Weights, net.Defaults with { Thresholds = chosen.ToDictionary(one => one.Key, one => MathF.Round(one.Value, 3)) }, net.Card));
    }

    /// <summary>Judges a model of sounds that last: each sound once in quiet, over speech and over other sounds, and the false alarms in hours of other sounds and of speech.</summary>
    /// <param name="model">-m, The .surnn file.</param>
    /// <param name="positives">Folder of LABEL/*.wav, none of them trained on. The files' names up to the first _ say the recording.</param>
    /// <param name="sounds">Folder of other sounds, not trained on.</param>
    /// <param name="speech">Folder of speech, not trained on.</param>
    /// <param name="likely">Folder of sounds that are nearly one of the labels, as a beep is nearly an alarm, not trained on; default: none.</param>
    /// <param name="below">Decibels by which speech and other sounds lie below a sound.</param>
    /// <param name="seed">The same seed gives the same streams.</param>
    [Command("judge-sounds")]
    public void Judge(string model, string positives, string sounds, string speech, string? likely = null, double below = 10, int seed = 1)
    {
        Waveform.RequireRatio(below);
        var net = ModelFile.Load(model);
        var (judge, rate) = (new SoundJudge(net), net.Config.RequireFrontEnd().SampleRate);
        float[] Read(string file) => Corpus.Read(file, rate);
        float[][] others = [.. Files(sounds).Select(Read)], talk = [.. Files(speech).Select(Read)];
        var random = new Random(seed);
        float[] Pick(float[][] from) => from[random.Next(from.Length)];
        (string Name, Func<float[]> Meanwhile, double Below)[] conditions = [("in quiet", () => PinkNoise.Make(2 * rate, -40, random.Next()), 40), ("over speech", () => Pick(talk), below), ("over other sounds", () => Pick(others), below)];
        var labels = net.Config.Labels.Where(label => !net.Config.Background.Contains(label) && Directory.Exists(Path.Combine(positives, label))).ToArray();
        var wrong = labels.ToDictionary(label => label, _ => 0);
        var (scenes, minutes) = (0, 0.0);
        foreach (var label in labels)
        {
            var files = Files(Path.Combine(positives, label)).ToArray();
            var line = $"{label}: {files.Length} clips of {files.Select(RecordingOf).Distinct().Count()} recordings";
            var split = 0;
            foreach (var (name, meanwhile, under) in conditions)
            {
                var missed = new Dictionary<string, (int Missed, int Of)>();
                foreach (var file in files)
                {
                    var (samples, truth) = judge.Scene(label, Read(file), meanwhile(), under, random);
                    var heard = judge.Hear(samples);
                    scenes++;
                    minutes += samples.Length / 60.0 / rate;
                    if (SoundJudge.Count(heard, truth) > 1) split++;
                    foreach (var other in heard.Where(one => one.Label != label && wrong.ContainsKey(one.Label))) wrong[other.Label]++;
                    var (m, of) = missed.GetValueOrDefault(RecordingOf(file));
                    missed[RecordingOf(file)] = (m + (SoundJudge.Finds(heard, truth) ? 0 : 1), of + 1);
                }
                var (sum, all) = (missed.Values.Sum(one => one.Missed), missed.Values.Sum(one => one.Of));
                // Bounds by recording: one whose clips are missed more often than not counts as missed.
                var bounds = Bounds.OfPart(missed.Values.Count(one => 2 * one.Missed > one.Of), missed.Count);
                line += FormattableString.Invariant($"; {name} {sum} of {all} missed, {(double)sum / all:P1} (by recording {bounds.Lower:P1} to {bounds.Upper:P1})");
            }
            Console.WriteLine($"{line}; {split} of {conditions.Length * files.Length} told as more than one event");
        }
        Console.WriteLine(FormattableString.Invariant($"false alarms in these {scenes} streams, {minutes:F1} min, where another label is heard: {string.Join(", ", wrong.Select(one => $"{one.Key} {one.Value}"))}"));
        if (likely is not null)
        {
            float[][] near = [.. Files(likely).Select(Read)];
            var fooled = near.Select(sound => judge.Hear(sound).Select(one => one.Label).Distinct().ToArray()).ToArray();
            Console.WriteLine($"{near.Length} sounds that are nearly one, where a label is reported: {string.Join(", ", labels.Select(label => $"{label} {fooled.Count(one => one.Contains(label))}"))}");
        }
        False("other sounds", others);
        False("speech", talk);

        void False(string what, float[][] negatives)
        {
            var (counts, hours, listener) = (labels.ToDictionary(label => label, _ => 0), negatives.Sum(one => (double)one.Length) / rate / 3_600, new SoundJudge(net));
            foreach (var sound in negatives) foreach (var one in listener.Hear(sound)) if (counts.ContainsKey(one.Label)) counts[one.Label]++;
            foreach (var (label, count) in counts)
            {
                var bounds = Bounds.OfRate(count, hours);
                Console.WriteLine(FormattableString.Invariant($"{what}, {hours:F2} h: {label} {count}, {count / hours:F1} an hour ({(bounds.OneSided ? $"at most {bounds.Upper:F1}" : $"{bounds.Lower:F1} to {bounds.Upper:F1}")})"));
            }
            Console.WriteLine(FormattableString.Invariant($"{what}: {listener.Cost.SkippedRatio:P1} of the frames wholly skipped, {listener.Cost.OpenRatio:P2} of the switches open, {listener.Cost.MultiplyAdds / Math.Max(1, listener.Cost.Frames):N0} of {listener.Cost.MultiplyAddsDense / Math.Max(1, listener.Cost.Frames):N0} multiply-adds a frame"));
        }
    }

    static string RecordingOf(string file) => Path.GetFileName(file).Split('_')[0];

    static IEnumerable<string> Files(string folder) => Directory.Exists(folder)
        ? FolderWalk.Files(folder, below: true, file => file.EndsWith(".wav", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)
        : throw new DirectoryNotFoundException($"There is no folder {folder}.");
}
