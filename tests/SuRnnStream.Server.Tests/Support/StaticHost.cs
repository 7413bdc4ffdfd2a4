using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace SuRnnStream.Server.Tests.Support;

/// <summary>A web host that only serves files, on a port of the loopback that was free, and remembers what it was asked for.</summary>
sealed class StaticHost : IAsyncDisposable
{
    readonly WebApplication _app;

    StaticHost(WebApplication app) => _app = app;

    public Uri Http => new(_app.Urls.Single());

    /// <summary>Paths that were asked for.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <param name="folders">Each with the path at which it is served: "" or "/name".</param>
    public static async Task<StaticHost> StartAsync(params (string Path, string Folder)[] folders)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var host = new StaticHost(builder.Build());
        host._app.Use((context, next) =>
        {
            host.Asked.Enqueue(context.Request.Path);
            return next(context);
        });
        var types = new FileExtensionContentTypeProvider();
        types.Mappings[".surnn"] = "application/octet-stream";
        types.Mappings[".flac"] = "audio/flac";
        foreach (var (path, folder) in folders)
        {
            var files = new PhysicalFileProvider(folder);
            host._app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files, RequestPath = path });
            host._app.UseStaticFiles(new StaticFileOptions { FileProvider = files, RequestPath = path, ContentTypeProvider = types });
        }
        await host._app.StartAsync();
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1)); // for connections that were left open
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
