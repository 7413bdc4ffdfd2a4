namespace SuRnnStream.Research.LongRange;

/// <summary>
/// Selective copying (Mamba): data tokens at random places in noise, to be given back in order at the end. The vocabulary is that of the
/// published generator: 0 noise, 1..14 data, 15 the marker that asks for the next answer. Length counts every step, the markers included:
/// full is 4,096 = 4,080 places, 16 of them data, and 16 markers (the generator of S4 counts only the noise, so its 4,096 are 4,128 steps).
/// Short is 256 steps with 8 data tokens: 30 bits to keep, which one layer of 64 units can hold. Each answer counts alone.
/// </summary>
sealed class SelectiveCopyTask(int copied) : SequenceTask
{
    public const int FullLength = 4_096, Noise = 0, Marker = 15;
    const int DataTokens = 14;

    public override string Name => "selective-copy";
    public override int Inputs => Marker + 1;
    public override bool Tokens => true;
    public override int Outputs => Marker + 1;
    public override int ScoredFrom => Length - copied;
    public override double Chance => 1.0 / DataTokens;
    public override PaperFigure? Paper => Length == FullLength && copied == 16 ? new(0.972, "suGRU+S4, 2 layers, T = 4,096 (3 layers: 0.995; S4: 0.183)") : null;
    public override int? Count(Part part) => part == Part.Training ? null : 1_000;

    protected override void Write(SequenceBatch batch, int column, Part part, int n, Dice dice)
    {
        for (int t = 0, left = copied; t < ScoredFrom; t++)
        {
            if (dice.Next(ScoredFrom - t) >= left) continue; // chooses every set of places alike
            var token = 1 + dice.Next(DataTokens);
            batch.Tokens![t * batch.Count + column] = token;
            batch.Classes![(copied - left--) * batch.Count + column] = token;
        }
        for (var t = ScoredFrom; t < Length; t++) batch.Tokens![t * batch.Count + column] = Marker;
    }
}
