using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SuRnnStream.Worker;

/// <summary>What <c>/healthz</c> answers: status, reason, and of every detector its age, source and drop rate. 200 while healthy or degraded, 503 while not.</summary>
static class HealthJson
{
    public static HealthCheckOptions Options { get; } = new() { ResponseWriter = WriteAsync };

    static async Task WriteAsync(HttpContext context, HealthReport report)
    {
        var answer = JsonLine.Of(json =>
        {
            json.WriteString("status", report.Status.ToString());
            foreach (var (name, check) in report.Entries) Write(json, name, check);
        });
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    static void Write(Utf8JsonWriter json, string name, HealthReportEntry check)
    {
        json.WriteStartObject(name);
        json.WriteString("status", check.Status.ToString());
        json.WriteString("description", check.Description);
        foreach (var (key, value) in check.Data)
        {
            if (value is double number) json.WriteNumber(key, number);
            else json.WriteString(key, value.ToString());
        }
        json.WriteEndObject();
    }
}
