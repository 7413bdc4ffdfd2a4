using Microsoft.Extensions.Configuration.Json;
using SuRnnStream;
using SuRnnStream.Worker;

// surnn-worker --health [URL]: asks a running worker how it is.
if (args is [HealthProbe.Option, .. var rest]) return await HealthProbe.RunAsync(rest is [var url, ..] ? url : null);

// surnn-worker [FOLDER] [--KEY=VALUE ...]: appsettings.json is in the folder, by default the program's, and relative paths begin there.
var named = args is [var first, ..] && !first.StartsWith('-');
var folder = named ? Path.GetFullPath(args[0]) : AppContext.BaseDirectory;
try
{
    // The folder is no setting: one that begins with a slash would be taken for a switch, and the next argument for its value.
    var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = named ? args[1..] : args, ContentRootPath = folder });
    builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace); // standard output is for detections
    builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // what keeps it from starting is told below, without a stack
    builder.Services.AddSystemd();
    SoundCodecs.Register();
    builder.Services.AddSuRnnStream().AddSensorSources().AddMqtt();
    builder.Services.AddWyoming(); // where there is a section "Wyoming"
    builder.Services.AddHealthChecks().AddSuRnnStream();
    builder.AddTelemetry();

    var app = builder.Build();
    foreach (var file in builder.Configuration.Sources.OfType<JsonConfigurationSource>())
    {
        file.OnLoadException = broken => // while it runs: at the start it ends the worker
        {
            broken.Ignore = true;
            app.Logger.LogError("The changed settings are not read: {Problem}", HostFault.Describe(broken.Exception) ?? broken.Exception.Message);
        };
    }
    app.MapHealthChecks("/healthz", HealthJson.Options);
    app.MapPrometheusScrapingEndpoint();
    await app.RunAsync();
    return Environment.ExitCode; // 1 where something was not heard to its end
}
catch (Exception error) when (HostFault.Describe(error) is not null)
{
    HostFault.Complain("surnn-worker", HostFault.Describe(error)!);
    return 1;
}
