namespace SuRnnStream.Distribution.Tests.Support;

/// <summary>The folder .artifacts of this checkout: one build at a time in it, as two would write the same files.</summary>
static class BuildFolder
{
    static readonly SemaphoreSlim One = new(1);

    /// <summary>Waits until nobody builds there; dispose of what it gives to leave.</summary>
    public static IDisposable Enter()
    {
        One.Wait();
        return new Stay();
    }

    /// <inheritdoc cref="Enter"/>
    public static async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await One.WaitAsync(cancellationToken);
        return new Stay();
    }

    sealed class Stay : IDisposable
    {
        public void Dispose() => One.Release();
    }
}
