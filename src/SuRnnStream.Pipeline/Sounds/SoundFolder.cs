using System.Globalization;
using System.Text.RegularExpressions;

namespace SuRnnStream;

/// <summary>A folder of WAV files around detections, of which the newest are kept. Names are given on any thread, files are written by one.</summary>
sealed partial class SoundFolder
{
    readonly string _path;
    readonly int _keep;
    readonly Queue<string> _files;              // those that are there, the oldest first
    readonly Dictionary<string, int> _given = []; // how often each name was given at that time
    string _time = "";                          // of the last name

    /// <param name="name">As it was configured, for JSON.</param>
    /// <param name="path">In full.</param>
    /// <param name="keep">Files that stay.</param>
    /// <exception cref="IOException">It cannot be made or read.</exception>
    public SoundFolder(string name, string path, int keep)
    {
        (Name, _path, _keep) = (name, path, keep);
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            _files = new(Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file)!).Where(file => Ours().IsMatch(file)).Order(StringComparer.Ordinal));
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new IOException(denied.Message, denied);
        }
    }

    public string Name { get; }

    /// <summary>A file of its own for a detection, as JSON names it. Under the caller's lock.</summary>
    public string NameFor(string detector, in Detection detection, DateTimeOffset at)
    {
        var time = at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture);
        if (time != _time) _given.Clear();
        _time = time;
        var name = $"{time}-{Part(detector)}-{Part(detection.Label)}";
        var times = _given[name] = _given.GetValueOrDefault(name) + 1;
        return Path.Combine(Name, times == 1 ? $"{name}.wav" : FormattableString.Invariant($"{name}-{times}.wav"));
    }

    /// <summary>The same by the place in a recording, which another run finds again.</summary>
    public string NameFor(string source, in Detection detection)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Part(source)}-{detection.Start.TotalSeconds:00000.000}-{Part(detection.Label)}");
        var times = _given[name] = _given.GetValueOrDefault(name) + 1;
        return Path.Combine(Name, times == 1 ? $"{name}.wav" : FormattableString.Invariant($"{name}-{times}.wav"));
    }

    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string file, ReadOnlySpan<float> samples, int sampleRate)
    {
        var name = Path.GetFileName(file);
        WavWriter.Write(Path.Combine(_path, name), samples, sampleRate);
        _files.Enqueue(name);
        while (_files.Count > _keep) File.Delete(Path.Combine(_path, _files.Dequeue()));
    }

    /// <summary>Of a name, what may be a part of a file's name everywhere.</summary>
    static string Part(string text)
    {
        var part = Strange().Replace(text, "_");
        return part.Length <= 60 ? part : part[..60];
    }

    [GeneratedRegex(@"[^\p{L}\p{N}_-]")]
    private static partial Regex Strange();

    [GeneratedRegex(@"^\d{8}T\d{6}\.\d{3}Z-.+\.wav$")]
    private static partial Regex Ours();
}
