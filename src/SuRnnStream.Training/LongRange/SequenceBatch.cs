namespace SuRnnStream.Training.LongRange;

/// <summary>Some sequences side by side, step by step.</summary>
/// <param name="Steps">T.</param>
/// <param name="Count">B.</param>
/// <param name="Values">[T, B, D], unless the inputs are tokens.</param>
/// <param name="Tokens">[T, B].</param>
/// <param name="Classes">[T - ScoredFrom, B], -1 where nothing is scored; unless the task is a regression.</param>
/// <param name="Targets">[T - ScoredFrom, B, Outputs].</param>
sealed record SequenceBatch(int Steps, int Count, float[]? Values, int[]? Tokens, int[]? Classes, float[]? Targets);
