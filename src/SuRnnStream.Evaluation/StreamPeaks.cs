namespace SuRnnStream.Evaluation;

/// <summary>The highest smoothed scores of one stream: of each event, and of the seconds of a stream without events, counted by hundredths.</summary>
/// <param name="Events">[events] highest score of the event's label in which a detection of it could come.</param>
/// <param name="Seconds">Seconds by label and hundredth of their highest score.</param>
sealed record StreamPeaks(float[] Events, (int Label, int Bin, int Count)[] Seconds)
{
    /// <summary>Hundredths of a score.</summary>
    public const int Bins = 100;

    public void Write(BinaryWriter to)
    {
        to.Write7BitEncodedInt(Events.Length);
        foreach (var peak in Events) to.Write(peak);
        to.Write7BitEncodedInt(Seconds.Length);
        foreach (var (label, bin, count) in Seconds)
        {
            to.Write7BitEncodedInt(label);
            to.Write7BitEncodedInt(bin);
            to.Write7BitEncodedInt(count);
        }
    }

    public static StreamPeaks Read(BinaryReader from)
    {
        var events = new float[from.Read7BitEncodedInt()];
        for (var i = 0; i < events.Length; i++) events[i] = from.ReadSingle();
        var seconds = new (int, int, int)[from.Read7BitEncodedInt()];
        for (var i = 0; i < seconds.Length; i++) seconds[i] = (from.Read7BitEncodedInt(), from.Read7BitEncodedInt(), from.Read7BitEncodedInt());
        return new StreamPeaks(events, seconds);
    }
}
