namespace SuRnnStream;

/// <summary>What makes an event of the scores.</summary>
public enum GateRule
{
    /// <summary>A smoothed score that reaches its threshold. For every model.</summary>
    Scores,

    /// <summary>
    /// A burst of open switches that comes to rest, scored as a whole: by the label's peak in it, and by how loud the background labels (but silence) were
    /// before the burst, and after the peak. For models whose switches see what is heard. See <see cref="BurstOptions"/>.
    /// </summary>
    Bursts,

    /// <summary>
    /// As <see cref="Scores"/>, confirmed when the switches come to rest, and dropped where a background label was loud just before or the burst is
    /// too long: for commands straight after speech. For models whose switches see what is heard. See <see cref="TalkOptions"/>.
    /// </summary>
    Talk,
}
