using System.Collections.Concurrent;

namespace SuRnnStream.Research.LongRange;

/// <summary>
/// Pathfinder: whether a dashed curve joins the two dots of a picture, read pixel by pixel. The pictures are our own, of the kind of Long
/// Range Arena's and not the same, see <see cref="PathfinderScene"/>. Full is 32 x 32 with the counts of that benchmark's hard set (curves
/// of 14 dashes, 5 distractors of 4) and its 160,000 pictures to train on; short is 16 x 16 with curves of 5 dashes and 2 distractors of 2, and
/// 40,000. Both have 2,000 for validation and 2,000 for the test, enough for an accuracy to about one point. Pictures of even number are
/// joined: half of every part. Picture n is drawn when it is first asked for, and kept: drawing takes longer than training on it.
/// </summary>
sealed class PathfinderTask(PathfinderOptions options) : SequenceTask
{
    readonly ConcurrentDictionary<(Part Part, int N), byte[]> _drawn = [];

    bool IsFull => options == PathfinderOptions.Full;

    public override string Name => "pathfinder";
    public override int Inputs => 1;
    public override int Outputs => 2;
    public override double Chance => 0.5;
    public override PaperFigure? Paper => IsFull ? new(0.8492, "suGRU on Long Range Arena's own pictures (Transformer 0.7140, S4 0.9420)") : null;

    public override int? Count(Part part) => part != Part.Training ? 2_000 : IsFull ? 160_000 : 40_000;

    protected override void Write(SequenceBatch batch, int column, Part part, int n, Dice dice)
    {
        var joined = n % 2 == 0;
        var image = _drawn.GetOrAdd((part, n), _ => [.. new PathfinderScene(dice, options).Draw(joined)]);
        for (var t = 0; t < Length; t++) batch.Values![t * batch.Count + column] = image[t] / 255f;
        batch.Classes![column] = joined ? 1 : 0;
    }
}
