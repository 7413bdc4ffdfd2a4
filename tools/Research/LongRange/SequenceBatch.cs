namespace SuRnnStream.Research.LongRange;

/// <summary>Some sequences side by side, step by step.</summary>
/// <param name="Steps">T.</param>
/// <param name="Count">B.</param>
/// <param name="Values">[T, B, D], unless the inputs are tokens.</param>
/// <param name="Tokens">[T, B].</param>
/// <param name="Classes">[T - ScoredFrom, B], -1 where nothing is scored; unless the task is a regression.</param>
/// <param name="Targets">[T - ScoredFrom, B, Outputs].</param>
sealed record SequenceBatch(int Steps, int Count, float[]? Values, int[]? Tokens, int[]? Classes, float[]? Targets)
{
    /// <summary>The last steps whose output is scored.</summary>
    public int Scored(int outputs) => Classes is not null ? Classes.Length / Count : Targets!.Length / Count / outputs;

    /// <summary>The same without the steps before the last ones, of which there are as many as are scored at least.</summary>
    public SequenceBatch Last(int steps) => this with
    {
        Steps = steps,
        Values = Values?[(Values.Length / Steps * (Steps - steps))..],
        Tokens = Tokens?[(Count * (Steps - steps))..],
    };
}
