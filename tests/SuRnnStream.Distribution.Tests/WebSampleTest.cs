using System.Text.Json;
using SuRnnStream.Distribution.Tests.Support;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests;

/// <summary>samples/web.cs: detections as server-sent events, and a host that stops although a browser still listens.</summary>
public sealed class WebSampleTest
{
    [Fact]
    public async Task Detections_ComeAsServerSentEvents_AndTheHostStopsWithAReaderThere()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The program is ended by SIGTERM.");
        var url = $"http://127.0.0.1:{Ports.Free()}";
        using var program = await SingleFileProgram.Start(Repository.File("samples", "web.cs"), $"--Urls={url}", "--Logging:LogLevel:Default=Warning", "--SuRnnStream:Sources:hall:Address=replay:samples/audio/commands.wav?loop=true&speed=50");
        try
        {
            using var client = new HttpClient();
            await Wait.Until(() => AnswersAsync(client, url).GetAwaiter().GetResult(), () => "no answer");
            using var events = new StreamReader(await client.GetStreamAsync($"{url}/detections", TestContext.Current.CancellationToken));
            for (var count = 0; count < 3;)
            {
                var line = await events.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
                if (line?.StartsWith("data: ", StringComparison.Ordinal) != true) continue;
                var heard = JsonElement.Parse(line[6..]);
                Assert.Equal("door", heard.GetProperty("detector").GetString());
                Assert.Contains(heard.GetProperty("label").GetString(), ShippedSample.Words);
                count++;
            }
            SingleFileProgram.Terminate(program);
            while (await events.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken) is not null) ; // the host ends it
            await program.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
        }
        finally
        {
            if (!program.HasExited) program.Kill(entireProcessTree: true);
        }
    }

    static async Task<bool> AnswersAsync(HttpClient client, string url)
    {
        try
        {
            return (await client.GetAsync($"{url}/healthz", TestContext.Current.CancellationToken)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
