namespace SuRnnStream;

/// <summary>Two that end together.</summary>
sealed class PairedDisposable(IDisposable one, IDisposable other) : IDisposable
{
    public void Dispose()
    {
        one.Dispose();
        other.Dispose();
    }
}
