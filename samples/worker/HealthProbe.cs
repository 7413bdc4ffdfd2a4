namespace SuRnnStream.Worker;

/// <summary><c>surnn-worker --health [URL]</c>: asks a running worker how it is, for containers that have no other program. Exit code 0: healthy or degraded.</summary>
static class HealthProbe
{
    public const string Option = "--health";

    const string Default = "http://127.0.0.1:5090/healthz";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="url">Of the health check; null: that of the shipped settings.</param>
    public static async Task<int> RunAsync(string? url)
    {
        try
        {
            using var client = new HttpClient { Timeout = Patience };
            using var answer = await client.GetAsync(new Uri(url ?? Default));
            Console.WriteLine(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception nobody) when (nobody is HttpRequestException or TaskCanceledException or UriFormatException)
        {
            Console.Error.WriteLine($"surnn-worker: {url ?? Default} does not answer: {nobody.Message}");
            return 1;
        }
    }
}
