namespace SuRnnStream;

/// <summary>Detections that wait, first come first, each with the time at which it is due. Allocates only to grow.</summary>
sealed class WaitingDetections
{
    readonly List<(Detection Detection, TimeSpan Due)> _all = [];

    public int Count => _all.Count;

    public (Detection Detection, TimeSpan Due) this[int index] => _all[index];

    /// <summary>The earliest time at which one is due. Null: none waits.</summary>
    public TimeSpan? Due { get; private set; }

    public void Add(in Detection detection, TimeSpan due)
    {
        _all.Add((detection, due));
        if (Due is not { } first || due < first) Due = due;
    }

    /// <summary>Removes one; those after it move up.</summary>
    public Detection RemoveAt(int index)
    {
        var (detection, due) = _all[index];
        _all.RemoveAt(index);
        if (due == Due) FindDue();
        return detection;
    }

    /// <summary>Removes the one that is due first.</summary>
    public Detection TakeDue()
    {
        for (var i = 0; i < _all.Count; i++)
            if (_all[i].Due == Due) return RemoveAt(i);
        throw new InvalidOperationException("Nothing waits.");
    }

    public void Clear()
    {
        _all.Clear();
        Due = null;
    }

    public void Save(BinaryWriter to)
    {
        to.Write(_all.Count);
        foreach (var (detection, due) in _all)
        {
            DetectionState.Write(to, detection);
            to.Write(due.Ticks);
        }
    }

    public void Restore(BinaryReader from)
    {
        Clear();
        var count = from.ReadInt32();
        if (count is < 0 or > 1_000_000) throw new InvalidDataException($"A saved decision holds {count} detections.");
        for (var i = 0; i < count; i++)
        {
            var detection = DetectionState.Read(from);
            Add(detection, SavedTime.Read(from));
        }
    }

    void FindDue()
    {
        Due = null;
        foreach (var (_, due) in _all) if (Due is not { } first || due < first) Due = due;
    }
}
