namespace SuRnnStream.Training.Arguments;

/// <summary>Options of `surnn-train fit-verifier`.</summary>
sealed record FitVerifierArguments
{
    [Option("First stages, .surnn files of the same labels with commas between.", Alias = "-m")]
    public required string Models { get; init; }

    [Option("The file of weights to write; written now and then, too.", Alias = "-o|--out")]
    public required string Output { get; init; }

    [Option("Folder of the unpacked data.")]
    public required string Data { get; init; }

    [Option("Folder of what more-speech.py makes.")]
    public string? More { get; init; }

    [Option("A word space (.space), weights that this command wrote, or a model with a second look of its own (.surnn), to begin with; without it at random.")]
    public string? Start { get; init; }

    [Option("Folder of the speech embedding, whose numbers it then learns beside the labels; empty: where `fetch-embedding` puts it.")]
    public string? Teacher { get; init; }

    [Option("Weight of distillation, what that embedding says, in the loss.")]
    public double Distillation { get; init; } = 0.5;

    [Option("Channels of the convolutions; those that it begins with may have fewer.")]
    public int Channels { get; init; } = 96;

    [Option("Folders of synthesised words, as `surnn-train voices` writes them, with commas between.")]
    public string Voices { get; init; } = "";

    [Option("Folders of synthesised words that begin like a command, with commas between: their candidates are learnt as unknown.")]
    public string Beginnings { get; init; } = "";

    [Option("Commands of training speakers that go on with a piece of another of their words, learnt as unknown.")]
    public int Spliced { get; init; }

    [Option("Cache of the recordings as mel planes, made if it is not there.")]
    public string? Planes { get; init; }

    [Option("Cache of the candidates, two files that begin like this; made if they are not there, and only good for the same models, data, copies, talk and bursts.")]
    public string? Banks { get; init; }

    [Option("Changed copies of every clip of a command, beside the clean one; of other words half as many.")]
    public int Copies { get; init; } = 2;

    [Option("Until the end of the training.")]
    public double Minutes { get; init; } = 30;

    [Option("Steps until the end of the training, in place of minutes: a run on a busier machine then comes to the same; 0: by minutes.")]
    public int Steps { get; init; }

    [Option("Part of the mixed words, and of the changed copies of clips and speech, with a talker 12 to 32 dB below them.")]
    public double Talker { get; init; }

    [Option("Part of the changed copies of clips and speech before which somebody's sentence ends.")]
    public double AfterTalk { get; init; }

    [Option("Longest burst that is asked about, in milliseconds.")]
    public int Longest { get; init; } = 1200;

    [Option("Scores of silence from which a frame counts as one without open switches, with commas between: candidates by each are learnt; 0: it does not count.")]
    public string SilentFrom { get; init; } = "0";

    [Option("Part of the proposed windows without a command that is drawn from the tenth which the network takes for a command most.")]
    public double Hard { get; init; }

    [Option("Learning rate of the layers after the convolutions.")]
    public double Rate { get; init; } = 1.5e-3;

    [Option("Windows a step.")]
    public int Batch { get; init; } = 160;

    [Option("Clips of words-more whose candidates are learnt as unknown, evenly over its words.")]
    public int OtherWords { get; init; } = 4000;

    [Option("Chooses copies, batches and first weights.")]
    public int Seed { get; init; } = 1;

    [Option("Threads that look for candidates.")]
    public int Threads { get; init; } = 1;
}
