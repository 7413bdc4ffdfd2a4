namespace SuRnnStream;

/// <summary>Models by the file they came from: read once, shared by all that use them, gone when nobody does.</summary>
sealed class ModelCache
{
    readonly Lock _lock = new(); // held while a file is read: who wants the same one waits for it
    readonly Dictionary<string, WeakReference<SuRnnModel>> _models = [];

    /// <param name="path">A full path.</param>
    /// <exception cref="IOException">The file is missing, cannot be read or is no model.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read.</exception>
    public SuRnnModel Get(string path)
    {
        lock (_lock) return _models.TryGetValue(path, out var known) && known.TryGetTarget(out var model) ? model : Load(path);
    }

    /// <summary>As <see cref="Get"/>, of what is in the file now. Who has the old model keeps it.</summary>
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
