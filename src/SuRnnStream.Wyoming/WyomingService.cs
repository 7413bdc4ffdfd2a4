using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SuRnnStream.Wyoming;

/// <summary>Runs a <see cref="WyomingServer"/> from a host's start to its end.</summary>
sealed class WyomingService(IConfigurationSection section, string folder, ILogger<WyomingServer>? log, TimeProvider time, IClientPlace? place = null) : IHostedService, IAsyncDisposable
{
    static readonly string[] Keys =
    [
        nameof(WyomingServerOptions.Uri), nameof(WyomingServerOptions.Models), nameof(WyomingServerOptions.Languages), nameof(WyomingServerOptions.Threshold), nameof(WyomingServerOptions.Refractory),
        nameof(WyomingServerOptions.Voice), nameof(WyomingServerOptions.Announce), nameof(WyomingServerOptions.MostClients), nameof(WyomingServerOptions.IdleTimeout), nameof(WyomingServerOptions.SendTimeout), nameof(WyomingServerOptions.Workers),
    ];

    /// <summary>Null: there is no section, or the host has not started.</summary>
    public WyomingServer? Server { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!section.Exists()) return Task.CompletedTask;
        try
        {
            Server = new WyomingServer(Read(), log, time, place);
            Server.Start();
        }
        catch (Exception wrong) when (wrong is ArgumentException or InvalidOperationException)
        {
            throw Fault([$"{section.Path}: {wrong.Message}"]);
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        var (server, none) = (Server, default(WyomingServer));
        Server = none;
        if (server is not null) await server.DisposeAsync();
    }

    WyomingServerOptions Read()
    {
        string[] faults =
        [
            .. SettingsCheck.UnknownKeys(section, Keys),
            .. SettingsCheck.WrongDurations(section, nameof(WyomingServerOptions.Refractory), nameof(WyomingServerOptions.IdleTimeout), nameof(WyomingServerOptions.SendTimeout)),
        ];
        if (faults.Length > 0) throw Fault(faults);
        var options = new WyomingServerOptions();
        section.Bind(options);
        for (var i = 0; i < options.Models.Count; i++) options.Models[i] = Find(options.Models[i]);
        return options;
    }

    string Find(string model)
    {
        try
        {
            return ModelFile.Find(model, folder);
        }
        catch (FileNotFoundException missing)
        {
            throw Fault([$"{section.Path}:Models has '{model}', but {missing.Message}"]);
        }
    }

    static OptionsValidationException Fault(IEnumerable<string> faults) => new(WyomingServerOptions.Section, typeof(WyomingServerOptions), faults);
}
