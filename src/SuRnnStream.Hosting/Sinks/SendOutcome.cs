namespace SuRnnStream;

/// <summary>What became of one try to send a detection.</summary>
public readonly record struct SendOutcome
{
    SendOutcome(bool accepted, bool again, string reason, TimeSpan notBefore) => (Accepted, Again, Reason, NotBefore) = (accepted, again, reason, notBefore);

    /// <summary>The other side has it, and has said so.</summary>
    public static SendOutcome Sent { get; } = new(true, false, "", default);

    /// <summary>The other side will not have this detection, however often it is sent.</summary>
    /// <param name="reason">Why, without a full stop.</param>
    public static SendOutcome Refused(string reason) => new(false, false, reason, default);

    /// <summary>It is to be sent again.</summary>
    /// <param name="reason">What went wrong, without a full stop.</param>
    /// <param name="notBefore">Time that the other side asks for; zero: it does not say.</param>
    public static SendOutcome Failed(string reason, TimeSpan notBefore = default) => new(false, true, reason, notBefore);

    internal bool Accepted { get; }
    internal bool Again { get; }
    internal string Reason { get; }
    internal TimeSpan NotBefore { get; }
}
