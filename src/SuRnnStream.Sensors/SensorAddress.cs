namespace SuRnnStream;

/// <summary>The parts of a sensor's address, SCHEME://[USER[:PASSWORD]@]HOST[:PORT]/PATH?KEY=VALUE.</summary>
sealed class SensorAddress
{
    readonly Uri _uri;
    readonly Dictionary<string, string> _query = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="ArgumentException">The text is no address, or has a key that is none of these.</exception>
    public SensorAddress(string text, params ReadOnlySpan<string> keys)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)) throw new ArgumentException($"{text} is no address.");
        (_uri, Text) = (uri, text);
        if (uri.Fragment.Length > 0) throw new ArgumentException($"{text}: a # has no meaning here; write it as %23 if it belongs to a name.");
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=');
            var key = equals < 0 ? pair : pair[..equals];
            if (!keys.Contains(key)) throw new ArgumentException($"{text}: there is no setting '{key}', only {string.Join(", ", keys.ToArray())}.");
            _query[key] = Uri.UnescapeDataString(pair[(equals + 1)..]);
        }
    }

    public string Text { get; }
    public string Scheme => _uri.Scheme;
    public string Host => _uri.Host;
    public int? Port => _uri.IsDefaultPort || _uri.Port < 0 ? null : _uri.Port;
    public string Path => Uri.UnescapeDataString(_uri.AbsolutePath);
    public string? User => Part(0);
    public string? Password => Part(1);

    public string? this[string key] => _query.GetValueOrDefault(key);

    /// <exception cref="ArgumentException">The value is no whole number.</exception>
    public int Number(string key, int otherwise) => this[key] is not { } text ? otherwise
        : int.TryParse(text, out var number) ? number
        : throw new ArgumentException($"{Text}: '{key}' is a whole number, not '{text}'.");

    string? Part(int index) => _uri.UserInfo.Split(':', 2) is var parts && parts.Length > index && parts[index].Length > 0 ? Uri.UnescapeDataString(parts[index]) : null;
}
