namespace SuRnnStream.Training.Arguments;

/// <summary>Options of `surnn-train fit`.</summary>
sealed record FitArguments : NetArguments
{
    public FitArguments() => (Seconds, Hidden, Blocks, Epochs, LearningRate, Open, Threshold) = (3, 128, 3, 100, 2e-3, 0.085, 0.5f);

    [Option("Folder with a folder of WAV files per label (or `training` and `validation` folders of such), perhaps `background_noise`.")]
    public required string Data { get; init; }

    [Option("Labels to detect, with commas between; folders of other names are \"unknown\". Default: every folder.")]
    public string Words { get; init; } = "";

    [Option("Further folders of that form, with commas between: for training only.")]
    public string Extra { get; init; } = "";

    [Option("Folders of words that are \"unknown\" whatever their folders are called, with commas between: for training only.")]
    public string Unknown { get; init; } = "";

    [Option("Folder of running speech without the words, files named SPEAKER-*.wav; five speakers are kept for judging.")]
    public string? Speech { get; init; }

    [Option("Further folders of running speech without the words, with commas between: for training only.")]
    public string ExtraSpeech { get; init; } = "";

    [Option("Folder of sounds without the words that were taken for one, as mine writes: used often in training.")]
    public string? HardNegatives { get; init; }

    [Option("Folder of near misses that `surnn review` went through: its sounds of the words are trained on, those without as hard negatives.")]
    public string? Reviewed { get; init; }

    [Option("The labels are sounds that last, as a dog's barking: a label holds while its sound goes on. Without it they are words.")]
    public bool Lasting { get; init; }

    [Option("With --lasting: seconds of a sound after which its label must hold, for all labels and for single ones: 0.5,smoke_alarm=2.2.")]
    public string SureAfter { get; init; } = "";

    [Option("Channels of the convolutions in front; 0: no convolutions.")]
    public int Channels { get; init; } = 64;

    [Option("Wanted least part of the time in words in which each neuron's own switch is open; 0: a neuron may close for good.")]
    public double LeastOpen { get; init; }

    [Option("Weight in the loss of a second head that tells all words apart, unknown ones too, and is not exported; 0: none.")]
    public double Kinds { get; init; }

    [Option("Float32 model file of the same labels, as the dense twin, whose answers are learnt beside the labels.")]
    public string? Teacher { get; init; }
}
