namespace SuRnnStream.Evaluation.Moments;

/// <summary>Something that happened in a stream.</summary>
/// <param name="Moment">Number of the sample at which it happens.</param>
/// <param name="Label">Place of its label among the model's.</param>
/// <param name="OrLabel">A label that will do as well; the same where there is none.</param>
readonly record struct StreamEvent(long Moment, int Label, int OrLabel);

/// <summary>A recording and what happened in it.</summary>
/// <param name="Name">Of the file, without its ending.</param>
/// <param name="Channels">[channels][moments] those that the model takes.</param>
/// <param name="Others">[others][moments] the recording's other channels.</param>
/// <param name="Events">In the order of time.</param>
/// <param name="Excluded">Segments, from and to, in which events cannot be told from each other: neither trained on nor judged.</param>
sealed record EventStream(string Name, float[][] Channels, float[][] Others, IReadOnlyList<StreamEvent> Events, IReadOnlyList<(long From, long To)> Excluded)
{
    public int Moments => Channels[0].Length;

    public bool IsExcluded(long from, long to) => Excluded.Any(segment => segment.From < to && from < segment.To);
}
