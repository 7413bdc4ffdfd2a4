namespace SuRnnStream.Training.SecondLook;

/// <summary>Puts heads together that were fitted from different seeds.</summary>
static class LookHeads
{
    /// <summary>
    /// One head whose logits are the mean of theirs: their hidden layers side by side, their output weights divided by their number. It is asked once a candidate and costs as much as all of them.
    /// Labels, shape, mean and scale are those that all share; rule and card are the first one's.
    /// </summary>
    /// <param name="heads">One or more, fitted on the same examples.</param>
    /// <exception cref="ArgumentException">There is none, they have together more units than a head may, or they differ in what they share; the message says which.</exception>
    public static LookHead Mean(IReadOnlyList<LookHead> heads)
    {
        if (heads.Count == 0) throw new ArgumentException("A mean of heads needs one head or more.");
        var first = heads[0];
        if (heads.Count == 1) return first;
        foreach (var head in heads)
        {
            var other = head.Shape != first.Shape ? "shape" : !head.Labels.SequenceEqual(first.Labels) ? "labels"
                : !head.Mean.Span.SequenceEqual(first.Mean.Span) ? "mean" : !head.Scale.Span.SequenceEqual(first.Scale.Span) ? "scale" : null;
            if (other is not null) throw new ArgumentException($"Heads can be averaged if they have one {other}, and these differ: fit them on the same examples.");
        }
        return (first with
        {
            Hidden = Joined(head => head.Hidden),
            HiddenBias = Joined(head => head.HiddenBias),
            Output = Outputs(heads),
            OutputBias = Enumerable.Range(0, first.Labels.Count).Select(label => heads.Sum(head => head.OutputBias.Span[label]) / heads.Count).ToArray(),
        }).Validate();

        float[] Joined(Func<LookHead, ReadOnlyMemory<float>> part) => [.. heads.SelectMany(head => part(head).ToArray())];
    }

    /// <summary>[Labels, all units]: a label's weights of one head after the other.</summary>
    static float[] Outputs(IReadOnlyList<LookHead> heads) =>
        [.. Enumerable.Range(0, heads[0].Labels.Count).SelectMany(label => heads.SelectMany(head => head.Output.Slice(label * head.Units, head.Units).ToArray())).Select(weight => weight / heads.Count)];
}
