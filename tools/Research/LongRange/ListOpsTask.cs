namespace SuRnnStream.Research.LongRange;

/// <summary>
/// ListOps of Long Range Arena: the value, 0 to 9, of a nested expression. Full has that benchmark's parameters: more than 500 and fewer
/// than 2,000 tokens, 96,000 / 2,000 / 2,000 expressions. Short has the same generator at more than 50 and fewer than 200 tokens with 20,000
/// to train on. Padding comes first, so that the expression ends at the last step, where the answer is due. Expression n is made when
/// it is asked for; that none comes twice is left to chance, at fifty random tokens or more.
/// </summary>
sealed class ListOpsTask(int training) : SequenceTask
{
    public const int FullLength = 2_000, Shortest = 20;
    const int HeldBack = 2_000;

    double? _chance;

    public override string Name => "listops";
    public override int Inputs => ListOps.Vocabulary.Count;
    public override bool Tokens => true;
    public override int Outputs => 10;

    /// <summary>The part of the test set that has its most frequent answer.</summary>
    public override double Chance => _chance ??= Test(HeldBack)[0].Classes!.GroupBy(answer => answer).Max(group => group.Count()) / (double)HeldBack;

    public override PaperFigure? Paper => Length == FullLength ? new(0.4493, "suGRU on Long Range Arena's ListOps (Transformer 0.3637, S4 0.5960)") : null;
    public override int? Count(Part part) => part == Part.Training ? training : HeldBack;

    protected override void Write(SequenceBatch batch, int column, Part part, int n, Dice dice)
    {
        var expression = ListOps.Generate(dice, Length / 4, Length, new byte[Length]);
        for (int i = 0, t = Length - expression.Length; t < Length; i++, t++) batch.Tokens![t * batch.Count + column] = expression[i];
        batch.Classes![column] = ListOps.Evaluate(expression);
    }
}
