using Microsoft.Extensions.Options;
using SuRnnStream;
using SuRnnStream.Worker;

// surnn-worker [FOLDER] [--KEY=VALUE ...]: appsettings.json is in the folder, by default the program's, and relative paths begin there.
var folder = args is [var first, ..] && !first.StartsWith('-') ? Path.GetFullPath(first) : AppContext.BaseDirectory;
try
{
    var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = folder });
    builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace); // standard output is for detections
    builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // what keeps it from starting is told below, without a stack
    builder.Services.AddSystemd();
    builder.Services.AddSuRnnStream().AddSensorSources().AddMqtt().AddSourceOpener(new ReplayOpener(folder));
    builder.Services.AddHealthChecks().AddSuRnnStream();
    builder.AddTelemetry();

    var app = builder.Build();
    app.MapHealthChecks("/healthz", HealthJson.Options);
    app.MapPrometheusScrapingEndpoint();
    await app.RunAsync();
    return 0;
}
catch (Exception error) when (error is OptionsValidationException or IOException or InvalidDataException)
{
    Console.Error.WriteLine($"surnn-worker: {error.Message}");
    return 1;
}
