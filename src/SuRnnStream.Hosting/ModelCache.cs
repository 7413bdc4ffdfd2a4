namespace SuRnnStream;

/// <summary>Models by the file that they came from: read once, shared by their users, and released with the last of them.</summary>
sealed class ModelCache
{
    readonly Lock _lock = new(); // held while a file is read: others that want the same file wait
    readonly Dictionary<string, WeakReference<SuRnnModel>> _models = [];

    /// <param name="path">A full path.</param>
    /// <exception cref="IOException">The file is missing, cannot be read or is no model.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read.</exception>
    public SuRnnModel Get(string path)
    {
        lock (_lock) return _models.TryGetValue(path, out var known) && known.TryGetTarget(out var model) ? model : Load(path);
    }

    /// <summary>As <see cref="Get"/>, but reads the file again. Detectors that have the old model keep it.</summary>
    public SuRnnModel Reload(string path)
    {
        lock (_lock) return Load(path);
    }

    SuRnnModel Load(string path)
    {
        var model = ModelFile.Load(path);
        _models[path] = new WeakReference<SuRnnModel>(model);
        return model;
    }
}
