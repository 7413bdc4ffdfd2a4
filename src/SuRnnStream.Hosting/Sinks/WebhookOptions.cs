using System.Buffers;
using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>A web address that is told of every detection.</summary>
public sealed record WebhookOptions : OutboxOptions
{
    static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    static readonly SearchValues<char> Visible = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code), '\t']);

    /// <summary>The address, http or https, without a user and password: those are a header.</summary>
    public required Uri Url { get; init; }

    /// <summary>Headers of every request, for instance Authorization.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal WebhookOptions Validate()
    {
        RequireText(Url is { IsAbsoluteUri: true, Scheme: "http" or "https" }, nameof(Url), Address, "a web address: http://HOST/PATH");
        if (Url.UserInfo.Length > 0) throw new ArgumentException($"{nameof(Url)} names a user; put the login into {nameof(Headers)}, as Authorization.");
        foreach (var (name, value) in Headers) RequireHeader(name, value);
        return this;
    }

    /// <summary>The address, which hides its secrets as text.</summary>
    internal PeerAddress Address => new(Url.OriginalString);

    /// <summary>The address, without what may be secret in it, and no header.</summary>
    public override string ToString() => Address.ToString();

    internal static ArgumentException NoHeader(string name) => new($"{nameof(Headers)} has '{PlainText.Cut(name)}', which is no header of a request.");

    /// <summary>By RFC 9110 a name is a token; of values only ASCII is sent. A line's end would end the header, and make another of what follows.</summary>
    static void RequireHeader(string name, string value)
    {
        if (name.Length == 0 || name.AsSpan().IndexOfAnyExcept(Token) >= 0) throw NoHeader(name);
        if (value is null) throw new ArgumentException($"{nameof(Headers)} has '{name}' without a value.");
        if (value.AsSpan().IndexOfAnyExcept(Visible) is >= 0 and var at) // without the value, which may be a secret
            throw new ArgumentException($"{nameof(Headers)} has '{name}', whose character {at + 1} is U+{(int)value[at]:X4}: only printable ASCII can be sent; remove it, or encode the value.");
    }
}
