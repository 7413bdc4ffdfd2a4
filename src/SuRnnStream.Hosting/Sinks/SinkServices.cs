using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SuRnnStream;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Files and web addresses as sinks of a host.</summary>
public static class SinkServices
{
    /// <summary>Appends detections to a file, a JSON object a line.</summary>
    /// <param name="surnn">The host's detectors.</param>
    /// <param name="path">The file, or <c>-</c> for standard output. A relative path begins at the host's content root.</param>
    public static SuRnnStreamBuilder AddJsonLines(this SuRnnStreamBuilder surnn, string path)
    {
        ArgumentNullException.ThrowIfNull(surnn);
        return surnn.AddSink(services => new JsonLinesSink(services.AtContentRoot(path)));
    }

    /// <summary>POSTs every detection to a web address.</summary>
    /// <param name="surnn">The host's detectors.</param>
    /// <param name="url">The address, http or https.</param>
    public static SuRnnStreamBuilder AddWebhook(this SuRnnStreamBuilder surnn, string url) => surnn.AddWebhook(new WebhookOptions { Url = UrlOf(url) });

    /// <summary>POSTs every detection to a web address, with headers, limits and pauses of one's own.</summary>
    /// <param name="surnn">The host's detectors.</param>
    /// <param name="options">The address, and what becomes of detections that it does not take.</param>
    public static SuRnnStreamBuilder AddWebhook(this SuRnnStreamBuilder surnn, WebhookOptions options)
    {
        ArgumentNullException.ThrowIfNull(surnn);
        return surnn.AddSink(services => new WebhookSink(options, services.GetService<ILogger<WebhookSink>>()));
    }

    /// <summary>What the configuration can name without more ado: <c>Sinks:JsonLines</c> and <c>Sinks:Webhook</c>.</summary>
    internal static SuRnnStreamBuilder AddSinkKinds(this SuRnnStreamBuilder surnn) => surnn
        .AddSinkKind("JsonLines", (services, section) => new JsonLinesSink(services.AtContentRoot(SettingsCheck.Required(section, "Path", "Path"))))
        .AddSinkKind("Webhook", (services, section) => new WebhookSink(Webhook(section), services.GetService<ILogger<WebhookSink>>()));

    /// <summary>A path of a host's configuration: relative ones begin at the content root, whatever folder the host was started in. <c>-</c> stays as it is.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="path">As it is written.</param>
    public static string AtContentRoot(this IServiceProvider services, string path) =>
        path == "-" ? path : Path.GetFullPath(path, services.GetService<IHostEnvironment>()?.ContentRootPath ?? Environment.CurrentDirectory);

    static WebhookOptions Webhook(IConfigurationSection section)
    {
        var options = new WebhookOptions
        {
            Url = UrlOf(SettingsCheck.Required(section, "Url", ["Url", "Headers", .. OutboxOptions.Keys])),
            Headers = section.GetSection("Headers").GetChildren().ToDictionary(header => header.Key, header => header.Value ?? ""),
        };
        return (WebhookOptions)options.Read(section);
    }

    static Uri UrlOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) ? address : throw new ArgumentException($"Url is '{new PeerAddress(url)}', but must be a web address: http://HOST/PATH.");
}
