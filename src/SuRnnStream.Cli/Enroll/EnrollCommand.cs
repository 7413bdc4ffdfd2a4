using System.CommandLine;

namespace SuRnnStream.Cli;

sealed class EnrollCommand(Terminal terminal)
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("enroll", "Makes a model of a word of your own from a few recordings of it, in seconds and without training; adds words to such a model, and takes them out.");
        var @out = command.Text("--out", "Model file to write. With --add or --remove by default the same model.", "-o");
        var add = command.Text("--add", "A model with enrolled words, to which this one is added; a word that it has grows by what is named, with the takes that are kept beside the model (NAME.takes).");
        var remove = command.Text("--remove", "A model with enrolled words, from which this one is taken.");
        var say = command.Flag("--say", "Takes by the voices of this machine too (espeak-ng, flite, SVOX Pico): without recordings from the text alone. Near misses of the word become negatives.");
        var sayCount = command.Number<int>("--say-count", 20, "How many takes --say makes.");
        var onlyMe = command.Flag("--only-me", "Accepts the word only from voices like the enrolled ones. No security: some other voices pass, and a recording of yours does.");
        var negatives = command.Texts("--negatives", "Sounds in which the word is not said, files or folders: your own talk, your room.");
        var reviewed = command.Text("--reviewed", "A folder of near misses after `surnn review`: what was the word becomes takes, what was none negatives; what changes is printed before it is written.");
        var afresh = command.Flag("--afresh", "Forgets the takes of this word that are kept beside the model of --add: it is enrolled from what is named alone.");
        var maxFaPerHour = command.Number<double>("--max-fa-per-hour", 0.5, "False alarms an hour of speech that the threshold is to allow.");
        var model = command.Text("--model", "The model that proposes: by default models/commands.surnn beside the program, here, or above the program.", "-m");
        var space = command.Text("--space", "The word space: by default models/words.space beside the program, here, or above the program.");
        var dryRun = command.Flag("--dry-run", "Print what would be, and write nothing.");
        var seed = command.Number<int>("--seed", 1, "The same seed and recordings give the same file.");
        var word = command.Arguments("word", "The word, then files or folders of recordings, in each of which it is said once.");
        return command.Runs((given, cancellation) => new EnrollCommand(terminal).Enroll(
            given.GetValue(@out), given.GetValue(add), given.GetValue(remove), given.GetValue(say), given.GetValue(sayCount),
            given.GetValue(onlyMe), given.GetRequiredValue(negatives), given.GetValue(reviewed), given.GetValue(afresh), given.GetValue(maxFaPerHour),
            given.GetValue(model), given.GetValue(space), given.GetValue(dryRun), given.GetValue(seed), cancellation, given.GetRequiredValue(word)));
    }

    int Enroll(
        string? @out, string? add, string? remove, bool say, int sayCount, bool onlyMe, string[] negatives, string? reviewed, bool afresh,
        double maxFaPerHour, string? model, string? space, bool dryRun, int seed, CancellationToken cancellation, string[] word)
    {
        if (word.Length == 0) throw new UsageException("enroll needs a word; see surnn enroll --help");
        var label = word[0].Trim();
        if (label.Length == 0 || label.Length > 100 || label.Any(char.IsControl)) throw new UsageException("enroll takes the word first, then recordings of it: surnn enroll computer mine/ --out computer.surnn");
        if (remove is not null) return Remove(label, word.Length > 1 || add is not null || say || reviewed is not null, Models.Named(remove), @out ?? remove);
        if (@out is null && add is null && !dryRun) throw new UsageException("enroll writes a model: name it with --out, or the model to add to with --add");
        if (word.Length == 1 && !say && reviewed is null) throw new UsageException($"there is no recording of '{label}': name files or folders after the word, or let this machine's voices say it with --say");
        if (afresh && add is null) throw new UsageException("--afresh forgets takes that are kept beside the model of --add: without --add there are none");
        if (sayCount is < 1 or > 1_000) throw new UsageException("--say-count is 1 to 1000");
        if (onlyMe && say) throw new UsageException("--only-me knows a voice by recordings of it, but --say brings the voices of machines: leave one of them out");
        LiveAddress.RequireNone("enroll", [.. word[1..], .. negatives]);
        var options = new Evaluation.Enrolment.EnrolmentOptions { FalseAlarmsPerHour = maxFaPerHour, OnlyMe = onlyMe, Seed = seed };
        var proposer = ModelFile.Load(add is null ? Models.PathOf(model) : model is null ? Models.Named(add) : throw new UsageException("--model is for a new file: --add names the model already"));
        var run = new EnrollRun(terminal, label, proposer, space) { Options = options, SayCount = say ? sayCount : 0, Reviewed = reviewed, Negatives = negatives, Old = add is null ? null : proposer, Kept = add is null ? null : KeptTakes(add, afresh ? label : null) };
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
            throw new InputException($"{from}: {wrong.Message}");
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
            throw new InputException(damaged.Message);
        }
    }
}
