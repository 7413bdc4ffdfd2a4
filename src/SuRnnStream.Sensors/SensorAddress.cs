using System.Globalization;

namespace SuRnnStream;

/// <summary>The parts of a sensor's address, SCHEME://[USER[:PASSWORD]@]HOST[:PORT]/PATH?KEY=VALUE.</summary>
sealed class SensorAddress
{
    readonly Uri _uri;
    readonly Dictionary<string, string> _query = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="ArgumentException">The text is no address, or has a key that is none of these. Its login is in no message.</exception>
    public SensorAddress(string text, params ReadOnlySpan<string> keys)
    {
        Text = new PeerAddress(text);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
            throw new ArgumentException($"{Text} is no address: write SCHEME://USER:PASSWORD@HOST:PORT/NAME, with %XX for characters of a name or password that have a meaning there, such as %40 for @ and %2F for /.");
        _uri = uri;
        if (uri.Fragment.Length > 0) throw new ArgumentException($"{Text}: a # has no meaning here; write it as %23 if it belongs to a name.");
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=');
            var key = equals < 0 ? pair : pair[..equals];
            if (!keys.Contains(key)) throw new ArgumentException($"{Text}: there is no setting '{PlainText.Cut(key)}', only {string.Join(", ", keys.ToArray())}.");
            _query[key] = Uri.UnescapeDataString(pair[(equals + 1)..]);
        }
        Path = PathOf(text, out var ambiguous);
        if (ambiguous) // it may be the end of a password that has a slash, and the host's name a part of it
            throw new ArgumentException($"{Text}: there is an @ after the first slash; write / in a name or password as %2F, and @ as %40, also in a topic.");
    }

    public PeerAddress Text { get; }
    public string Scheme => _uri.Scheme;
    public string Host => _uri.Host;
    public int? Port => _uri.IsDefaultPort || _uri.Port < 0 ? null : _uri.Port;

    /// <summary>From the first slash after the host on, as it was written: an <see cref="Uri"/> would take dots for folders.</summary>
    public string Path { get; }

    public string? User => Part(0);
    public string? Password => Part(1);

    public string? this[string key] => _query.GetValueOrDefault(key);

    /// <exception cref="ArgumentException">The value is no whole number.</exception>
    public int Number(string key, int otherwise) => this[key] is not { } text ? otherwise
        : int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
        : throw new ArgumentException($"{Text}: '{key}' is a whole number, not '{PlainText.Cut(text)}'.");

    static string PathOf(string text, out bool ambiguous)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal);
        var slash = start < 0 ? -1 : text.IndexOf('/', start + 3);
        var end = text.IndexOfAny(['?', '#']);
        var path = slash < 0 || end >= 0 && end < slash ? "/" : text[slash..(end < 0 ? text.Length : end)];
        ambiguous = path.Contains('@');
        return Uri.UnescapeDataString(path);
    }

    string? Part(int index) => _uri.UserInfo.Split(':', 2) is var parts && parts.Length > index && parts[index].Length > 0 ? Uri.UnescapeDataString(parts[index]) : null;
}
