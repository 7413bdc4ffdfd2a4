namespace SuRnnStream;

/// <summary>How many of a host's sources have to agree on a label. By default one.</summary>
public sealed class HostedAgreementOptions
{
    /// <summary>Time from the first source's detection to the last one's, above zero. Null: no agreement is needed.</summary>
    public TimeSpan? Window { get; set; }

    /// <summary>Sources that have to agree, 2 or more.</summary>
    public int Sources { get; set; } = 2;
}
