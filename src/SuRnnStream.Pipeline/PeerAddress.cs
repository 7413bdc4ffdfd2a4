using System.Text.RegularExpressions;

namespace SuRnnStream;

/// <summary>
/// The address of another program, as a user wrote it. As text it hides what may be a secret, so that it can go into any message, log, metric and
/// status: a login, which is everything up to the last @; a query; and of web addresses the path, where chat services keep the secret. What is no
/// valid address keeps its scheme alone, because a slip of the pen moves a password anywhere.
/// </summary>
/// <param name="text">The address itself, for those who connect.</param>
public readonly partial struct PeerAddress(string text)
{
    /// <summary>With everything that is in it: never for a message.</summary>
    public string Text => text;

    /// <summary>Without secrets: <c>mqtt://***@broker/ecg</c>, <c>https://hooks.example/***</c>; a path of a file as it is.</summary>
    public override string ToString() => Redact(text ?? "");

    static string Redact(string text)
    {
        if (Scheme().Match(text) is not { Success: true } match) return text; // a path
        var (scheme, rest) = (match.Value, text[match.Length..]);
        if (rest.LastIndexOf('@') is >= 0 and var login) return $"{scheme}***@{WithoutQuery(rest[(login + 1)..])}";
        if (!scheme.EndsWith("//", StringComparison.Ordinal)) return text;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)) return $"{scheme}***";
        if (uri.Scheme is not ("http" or "https")) return scheme + WithoutQuery(rest);
        return uri.GetLeftPart(UriPartial.Authority) + (uri.PathAndQuery.Length > 1 ? "/***" : "/");
    }

    static string WithoutQuery(string text) => text.IndexOf('?') is >= 0 and var query ? text[..query] : text;

    // Two letters at least: one is a drive of Windows.
    [GeneratedRegex("^[A-Za-z][A-Za-z0-9+.-]+:(//)?")]
    private static partial Regex Scheme();
}
