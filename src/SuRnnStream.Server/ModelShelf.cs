namespace SuRnnStream.Server;

/// <summary>The models of the folder, loaded when the server starts.</summary>
sealed class ModelShelf : IAsyncDisposable
{
    readonly Dictionary<string, HostedModel> _models = [];
    readonly string _default;
    readonly KeptNearMisses? _near;
    readonly bool _teach;

    /// <exception cref="ServerStartException">The folder has no models, one of them cannot be used, the default is not among them, or near misses cannot be kept where they are to be.</exception>
    public ModelShelf(ServerOptions options, TimeProvider time, ILogger<ModelShelf> logger, IClientPlace? place = null)
    {
        (_default, _teach) = (options.DefaultModel, options.Teach);
        if (options.NearMisses is not null) _near = KeptNearMisses.Open(options.NearMisses, time, logger);
        if (place is not null && !options.Verify) throw new ServerStartException($"{ServerOptions.Section}:Verify is false, but the server's streams are in a cluster, whose silos have the models: name models without a second look there.");
        foreach (var file in Files(options.Models))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            try
            {
                var model = ModelFile.Load(file);
                _models.Add(name, new HostedModel(name, options.Verify ? model : model.WithoutSecondLook(), options, time, logger, place, _near));
            }
            catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
            {
                throw new ServerStartException($"{ServerOptions.Section}:Models has a file that cannot be served. {error.Message}", error);
            }
        }
        if (!_models.ContainsKey(_default))
            throw new ServerStartException($"{ServerOptions.Section}:DefaultModel is {_default}, but {options.Models} has {(_models.Count == 0 ? "no .surnn file" : string.Join(", ", _models.Keys))}.");
    }

    static IEnumerable<string> Files(string folder)
    {
        try
        {
            return Directory.EnumerateFiles(folder, "*.surnn").Order(StringComparer.Ordinal).ToList();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ServerStartException($"{ServerOptions.Section}:Models is {folder}, which cannot be read: {error.Message}", error);
        }
    }

    public IReadOnlyCollection<HostedModel> All => _models.Values;

    public ModelList List => new(_default, [.. _models.Values.Select(model => model.Info)], _teach);

    /// <param name="name">Null: the default.</param>
    /// <exception cref="ProtocolException">There is no such model.</exception>
    public HostedModel Get(string? name) => _models.GetValueOrDefault(name ?? _default)
        ?? throw new ProtocolException(CloseCode.UnknownModel, $"There is no model '{name}'. There is {string.Join(", ", _models.Keys)}.");

    public async ValueTask DisposeAsync()
    {
        foreach (var model in _models.Values) await model.DisposeAsync();
        if (_near is not null) await _near.DisposeAsync(); // after the streams, which end their sounds
    }
}
