using ConsoleAppFramework;
using SuRnnStream.Evaluation;
using SuRnnStream.Training.Judging;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train armed`: a wake word, then a command in one breath.</summary>
sealed class ArmedCommand
{
    static readonly (GateRule? Rule, float? Threshold)[] WakeSettings = [(null, null), (GateRule.Scores, 0.7f), (GateRule.Scores, 0.8f), (GateRule.Scores, 0.9f)];

    static readonly (GateRule? Rule, float? Threshold)[] CommandSettings =
    [
        (null, null), (GateRule.Scores, 0.4f), (GateRule.Scores, 0.5f), (GateRule.Scores, 0.6f), (GateRule.Scores, 0.7f),
        (GateRule.Bursts, 0.15f), (GateRule.Bursts, 0.25f), (GateRule.Talk, 0.3f), (GateRule.Talk, 0.41f), (GateRule.Talk, 0.5f),
    ];

    /// <summary>Prints how many commands are found 0.1 to 0.6 s after a wake word, what fires in speech, and how much work the commands are spared while disarmed.</summary>
    /// <param name="model">-m, The .surnn file of the commands.</param>
    /// <param name="wake">The .surnn file of the wake words.</param>
    /// <param name="data">The folder that unpack.sh unpacked into; SURNN_DATA unless given.</param>
    /// <param name="more">The folder that more-speech.py wrote to: telephone, non-native and children's speech.</param>
    /// <param name="set">choosing or reporting, see table. Wake-word recordings of the choosing set are those that the shipped model was trained on.</param>
    /// <param name="armedFor">Seconds that a wake word arms the commands.</param>
    /// <param name="rule">The commands' rule, Scores, Bursts or Talk; default: the model's.</param>
    /// <param name="threshold">Their threshold of all labels; default: the rule's.</param>
    /// <param name="wakeRule">The wake words' rule, Scores, Bursts or Talk; default: the model's.</param>
    /// <param name="wakeThreshold">Their threshold of all labels; default: the rule's.</param>
    /// <param name="sweep">A few lines for every rule and several thresholds, on every sixth speaker, in place of the table. Needs the choosing set.</param>
    /// <param name="trainingSpeech">Also counts false commands in the hours of speech that trainings may learn from.</param>
    /// <param name="seed">Chooses the draws of the bootstrap.</param>
    /// <param name="threads">Streams at a time; 0: one a core.</param>
    [Command("armed")]
    public void Armed(string model, string wake, string? data = null, string? more = null, string set = "reporting", double armedFor = 4, GateRule? rule = null, float? threshold = null, GateRule? wakeRule = null, float? wakeThreshold = null, bool sweep = false, bool trainingSpeech = false, int seed = 1, int threads = 0)
    {
        var purpose = TableCommand.PurposeOf(set);
        if (sweep && purpose != Purpose.Choosing) throw new ArgumentException("--sweep chooses settings, so it needs --set choosing.");
        if (!(armedFor is > 0 and <= 3_600)) throw new ArgumentException($"--armed-for is {armedFor}, but must be above 0 and at most 3600 seconds.");
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount };
        var (commands, calls) = (new JudgedModel(model, ModelFile.Load(model)), new JudgedModel(wake, ModelFile.Load(wake)));
        if (!commands.Labels.All(JudgingData.CommandWords.Contains)) throw new ArgumentException($"{model} detects {string.Join(", ", commands.Labels)}: there are recordings of {string.Join(", ", JudgingData.CommandWords)} only.");
        if (!calls.Labels.All(JudgingData.WakeWordNames.Contains)) throw new ArgumentException($"{wake} detects {string.Join(", ", calls.Labels)}: there are recordings of {string.Join(", ", JudgingData.WakeWordNames)} only.");
        var scenes = new CommandScenes(new JudgingData(TableCommand.Root(data), more), purpose, commands.Labels, commands.Model.Config.RequireFrontEnd().SampleRate, parallel);
        var judge = new ArmedJudge(scenes, TimeSpan.FromSeconds(armedFor), sweep ? 6 : 1, parallel, TableCommand.Progress);
        if (sweep)
        {
            ArmedSetting[] settings = [.. from call in WakeSettings from command in CommandSettings
                                          select new ArmedSetting($"wake words {Name(call)}, commands {Name(command)}", With(calls, call.Rule, call.Threshold), With(commands, command.Rule, command.Threshold))];
            foreach (var (setting, of) in settings.Zip(judge.Run(settings))) Lines(setting.Name, of);
            return;
        }
        var judged = new ArmedSetting("", With(calls, wakeRule, wakeThreshold), With(commands, rule, threshold));
        var figures = judge.Run([judged], trainingSpeech)[0];
        Console.WriteLine(FormattableString.Invariant($"{model} (rule {judged.Commands.Options.Rule}, threshold {judged.Commands.Options.Threshold}) after {wake} (rule {judged.Wake.Options.Rule}, threshold {judged.Wake.Options.Threshold}), {set} set, armed for {armedFor} s"));
        Console.WriteLine();
        foreach (var line in JudgeTable.Lines(figures, null, new Draws(scenes.Populations, seed))) Console.WriteLine(line);
    }

    static string Name((GateRule? Rule, float? Threshold) setting) => setting.Rule is { } rule ? FormattableString.Invariant($"{rule} {setting.Threshold}") : "as shipped";

    static JudgedModel With(JudgedModel model, GateRule? rule, float? threshold)
    {
        var options = rule is { } other ? model.Options.With(other) : model.Options;
        return new JudgedModel(model.Name, model.Model, threshold is { } level ? options with { Threshold = level, Thresholds = new Dictionary<string, float>() } : options);
    }

    static void Lines(string setting, IReadOnlyList<Figure> figures)
    {
        Console.WriteLine(setting);
        foreach (var figure in figures.Where(one => one.Parts.Count > 0 && (one.Name == "pairs found" || one.Group is "all gaps together" or "running speech, all" || one.Group.StartsWith("somebody", StringComparison.Ordinal))))
            Console.WriteLine(FormattableString.Invariant($"    {figure.Measured,8:0.0000} ({figure.Count:0} of {figure.Of:0.##} {figure.What}) {figure.Group}: {figure.Name}"));
    }
}
