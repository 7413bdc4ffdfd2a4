namespace SuRnnStream.Research.LongRange;

/// <summary>
/// Add the two marked numbers (Hochreiter and Schmidhuber). A step is (a number in [0, 1), marker 0 or 1); one marker is in the first
/// tenth, one in the last half; the answer is due at the last step. Always answering 1 gives the variance of the target, 1/6.
/// </summary>
sealed class AddingTask : SequenceTask
{
    public const int Shortest = 20;

    public override string Name => "adding";
    public override int Inputs => 2;
    public override int Outputs => 1;
    public override ScoreKind Scoring => ScoreKind.Mse;
    public override double Chance => 1 / 6.0;
    public override int? Count(Part part) => part == Part.Training ? null : 1_000;

    protected override void Write(SequenceBatch batch, int column, Part part, int n, Dice dice)
    {
        var (first, second) = (dice.Next(Length / 10), dice.Next(Length / 2, Length));
        var values = batch.Values!;
        for (var t = 0; t < Length; t++)
        {
            var at = (t * batch.Count + column) * 2;
            values[at] = dice.NextSingle();
            if (t != first && t != second) continue;
            values[at + 1] = 1;
            batch.Targets![column] += values[at];
        }
    }
}
