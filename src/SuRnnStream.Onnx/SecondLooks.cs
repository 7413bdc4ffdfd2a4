namespace SuRnnStream;

/// <summary>Second looks by their file.</summary>
public static class SecondLooks
{
    /// <summary>Opens a head of one's own (<c>.look</c>, <see cref="SpeechVerifier"/>) or one of another engine (<c>.onnx</c>, <see cref="WakeWordHead"/>).</summary>
    /// <param name="path">The file.</param>
    /// <param name="embedding">Folder of the speech embedding; null: <see cref="EmbeddingFiles.DefaultFolder"/>.</param>
    /// <exception cref="IOException">A file is missing or cannot be read; the message says how to fetch the embedding.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or another one.</exception>
    public static IVerifier Open(string path, string? embedding = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ? WakeWordHead.Load(path, embedding) : SpeechVerifier.Load(path, embedding);
    }
}
