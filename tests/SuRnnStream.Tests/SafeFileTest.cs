using Xunit;

namespace SuRnnStream.Tests;

/// <summary>A disk that is full in the middle of a file, and what is left of it.</summary>
public sealed class SafeFileTest : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData(true), InlineData(false)]
    public void Replace_ThatFailsHalfWay_LeavesTheOldFileAndNothingElse(bool keepPrevious)
    {
        var path = _folder.File("state");
        SafeFile.Replace(path, to => to.Write("old"u8), keepPrevious);
        Assert.Throws<IOException>(() => SafeFile.Replace(path, to =>
        {
            to.Write(new byte[100_000]);
            throw new IOException("No space left on device");
        }, keepPrevious));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Replace_KeepsOneGenerationMore_WhereItIsAsked()
    {
        var path = _folder.File("state");
        foreach (var text in new[] { "one", "two", "three" }) SafeFile.Replace(path, to => to.Write(System.Text.Encoding.ASCII.GetBytes(text)), keepPrevious: true);
        Assert.Equal(("three", "two"), (File.ReadAllText(path), File.ReadAllText(SafeFile.PreviousOf(path))));
        File.WriteAllText(path + ".tmp", "left over by a kill while saving");
        SafeFile.Replace(path, to => to.Write("four"u8), keepPrevious: true);
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void Replace_InAFolderThatIsNotThere_Throws() =>
        Assert.Throws<DirectoryNotFoundException>(() => SafeFile.Replace(_folder.File("nowhere/state"), to => to.Write("x"u8)));
}
