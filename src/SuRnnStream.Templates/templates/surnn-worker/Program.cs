using SuRnnStream;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddSuRnnStream()                                   // sources, detectors and sinks: appsettings.json
    .OnDetection(heard => Console.WriteLine($"{heard.Detector}: {heard.Label} ({heard.Score:F2})"));

await builder.Build().RunAsync();
return Environment.ExitCode;                                        // 1 where a recording was not heard to its end
