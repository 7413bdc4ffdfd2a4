using Microsoft.Extensions.DependencyInjection;

namespace SuRnnStream;

/// <summary>Who decides with other machines which one answers: added by code, or named by the configuration.</summary>
sealed class HostArbiter(IServiceProvider services, HostSection section, IEnumerable<ArbiterKind> kinds)
{
    IDetectionArbiter? _configured;

    /// <summary>What the configuration has named; null: nothing.</summary>
    public IDetectionArbiter? Configured => _configured;

    /// <summary>Makes it. What is wrong with the configuration is added to <paramref name="faults"/>.</summary>
    /// <param name="faults">A line each.</param>
    /// <returns>Null: every machine answers for itself.</returns>
    public IDetectionArbiter? Start(List<string> faults)
    {
        var byCode = services.GetService<IDetectionArbiter>();
        foreach (var named in section.Section?.GetSection(nameof(SuRnnStreamOptions.Arbitration)).GetChildren().Where(child => child.GetChildren().Any()) ?? [])
        {
            var kind = kinds.FirstOrDefault(kind => kind.Name.Equals(named.Key, StringComparison.OrdinalIgnoreCase));
            try
            {
                if (kind is null) faults.Add($"{named.Path} is no arbitration among machines that is known here: {Known()}.");
                else if (byCode is not null) faults.Add($"{named.Path} is there, but code has added an arbiter too: leave one of them out.");
                else if (_configured is not null) faults.Add($"{named.Path} is there beside another arbitration among machines: leave one of them out.");
                else _configured = kind.Make(services, named);
            }
            catch (Exception wrong) when (wrong is ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException)
            {
                faults.Add($"{named.Path}: {wrong.Message}");
            }
        }
        return byCode ?? _configured;
    }

    /// <summary>Closes what the configuration has named; the container closes what code has added.</summary>
    public async Task StopAsync()
    {
        if (_configured is IAsyncDisposable closes) await closes.DisposeAsync().ConfigureAwait(false);
        else (_configured as IDisposable)?.Dispose();
        _configured = null;
    }

    string Known() => kinds.Any() ? $"name one of {string.Join(", ", kinds.Select(kind => kind.Name))}" : "call AddMqtt of SuRnnStream.Sensors, which adds Mqtt, or AddArbiterKind";
}
