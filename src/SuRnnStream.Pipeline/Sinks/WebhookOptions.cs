namespace SuRnnStream;

/// <summary>A web address that is told of every detection.</summary>
public sealed record WebhookOptions : OutboxOptions
{
    /// <summary>The address, http or https, without a user and password: those are a header.</summary>
    public required Uri Url { get; init; }

    /// <summary>Headers of every request, for instance Authorization.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal WebhookOptions Validate()
    {
        Require(Url is { IsAbsoluteUri: true, Scheme: "http" or "https" }, nameof(Url), Url, "a web address: http://HOST/PATH");
        if (Url.UserInfo.Length > 0) throw new ArgumentException($"{nameof(Url)} names a user; put the login into {nameof(Headers)}, as Authorization.");
        return this;
    }
}
