using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>Folders as people have them: with links to themselves, and with parts that this user may not read.</summary>
public sealed class FolderWalkTest : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>One file was counted 41 times, and 30 s of negatives were 20.5 minutes; two links had no end.</summary>
    [Fact]
    public void Files_WithLinksInCircles_AreThereOnce()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        Directory.CreateDirectory(_folder.File("a/b"));
        File.WriteAllText(_folder.File("a/one.wav"), "");
        File.WriteAllText(_folder.File("a/b/two.wav"), "");
        Directory.CreateSymbolicLink(_folder.File("a/self"), _folder.File("a"));
        Directory.CreateSymbolicLink(_folder.File("a/b/up"), "..");
        Directory.CreateSymbolicLink(_folder.File("a/b/two-again"), "../b");
        File.CreateSymbolicLink(_folder.File("a/also-one.wav"), "one.wav");
        File.CreateSymbolicLink(_folder.File("a/circle.wav"), "circle.wav");
        File.CreateSymbolicLink(_folder.File("a/nothing.wav"), "nowhere.wav");
        Assert.Equal(["b/two.wav", "circle.wav", "nothing.wav", "one.wav"], AudioFile.In(_folder.File("a")).Select(file => Path.GetRelativePath(_folder.File("a"), file)));
        Directory.CreateSymbolicLink(_folder.File("linked"), _folder.File("a"));
        Assert.Equal(4, AudioFile.In(_folder.File("linked")).Count); // the folder itself may be a link
        Assert.Equal(["b"], FolderWalk.Folders(_folder.File("a")).Select(Path.GetFileName).Except(["self"]));
    }

    [Fact]
    public void Files_OfAFolderThatCannotBeRead_AreTold_OrThrow()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.UserName == "root", "This user may read everything.");
        Directory.CreateDirectory(_folder.File("a/locked"));
        File.WriteAllText(_folder.File("a/one.wav"), "");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder.File("a/locked"), UnixFileMode.None);
        var told = new List<string>();
        Assert.Single(AudioFile.In(_folder.File("a"), unreadable: (folder, _) => told.Add(folder)));
        Assert.Equal([_folder.File("a/locked")], told);
        Assert.ThrowsAny<Exception>(() => AudioFile.In(_folder.File("a")));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder.File("a/locked"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void Files_OfAFolderThatGoesAway_AreTold()
    {
        var told = new List<string>();
        Assert.Empty(FolderWalk.Files(_folder.File("gone"), below: true, _ => true, (folder, _) => told.Add(folder)));
        Assert.Equal([_folder.File("gone")], told);
        Assert.Throws<DirectoryNotFoundException>(() => FolderWalk.Files(_folder.File("gone"), below: true, _ => true));
    }

    /// <summary>What is read when it is named is found in a folder.</summary>
    [Theory, InlineData("one.wave"), InlineData("two.bwf"), InlineData("x.RF64"), InlineData("x.3gp"), InlineData("x.mov"), InlineData("x.aifc")]
    public void Files_WithTheLessUsualEndings_AreFound(string name)
    {
        File.WriteAllText(_folder.File(name), "");
        Assert.Equal(name, Path.GetFileName(Assert.Single(AudioFile.In(_folder.Path))));
    }
}
