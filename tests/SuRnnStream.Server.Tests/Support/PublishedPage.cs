using System.Diagnostics;
using SuRnnStream.Server.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(PublishedPage))]

namespace SuRnnStream.Server.Tests.Support;

/// <summary>The page without a server and the npm package, published once, when the first test needs them.</summary>
public sealed class PublishedPage : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(60);

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    readonly Lazy<Task<string>> _published;

    public PublishedPage() => _published = new(PublishAsync);

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The folder that a web host is to serve.</summary>
    internal Task<string> PageAsync() => ReadyAsync(Path.Combine(_folder.FullName, "page", "wwwroot"));

    /// <summary>The folder of the npm package.</summary>
    internal Task<string> NpmAsync() => ReadyAsync(Path.Combine(_folder.FullName, "npm", "surnn-stream"));

    async Task<string> ReadyAsync(string folder)
    {
        var text = await _published.Value;
        Assert.SkipWhen(text.Contains("NU1101", StringComparison.Ordinal) || text.Contains("NU1301", StringComparison.Ordinal), "The runtime for browsers is not here and no package source can be reached.");
        Assert.True(Directory.Exists(folder), text);
        return folder;
    }

    async Task<string> PublishAsync()
    {
        var core = File.Exists(Path.Combine(Sample.Root, ".artifacts", "bin", "SuRnnStream", "release", "SuRnnStream.dll")); // it is built with the tests
        string[] arguments =
        [
            "publish", Path.Combine(Sample.Root, "src", "SuRnnStream.Web"), "-c", "Release", "-o", Path.Combine(_folder.FullName, "page"), "-nologo", "-v", "q", "-nodeReuse:false",
            $"-p:BuildProjectReferences={!core}", $"-p:NpmDir={Path.Combine(_folder.FullName, "npm", "surnn-stream")}/",
        ];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1"; // a node that stays would keep the output open
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
            return await text.WaitAsync(TimeSpan.FromMinutes(5));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
