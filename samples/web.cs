#:sdk Microsoft.NET.Sdk.Web
#:project ../src/SuRnnStream.Hosting/SuRnnStream.Hosting.csproj
#:property PublishAot=false

// Detections in a browser, as server-sent events: dotnet run samples/web.cs, then http://127.0.0.1:5070. The sound is the shipped recording, over and over in real time;
// --SuRnnStream:Sources:hall:Address=microphone:default takes a microphone.
using SuRnnStream;

var builder = WebApplication.CreateBuilder(args);
builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
{
    ["Urls"] = "http://127.0.0.1:5070",
    ["SuRnnStream:Sources:hall:Address"] = "replay:samples/audio/commands.wav?loop=true",
    ["SuRnnStream:Detectors:door:Model"] = "commands",
}).AddCommandLine(args);
builder.Services.AddSuRnnStream();
builder.Services.AddHealthChecks().AddSuRnnStream();

var app = builder.Build();
app.MapHealthChecks("/healthz");
app.MapGet("/detections", (IHostedDetectors detectors, CancellationToken gone) => TypedResults.ServerSentEvents(detectors.ReadAllAsync(cancellation: gone), "detection"));
app.MapGet("/", () => Results.Content("""
    <!doctype html><title>Detections</title><ul id="list"></ul>
    <script>
      new EventSource("/detections").addEventListener("detection", event => {
        const heard = JSON.parse(event.data);
        list.append(Object.assign(document.createElement("li"), { textContent: `${heard.detector}: ${heard.label} (${heard.score.toFixed(2)})` }));
      });
    </script>
    """, "text/html"));
app.Run();
