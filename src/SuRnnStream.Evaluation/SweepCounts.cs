namespace SuRnnStream.Evaluation;

/// <summary>
/// What one stream adds to the counts at each of <see cref="Evaluator.Thresholds"/>, in few bytes: neighbouring thresholds with the same counts are kept once.
/// </summary>
sealed class SweepCounts
{
    readonly byte[] _coded;

    SweepCounts(byte[] coded) => _coded = coded;

    /// <param name="labels">That are detected.</param>
    /// <param name="matches">One a threshold.</param>
    public static SweepCounts Of(IReadOnlyList<string> labels, IReadOnlyList<EventMatch> matches)
    {
        var (coded, before, run) = (new MemoryStream(), Array.Empty<byte>(), 0);
        using var writer = new BinaryWriter(coded);
        void Flush()
        {
            if (run == 0) return;
            writer.Write7BitEncodedInt(run);
            writer.Write(before);
        }
        foreach (var match in matches)
        {
            var now = One(labels, match);
            if (run > 0 && now.AsSpan().SequenceEqual(before)) run++;
            else
            {
                Flush();
                (before, run) = (now, 1);
            }
        }
        Flush();
        return new SweepCounts(coded.ToArray());
    }

    public static SweepCounts Read(BinaryReader from) => new(from.ReadBytes(from.Read7BitEncodedInt()));

    public void Write(BinaryWriter to)
    {
        to.Write7BitEncodedInt(_coded.Length);
        to.Write(_coded);
    }

    /// <summary>Adds the counts to those of other streams.</summary>
    /// <param name="tallies">One a threshold.</param>
    /// <param name="labels">The same as in <see cref="Of"/>.</param>
    /// <param name="isNegative">Where false alarms are counted.</param>
    public void AddTo(IReadOnlyList<Tally> tallies, IReadOnlyList<string> labels, bool isNegative)
    {
        using var reader = new BinaryReader(new MemoryStream(_coded));
        for (var t = 0; t < tallies.Count;)
        {
            var run = reader.Read7BitEncodedInt();
            for (var entries = reader.Read7BitEncodedInt(); entries > 0; entries--)
            {
                var label = labels[reader.Read7BitEncodedInt()];
                var (hits, alarms, wrong) = (reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt());
                for (var i = t; i < t + run; i++) tallies[i].Add(label, hits, alarms, wrong, isNegative);
            }
            t += run;
        }
    }

    static byte[] One(IReadOnlyList<string> labels, EventMatch match)
    {
        var counts = new SortedDictionary<int, (int Hits, int Alarms, int Wrong)>();
        int Place(string label) => labels.Index().First(one => one.Item == label).Index;
        foreach (var hit in match.Hits)
        {
            var label = Place(hit.Event.Label);
            counts[label] = counts.GetValueOrDefault(label) with { Hits = counts.GetValueOrDefault(label).Hits + 1 };
        }
        foreach (var alarm in match.FalseAlarms)
        {
            var (label, before) = (Place(alarm.Detection.Label), counts.GetValueOrDefault(Place(alarm.Detection.Label)));
            counts[label] = (before.Hits, before.Alarms + 1, before.Wrong + (alarm.WrongLabel ? 1 : 0));
        }
        using var coded = new MemoryStream();
        using var writer = new BinaryWriter(coded);
        writer.Write7BitEncodedInt(counts.Count);
        foreach (var (label, (hits, alarms, wrong)) in counts)
        {
            writer.Write7BitEncodedInt(label);
            writer.Write7BitEncodedInt(hits);
            writer.Write7BitEncodedInt(alarms);
            writer.Write7BitEncodedInt(wrong);
        }
        return coded.ToArray();
    }
}
