namespace SuRnnStream.Cli;

/// <summary>How well clips were classified, and what that cost.</summary>
sealed class ClipReport
{
    readonly int[][] _confusion; // [truth][answer]

    /// <param name="labels">The model's labels: the order of <see cref="Confusion"/>.</param>
    public ClipReport(IReadOnlyList<string> labels)
    {
        Labels = labels;
        _confusion = [.. labels.Select(_ => new int[labels.Count])];
    }

    /// <summary>The model's labels.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Clips by the label they have (rows) and the one they got (columns), in the order of <see cref="Labels"/>.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Confusion => _confusion;

    /// <summary>Clips in all.</summary>
    public int Clips { get; private set; }

    /// <summary>Clips that got the label they have.</summary>
    public int Correct => Enumerable.Range(0, Labels.Count).Sum(i => _confusion[i][i]);

    /// <summary>Part of the clips that got the label they have; 0 before the first clip.</summary>
    public double Accuracy => Clips == 0 ? 0 : (double)Correct / Clips;

    /// <summary>What all clips cost together.</summary>
    public ComputeStats Stats { get; private set; }

    /// <summary>Counts one clip.</summary>
    /// <exception cref="ArgumentException">The model has no such label.</exception>
    public void Add(string truth, ClipResult result)
    {
        _confusion[Place(truth)][Place(result.Label)]++;
        Clips++;
        Stats += result.Stats;
    }

    /// <summary>Clips that have this label.</summary>
    public int ClipsOf(string label) => _confusion[Place(label)].Sum();

    /// <summary>Part of the clips with this label that got it; null if there are none.</summary>
    public double? Recall(string label)
    {
        var (place, clips) = (Place(label), ClipsOf(label));
        return clips > 0 ? (double)_confusion[place][place] / clips : null;
    }

    int Place(string label)
    {
        for (var i = 0; i < Labels.Count; i++)
            if (Labels[i] == label) return i;
        throw new ArgumentException($"The model has {string.Join(", ", Labels)}, but not '{label}'.");
    }
}
