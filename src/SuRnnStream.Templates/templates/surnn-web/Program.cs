using SuRnnStream;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSuRnnStream();                                  // sources, detectors and sinks: appsettings.json
builder.Services.AddHealthChecks().AddSuRnnStream();

var app = builder.Build();
app.MapHealthChecks("/healthz");
app.MapGet("/status", (IHostedDetectors detectors) => detectors.Status.Select(status => new { status.Name, status.Source, State = status.SourceState.ToString(), status.Counters.Detections }));
app.MapGet("/detections", (IHostedDetectors detectors, CancellationToken gone) =>
    TypedResults.ServerSentEvents(detectors.ReadAllAsync(cancellation: gone), "detection"));
app.MapGet("/", () => Results.Content("""
    <!doctype html><title>SurnnApp</title><ul id="list"></ul>
    <script>
      new EventSource("/detections").addEventListener("detection", event => {
        const heard = JSON.parse(event.data);
        list.append(Object.assign(document.createElement("li"), { textContent: `${heard.detector}: ${heard.label} (${heard.score.toFixed(2)})` }));
      });
    </script>
    """, "text/html"));
app.Run();
