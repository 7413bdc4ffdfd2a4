using Xunit;

namespace SuRnnStream.Tests.Support;

/// <summary>A model's file and what saving that model gives.</summary>
static class ShippedFile
{
    /// <summary>The same bytes: with a checksum, or without where the file is older than checksums are.</summary>
    public static void AssertSaves(string path)
    {
        var (file, model) = (File.ReadAllBytes(path), ModelFile.Load(path));
        Assert.Equal(file, Saved(model, checksum: file.AsSpan().IndexOf("\"checksum\":\""u8) >= 0));
    }

    public static byte[] Saved(SuRnnModel model, bool checksum = true)
    {
        var saved = new MemoryStream();
        ModelFile.Save(saved, model, checksum);
        return saved.ToArray();
    }
}
