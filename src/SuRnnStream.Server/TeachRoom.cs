using System.Threading.RateLimiting;
using SuRnnStream.Evaluation.Enrolment;

namespace SuRnnStream.Server;

/// <summary>What all teaching sessions share: the number of places, the model that proposes candidates, the word space, and one core for enrolling.</summary>
sealed class TeachRoom : IDisposable
{
    const string Proposing = "commands.surnn", Space = "words.space";

    readonly SemaphoreSlim _enrolling = new(1, 1);
    readonly ConcurrencyLimiter _places;
    readonly (SuRnnModel Proposer, WordSpace Space) _with;

    /// <exception cref="ServerStartException">The files that it needs are not there, or are damaged.</exception>
    public TeachRoom(ServerOptions options)
    {
        _places = new(new ConcurrencyLimiterOptions { PermitLimit = options.TeachSessions, QueueLimit = 0 });
        _with = Load(options);
        Info = ModelInfo.Of("teach", _with.Proposer, keepsNearMisses: false);
    }

    /// <summary>The model that proposes, as clients know it.</summary>
    public ModelInfo Info { get; }

    /// <summary>A place for one session, given back with the lease. A lease that is not acquired: all places are taken.</summary>
    public RateLimitLease Enter() => _places.AttemptAcquire();

    /// <summary>Enrols on another thread, one after the other: it takes a core for seconds.</summary>
    /// <exception cref="InvalidDataException">The takes cannot be enrolled; the message is for people.</exception>
    /// <exception cref="ArgumentException">An option is outside its range; the message is for people.</exception>
    /// <exception cref="OperationCanceledException">The client has left while it waited.</exception>
    public async Task<Enrolment> EnrolAsync(string word, IReadOnlyList<Take> takes, EnrolmentOptions how, CancellationToken left)
    {
        await _enrolling.WaitAsync(left);
        try
        {
            return await Task.Run(() => new WordEnroller(_with.Proposer, _with.Space, how).Enroll(word, takes), CancellationToken.None);
        }
        finally
        {
            _enrolling.Release();
        }
    }

    static (SuRnnModel, WordSpace) Load(ServerOptions options)
    {
        try
        {
            return (ModelFile.Load(Find(options, Proposing)), WordSpace.Load(Find(options, Space)));
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
        {
            throw new ServerStartException($"{ServerOptions.Section}:Teach needs {Proposing} and {Space} in {ServerOptions.Section}:Models or beside the program. {error.Message}", error);
        }
    }

    static string Find(ServerOptions options, string name) => Path.Combine(options.Models, name) is var own && File.Exists(own) ? own : Path.Combine(AppContext.BaseDirectory, "models", name);

    public void Dispose()
    {
        _enrolling.Dispose();
        _places.Dispose();
    }
}
