namespace SuRnnStream.Evaluation;

/// <summary>A <see cref="JudgedStream"/> as bytes, exactly.</summary>
static class JudgedRecord
{
    public static void Write(BinaryWriter to, JudgedStream heard)
    {
        to.Write(heard.Name);
        to.Write(heard.Speaker);
        to.Write(heard.Condition);
        to.Write(heard.Said);
        to.Write(heard.Length.Ticks);
        to.Write(heard.IsNegative);
        WriteList(to, heard.Events, one => WriteEvent(to, one));
        WriteList(to, heard.Detections, one => WriteDetection(to, one));
        WriteStats(to, heard.Stats);
        WriteList(to, heard.Judged, one => WriteRow(to, one));
        foreach (var hash in new[] { heard.Sound, heard.Hash })
        {
            to.Write((byte)hash.Length);
            to.Write(hash);
        }
        (heard.Peaks ?? throw new InvalidOperationException("The stream has no peaks.")).Write(to);
        to.Write(heard.Sweep is not null);
        heard.Sweep?.Write(to);
        to.Write(heard.Verdicts is not null);
        if (heard.Verdicts is { } verdicts) WriteList(to, verdicts.All, one => WriteDetection(to, one));
        to.Write(heard.HasTrack);
        if (heard.HasTrack) heard.Track.Write(to);
    }

    /// <param name="from">What <see cref="Write"/> wrote.</param>
    /// <param name="length">Of the record.</param>
    /// <param name="track">Reads the scores when they are wanted.</param>
    public static JudgedStream Read(BinaryReader from, int length, Func<ScoreTrack> track)
    {
        var (name, speaker, condition, said) = (from.ReadString(), from.ReadString(), from.ReadString(), from.ReadString());
        var (time, isNegative) = (new TimeSpan(from.ReadInt64()), from.ReadBoolean());
        var events = ReadList(from, length, () => ReadEvent(from));
        var detections = ReadList(from, length, () => ReadDetection(from));
        var stats = ReadStats(from);
        var rows = ReadList(from, length, () => ReadRow(from, name, isNegative, condition, said));
        var (sound, hash) = (from.ReadBytes(from.ReadByte()), from.ReadBytes(from.ReadByte()));
        var peaks = StreamPeaks.Read(from);
        var sweep = from.ReadBoolean() ? SweepCounts.Read(from) : null;
        VerdictTrack? verdicts = null;
        if (from.ReadBoolean())
        {
            verdicts = new VerdictTrack();
            foreach (var one in ReadList(from, length, () => ReadDetection(from))) verdicts.Add(one);
        }
        var stream = (isNegative ? EvaluationStream.FromNegative(name, [], 1) : EvaluationStream.FromRecording(name, events, [], 1)) with { Length = time, Speaker = speaker, Condition = condition, Said = said };
        return new JudgedStream(stream, events, from.ReadBoolean() ? track : null, verdicts, detections, stats) { Judged = rows, Sound = sound, Hash = hash, Peaks = peaks, Sweep = sweep };
    }

    /// <summary>The scores of a record that has them.</summary>
    public static ScoreTrack ReadTrack(BinaryReader from, SuRnnConfig config)
    {
        _ = Read(from, (int)from.BaseStream.Length, () => throw new InvalidOperationException());
        return ScoreTrack.Read(from, config);
    }

    static void WriteList<T>(BinaryWriter to, IReadOnlyCollection<T> list, Action<T> write)
    {
        to.Write7BitEncodedInt(list.Count);
        foreach (var one in list) write(one);
    }

    static T[] ReadList<T>(BinaryReader from, int most, Func<T> read)
    {
        var count = from.Read7BitEncodedInt();
        if (count < 0 || count > most) throw new IOException("The journal is damaged: remove it.");
        var list = new T[count];
        for (var i = 0; i < count; i++) list[i] = read();
        return list;
    }

    static void WriteEvent(BinaryWriter to, LabelledEvent one)
    {
        to.Write(one.Label);
        to.Write(one.Start.Ticks);
        to.Write(one.End.Ticks);
        to.Write(one.Speaker ?? "");
    }

    static LabelledEvent ReadEvent(BinaryReader from) =>
        new(from.ReadString(), new TimeSpan(from.ReadInt64()), new TimeSpan(from.ReadInt64())) { Speaker = from.ReadString() is { Length: > 0 } speaker ? speaker : null };

    static void WriteDetection(BinaryWriter to, Detection one)
    {
        to.Write(one.Label);
        to.Write(one.Score);
        to.Write(one.Start.Ticks);
        to.Write(one.End.Ticks);
        to.Write(one.Time.Ticks);
    }

    static Detection ReadDetection(BinaryReader from) => new(from.ReadString(), from.ReadSingle(), new TimeSpan(from.ReadInt64()), new TimeSpan(from.ReadInt64()), new TimeSpan(from.ReadInt64()));

    static void WriteRow(BinaryWriter to, JudgedEvent row)
    {
        to.Write((byte)row.Kind);
        WriteEvent(to, new LabelledEvent(row.Label, row.Start, row.End) { Speaker = row.Speaker });
        to.Write(row.Found?.Ticks ?? long.MinValue);
        to.Write(row.Score ?? float.NaN);
        to.Write(row.Peak);
        to.Write(row.Threshold);
        to.Write((byte)row.Outcome);
        to.Write(row.Other ?? "");
        to.Write(row.Level ?? double.NaN);
        to.Write(row.Snr ?? double.NaN);
    }

    static JudgedEvent ReadRow(BinaryReader from, string name, bool isNegative, string condition, string said)
    {
        var (kind, one) = ((EventKind)from.ReadByte(), ReadEvent(from));
        var (found, score, peak, threshold, outcome, other) = (from.ReadInt64(), from.ReadSingle(), from.ReadSingle(), from.ReadSingle(), (CandidateOutcome)from.ReadByte(), from.ReadString());
        var (level, snr) = (from.ReadDouble(), from.ReadDouble());
        return new JudgedEvent(name, kind, one.Label, one.Start, one.End)
        {
            IsNegative = isNegative,
            Found = found == long.MinValue ? null : new TimeSpan(found),
            Score = float.IsNaN(score) ? null : score,
            Peak = peak,
            Threshold = threshold,
            Outcome = outcome,
            Other = other.Length > 0 ? other : null,
            Level = double.IsNaN(level) ? null : level,
            Snr = double.IsNaN(snr) ? null : snr,
            Speaker = one.Speaker ?? "",
            Condition = condition,
            Said = said,
        };
    }

    static void WriteStats(BinaryWriter to, ComputeStats stats)
    {
        foreach (var count in new[] { stats.Frames, stats.FramesSkipped, stats.SwitchesOpen, stats.Switches, stats.MultiplyAdds, stats.MultiplyAddsDense, stats.WeightBytes, stats.WeightBytesDense,
            stats.FrontEndTime.Ticks, stats.NetworkTime.Ticks, stats.StreamTime.Ticks, stats.Candidates, stats.Accepted, stats.VerifierMultiplyAdds, stats.VerifierTime.Ticks }) to.Write(count);
    }

    static ComputeStats ReadStats(BinaryReader from) => new()
    {
        Frames = from.ReadInt64(),
        FramesSkipped = from.ReadInt64(),
        SwitchesOpen = from.ReadInt64(),
        Switches = from.ReadInt64(),
        MultiplyAdds = from.ReadInt64(),
        MultiplyAddsDense = from.ReadInt64(),
        WeightBytes = from.ReadInt64(),
        WeightBytesDense = from.ReadInt64(),
        FrontEndTime = new TimeSpan(from.ReadInt64()),
        NetworkTime = new TimeSpan(from.ReadInt64()),
        StreamTime = new TimeSpan(from.ReadInt64()),
        Candidates = from.ReadInt64(),
        Accepted = from.ReadInt64(),
        VerifierMultiplyAdds = from.ReadInt64(),
        VerifierTime = new TimeSpan(from.ReadInt64()),
    };
}
