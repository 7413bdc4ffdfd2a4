namespace SuRnnStream.Tests.Hosting;

/// <summary>A host that has one detector, of which only the state can be asked.</summary>
sealed class Faring(DetectorStatus status) : IHostedDetectors
{
    public IReadOnlyList<DetectorStatus> Status => [status];
    public void Pause(string name) => throw new NotSupportedException();
    public void Resume(string name) => throw new NotSupportedException();
    public void Mute(string name, TimeSpan time) => throw new NotSupportedException();

    public void Ignore(string name, TimeSpan from, TimeSpan to) => throw new NotSupportedException();

    public void SetSensitivity(string name, DetectorSensitivity sensitivity) => throw new NotSupportedException();
    public Task AddSourceAsync(string name, Action<HostedSourceOptions> options, CancellationToken cancellation = default) => throw new NotSupportedException();
    public Task AddSourceAsync(string name, Func<ISampleSource> make, Action<HostedSourceOptions>? options = null, CancellationToken cancellation = default) => throw new NotSupportedException();
    public Task RemoveSourceAsync(string name, CancellationToken cancellation = default) => throw new NotSupportedException();
    public Task AddDetectorAsync(string name, Action<HostedDetectorOptions> options, CancellationToken cancellation = default) => throw new NotSupportedException();
    public Task RemoveDetectorAsync(string name, CancellationToken cancellation = default) => throw new NotSupportedException();
    public IObservable<HeardDetection> Detections => throw new NotSupportedException();
    public IAsyncEnumerable<HeardDetection> ReadAllAsync(string? detector = null, CancellationToken cancellation = default) => throw new NotSupportedException();
    public Task SwapModelAsync(string name, string path, CancellationToken cancellation = default) => throw new NotSupportedException();
    public Task SwapModelAsync(string name, SuRnnModel model, CancellationToken cancellation = default) => throw new NotSupportedException();
}
