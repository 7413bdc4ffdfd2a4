namespace SuRnnStream;

/// <summary>A kind of second look that a host can open, by the ending of its file.</summary>
sealed class VerifierKind(string extension, Func<string, IVerifier> open)
{
    readonly Lock _lock = new();
    readonly Dictionary<string, (DateTime Written, IVerifier Verifier)> _known = [];

    public string Extension => extension;

    /// <summary>All detectors that name the file share one, until the file changes.</summary>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public IVerifier Get(string path)
    {
        lock (_lock)
        {
            var written = File.GetLastWriteTimeUtc(path);
            if (_known.TryGetValue(path, out var known) && known.Written == written) return known.Verifier;
            var verifier = open(path); // detectors that have the old one keep it
            _known[path] = (written, verifier);
            return verifier;
        }
    }
}
