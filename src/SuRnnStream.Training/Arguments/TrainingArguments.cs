namespace SuRnnStream.Training.Arguments;

/// <summary>Options of every training that has checkpoints.</summary>
abstract record TrainingArguments
{
    [Option("The model file to write. Checkpoints and the training's log go to FILE.training/ beside it.", Alias = "-o|--out")]
    public required string Output { get; init; }

    [Option("The same seed gives the same training.")]
    public int Seed { get; init; } = 1;

    [Option("Goes on from the last checkpoint, exactly.")]
    public bool Resume { get; init; }

    [Option("Threads of Torch's own operations.")]
    public int Threads { get; init; } = 1;
}
