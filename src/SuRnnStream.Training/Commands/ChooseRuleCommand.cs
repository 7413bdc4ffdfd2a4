using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Training.Judging;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train choose-rule`: how a model's bursts are judged, chosen on the choosing speakers.</summary>
sealed class ChooseRuleCommand
{
    /// <summary>
    /// Prints what settings of the rule Bursts come to, each at its lowest threshold with at most 3 false alarms an hour of read and 10 of other speech, 6.5 % wrong labels and 10 % of other words,
    /// and writes the model with the best: fewest words missed, with a fifth of those missed within a second of other speech.
    /// </summary>
    /// <param name="model">-m, The .surnn file of the commands.</param>
    /// <param name="output">-o|--out, The file to write: as float32 where the model is, and rounded to int8 with --int8.</param>
    /// <param name="data">The folder that unpack.sh unpacked into; SURNN_DATA unless given.</param>
    /// <param name="more">The folder that more-speech.py wrote to: telephone, non-native and children's speech.</param>
    /// <param name="before">Weights of the background before a burst, with commas between. Every value is tried with every value of the others.</param>
    /// <param name="after">Weights of the background after the label's peak.</param>
    /// <param name="second">Weights of the lead over the second label.</param>
    /// <param name="lookBack">Seconds before a burst in which the background counts.</param>
    /// <param name="calm">Milliseconds of calm that end a burst.</param>
    /// <param name="shortest">Milliseconds of the shortest burst.</param>
    /// <param name="smoothing">Parts of the last frame's score that are kept.</param>
    /// <param name="trainingSpeech">Also holds the bars in the hours of speech that trainings may learn from.</param>
    /// <param name="byLabel">Then seeks a threshold of its own for each label, within the same bars.</param>
    /// <param name="note">Written into the card as "rule".</param>
    /// <param name="int8">Round the weights to int8 first.</param>
    /// <param name="threads">Streams at a time; 0: one a core.</param>
    [Command("choose-rule")]
    public int Choose(string model, string? output = null, string? data = null, string? more = null, string before = "0.25", string after = "1.5", string second = "0.25", string lookBack = "2", string calm = "140",
        string shortest = "100", string smoothing = "0.8", bool trainingSpeech = false, bool byLabel = false, string? note = null, bool int8 = false, int threads = 0)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount };
        var of = ModelFile.Load(model);
        if (of.Config.Verifier is not null) throw new ArgumentException($"{model} has a second look, which decides in place of a rule: choose the rule of its first stage, as commands-small.surnn is that of commands.surnn, and add the second look again (add-verifier).");
        if (int8) of = of.ToInt8();
        var judged = new JudgedModel(model, of);
        if (!judged.Labels.All(JudgingData.CommandWords.Contains)) throw new ArgumentException($"{model} detects {string.Join(", ", judged.Labels)}: there are recordings of {string.Join(", ", JudgingData.CommandWords)} only.");
        DetectorOptions[] tried =
        [
            .. from b in Numbers(before, nameof(before)) from a in Numbers(after, nameof(after)) from s in Numbers(second, nameof(second)) from back in Numbers(lookBack, nameof(lookBack))
               from c in Numbers(calm, nameof(calm)) from least in Numbers(shortest, nameof(shortest)) from keep in Numbers(smoothing, nameof(smoothing))
               let options = of.Defaults.With(GateRule.Bursts)
               select options with { Smoothing = keep, Burst = options.Burst with { Before = b, After = a, Second = s, LookBack = TimeSpan.FromSeconds(back), Calm = TimeSpan.FromMilliseconds(c), Shortest = TimeSpan.FromMilliseconds(least) } }
        ];
        var scenes = new CommandScenes(new JudgingData(TableCommand.Root(data), more), Purpose.Choosing, judged.Labels, of.Config.RequireFrontEnd().SampleRate, parallel);
        var choice = new RuleChoice(scenes, judged, trainingSpeech, parallel, TableCommand.Progress);
        Console.WriteLine("before after second back calm shortest smoothing threshold | missed wrong others like | read other | training read other | missed after: wake word 0.3, 0.6 s, sentence 0.5, 1 s | cost");
        (DetectorOptions Options, RuleCounts Counts)? best = null;
        foreach (var options in tried)
        {
            var found = choice.AtLowestThreshold(options);
            Console.WriteLine(Line(found?.Options ?? options, found?.Counts));
            if (found is { } one && (best is null || one.Counts.Cost < best.Value.Counts.Cost)) best = found;
        }
        if (best is not { } chosen)
        {
            Console.Error.WriteLine("No threshold keeps the bars, with any of these settings: nothing was written.");
            return 1;
        }
        Console.WriteLine($"best: {Line(chosen.Options, chosen.Counts)}");
        if (byLabel)
        {
            chosen = choice.ByLabel(chosen, judged.Labels);
            Console.WriteLine($"by label: {Line(chosen.Options, chosen.Counts)} | {string.Join(" ", judged.Labels.Select(label => FormattableString.Invariant($"{label} {chosen.Options.Thresholds.GetValueOrDefault(label, chosen.Options.Threshold):0.##}")))}");
        }
        if (output is null) return 0;
        var card = new Dictionary<string, string>(of.Card);
        if (note is not null) card["rule"] = note;
        ModelFile.Save(output, new SuRnnModel(of.Config, of.Weights, chosen.Options, card));
        return 0;
    }

    static string Line(DetectorOptions options, RuleCounts? counts)
    {
        var burst = options.Burst;
        var settings = FormattableString.Invariant($"{burst.Before} {burst.After} {burst.Second} {burst.LookBack.TotalSeconds} {burst.Calm.TotalMilliseconds} {burst.Shortest.TotalMilliseconds} {options.Smoothing}");
        return counts is null ? $"{settings} | no threshold keeps the bars" : FormattableString.Invariant(
            $"{settings} {options.Threshold:f2} | {counts.Missed:P1} {counts.Wrong:P1} {counts.Others:P1} {counts.Like:P0} | {counts.Read:f1} {counts.Other:f1} | {counts.TrainingRead:f1} {counts.TrainingOther:f1} | {string.Join(" ", counts.MissedAfter.Select(part => part.ToString("P0", CultureInfo.InvariantCulture)))} | {counts.Cost:f4}");
    }

    /// <exception cref="ArgumentException">One is none.</exception>
    static float[] Numbers(string list, string name) => [.. FitCommand.Split(list).Select(text => float.TryParse(text, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number) ? number
        : throw new ArgumentException($"'{text}' of --{name} is no number."))];
}
