using ConsoleAppFramework;

namespace SuRnnStream.Cli;

sealed class EnrollCommand(Terminal terminal)
{
    /// <summary>Makes a model of a word of your own from a few recordings of it, in seconds and without training; adds words to such a model, and takes them out.</summary>
    /// <param name="out">-o, Model file to write. With --add or --remove by default the same model.</param>
    /// <param name="add">A model with enrolled words, to which this one is added; a word that it has grows by what is named, with the takes that are kept beside the model (NAME.takes).</param>
    /// <param name="remove">A model with enrolled words, from which this one is taken.</param>
    /// <param name="say">Takes by the voices of this machine too (espeak-ng, flite, SVOX Pico): without recordings from the text alone. Near misses of the word become negatives.</param>
    /// <param name="sayCount">How many takes --say makes.</param>
    /// <param name="onlyMe">Accepts the word only from voices like the enrolled ones. No security: some other voices pass, and a recording of yours does.</param>
    /// <param name="negatives">Sounds in which the word is not said, files or folders: your own talk, your room.</param>
    /// <param name="reviewed">A folder of near misses after `surnn review`: what was the word becomes takes, what was none negatives; what changes is printed before it is written.</param>
    /// <param name="afresh">Forgets the takes of this word that are kept beside the model of --add: it is enrolled from what is named alone.</param>
    /// <param name="maxFaPerHour">False alarms an hour of speech that the threshold is to allow.</param>
    /// <param name="model">-m, The model that proposes: by default models/commands.surnn beside the program, here, or above the program.</param>
    /// <param name="space">The word space: by default models/words.space beside the program, here, or above the program.</param>
    /// <param name="dryRun">Print what would be, and write nothing.</param>
    /// <param name="seed">The same seed and recordings give the same file.</param>
    /// <param name="cancellation">Ctrl+C.</param>
    /// <param name="word">The word, then files or folders of recordings, in each of which it is said once.</param>
    public int Enroll(
        [HideDefaultValue] string? @out = null,
        [HideDefaultValue] string? add = null,
        [HideDefaultValue] string? remove = null,
        bool say = false,
        int sayCount = 20,
        bool onlyMe = false,
        [HideDefaultValue] string? negatives = null,
        [HideDefaultValue] string? reviewed = null,
        bool afresh = false,
        double maxFaPerHour = 0.5,
        [HideDefaultValue] string? model = null,
        [HideDefaultValue] string? space = null,
        bool dryRun = false,
        int seed = 1,
        CancellationToken cancellation = default,
        [Argument] params string[] word)
    {
        var label = word[0].Trim();
        if (label.Length == 0 || label.Length > 100 || label.Any(char.IsControl)) throw new UsageException("enroll takes the word first, then recordings of it: surnn enroll computer mine/ --out computer.surnn");
        if (remove is not null) return Remove(label, word.Length > 1 || add is not null || say || reviewed is not null, Models.Named(remove), @out ?? remove);
        if (@out is null && add is null && !dryRun) throw new UsageException("enroll writes a model: name it with --out, or the model to add to with --add");
        if (word.Length == 1 && !say && reviewed is null) throw new UsageException($"there is no recording of '{label}': name files or folders after the word, or let this machine's voices say it with --say");
        if (afresh && add is null) throw new UsageException("--afresh forgets takes that are kept beside the model of --add: without --add there are none");
        if (sayCount is < 1 or > 1_000) throw new UsageException("--say-count is 1 to 1000");
        if (onlyMe && say) throw new UsageException("--only-me knows a voice by recordings of it, but --say brings the voices of machines: leave one of them out");
        var options = new Evaluation.Enrolment.EnrolmentOptions { FalseAlarmsPerHour = maxFaPerHour, OnlyMe = onlyMe, Seed = seed };
        var proposer = ModelFile.Load(add is null ? Models.PathOf(model) : model is null ? Models.Named(add) : throw new UsageException("--model is for a new file: --add names the model already"));
        var run = new EnrollRun(terminal, label, proposer, space) { Options = options, SayCount = say ? sayCount : 0, Reviewed = reviewed, Negatives = negatives?.Split(Surnn.Between) ?? [], Old = add is null ? null : proposer, Kept = add is null ? null : KeptTakes(add, afresh ? label : null) };
        return run.Run(word[1..], dryRun ? null : @out ?? add, cancellation);
    }

    int Remove(string label, bool tooMuch, string from, string to)
    {
        if (tooMuch) throw new UsageException("--remove takes a word out: leave recordings, --add, --say and --reviewed out");
        try
        {
            var model = Evaluation.Enrolment.WordEnroller.Remove(ModelFile.Load(from), label);
            var kept = KeptTakes(from, label);
            ModelFile.Save(to, model);
            kept?.Save(EnrollRun.TakesOf(to));
            terminal.Print(Words.Text($"{to}: without {label}; left: {string.Join(", ", model.Config.Words!.Words.Select(word => word.Label))}"));
            return 0;
        }
        catch (InvalidDataException wrong)
        {
            throw new UsageException($"{from}: {wrong.Message}");
        }
    }

    /// <summary>What is kept beside a model, without a word that is to be forgotten; null: nothing is.</summary>
    static Evaluation.Enrolment.EnrolledTakes? KeptTakes(string model, string? forgotten)
    {
        var path = EnrollRun.TakesOf(model);
        if (!File.Exists(path)) return null;
        try
        {
            var kept = Evaluation.Enrolment.EnrolledTakes.Load(path);
            return forgotten is null ? kept : kept.Without(forgotten);
        }
        catch (InvalidDataException damaged)
        {
            throw new UsageException(damaged.Message);
        }
    }
}
