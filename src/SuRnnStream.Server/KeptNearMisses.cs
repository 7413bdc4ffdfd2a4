namespace SuRnnStream.Server;

/// <summary>What the sessions nearly detected, of all models in one folder with one quota. It holds people's voices, so the log says that it is on, and where.</summary>
sealed class KeptNearMisses : IAsyncDisposable
{
    readonly NearMissFolder _folder;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    long _failures; // that are in the log
    long _told;     // timestamp

    KeptNearMisses(NearMissFolder folder, NearMissOptions wanted, TimeProvider time, ILogger logger) => (_folder, Wanted, _time, _logger) = (folder, wanted, time, logger);

    /// <exception cref="ServerStartException">The folder cannot be made, read or written.</exception>
    public static KeptNearMisses Open(HostedNearMissOptions options, TimeProvider time, ILogger logger)
    {
        try
        {
            var folder = new NearMissFolder(Path.GetFullPath(options.Folder!), options.ToFolder(), time);
            logger.LogWarning(
                "The server keeps the sound of what sessions nearly detect, from a score of {From} on, in {Folder}: people's voices, at most {Keep} of them and {Megabytes} MB, the oldest goes first",
                options.From, PlainText.Clean(folder.Path), options.Keep, options.Megabytes);
            return new(folder, options.ToOptions(), time, logger);
        }
        catch (Exception error) when (error is IOException or ArgumentException or NotSupportedException)
        {
            throw new ServerStartException($"{ServerOptions.Section}:NearMisses:Folder is {PlainText.Clean(options.Folder!)}, where nothing can be kept: {PlainText.Clean(error.Message)}", error);
        }
    }

    /// <summary>What a stream is asked for.</summary>
    public NearMissOptions Wanted { get; }

    /// <summary>Keeps one. Never waits; any thread.</summary>
    /// <param name="model">Its name: labels of several models may be the same.</param>
    /// <param name="miss">Of a session.</param>
    public void Take(string model, NearMiss miss)
    {
        _folder.Take(miss with { Candidate = miss.Candidate with { Source = $"{model} {miss.Candidate.Source}" } });
        var now = _time.GetTimestamp();
        if (Volatile.Read(ref _told) is var told && told != 0 && _time.GetElapsedTime(told, now) < TimeSpan.FromMinutes(1)) return; // a full disk is not to fill the log
        if (_folder.Failures > Volatile.Read(ref _failures) && Interlocked.CompareExchange(ref _told, now, told) == told) TellFailures();
    }

    /// <summary>Writes what waits: the sessions' streams have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _folder.DisposeAsync();
        TellFailures();
    }

    void TellFailures()
    {
        var failures = _folder.Failures;
        _logger.LogNotWritten(_folder, failures - Interlocked.Exchange(ref _failures, failures));
    }
}
