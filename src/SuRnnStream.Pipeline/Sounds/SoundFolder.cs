using System.Globalization;

namespace SuRnnStream;

/// <summary>A folder of WAV files around detections, of which the newest are kept. Names are given on any thread, files are written by one.</summary>
sealed class SoundFolder
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
            KeptFiles.MakeFolder(path);
            _files = new(Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file)!).Where(KeptFiles.IsOurs).Order(StringComparer.Ordinal));
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
        var time = KeptFiles.Time(at);
        if (time != _time) _given.Clear();
        _time = time;
        var name = $"{time}-{KeptFiles.Part(detector)}-{KeptFiles.Part(detection.Label)}";
        var times = _given[name] = _given.GetValueOrDefault(name) + 1;
        return Path.Combine(Name, times == 1 ? $"{name}.wav" : FormattableString.Invariant($"{name}-{times}.wav"));
    }

    /// <summary>The same by the place in a recording, which another run finds again.</summary>
    public string NameFor(string source, in Detection detection)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{KeptFiles.Part(source)}-{detection.Start.TotalSeconds:00000.000}-{KeptFiles.Part(detection.Label)}");
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
}
