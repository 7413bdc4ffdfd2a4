namespace SuRnnStream;

/// <summary>A detection as a part of a saved state.</summary>
static class DetectionState
{
    public static void Write(BinaryWriter to, in Detection detection)
    {
        to.Write(detection.Label);
        to.Write(detection.Score);
        to.Write(detection.Start.Ticks);
        to.Write(detection.End.Ticks);
        to.Write(detection.Time.Ticks);
        to.Write(detection.Source is not null);
        to.Write(detection.Source ?? "");
        to.Write(detection.Landmark?.Ticks ?? long.MinValue);
        to.Write(detection.Level ?? float.NaN);
        to.Write(detection.LevelAboveFloor ?? float.NaN);
        to.Write(detection.At?.UtcTicks ?? long.MinValue);
        to.Write((byte)detection.Phase);
        to.Write((byte)detection.EndedBy);
    }

    public static Detection Read(BinaryReader from)
    {
        var (label, score) = (from.ReadString(), from.ReadSingle());
        var (start, end, time) = (SavedTime.Read(from), SavedTime.Read(from), SavedTime.Read(from));
        var (named, source) = (from.ReadBoolean(), from.ReadString());
        var (landmark, level, above, at) = (SavedTime.ReadOptional(from), from.ReadSingle(), from.ReadSingle(), from.ReadInt64());
        var (phase, endedBy) = ((EventPhase)from.ReadByte(), (EventEnd)from.ReadByte());
        if (!float.IsFinite(score) || start > end) throw new InvalidDataException(FormattableString.Invariant($"A saved detection has the score {score} from {start} to {end}."));
        if (!Enum.IsDefined(phase) || !Enum.IsDefined(endedBy)) throw new InvalidDataException($"A saved detection has the phase {phase}, ended by {endedBy}.");
        if (at != long.MinValue && at is < 0 or > 3_155_378_975_999_999_999) throw new InvalidDataException($"A saved detection is at {at} ticks.");
        return new Detection(label, score, start, end, time, named ? source : null)
        {
            Landmark = landmark,
            Level = float.IsNaN(level) ? null : level,
            LevelAboveFloor = float.IsNaN(above) ? null : above,
            At = at == long.MinValue ? null : new DateTimeOffset(at, TimeSpan.Zero),
            Phase = phase,
            EndedBy = endedBy,
        };
    }
}
