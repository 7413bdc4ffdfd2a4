using SuRnnStream.Evaluation;
using Xunit;

namespace SuRnnStream.Tests.Evaluation;

public sealed class LabelledFoldersTest : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public void Clips_ComeLabelByLabel_WithoutOtherFilesAndFoldersInsideALabels()
    {
        foreach (var name in new[] { "yes/b.wav", "yes/a.flac", "yes/notes.txt", "yes/more/c.wav", "no/a.wav", "loose.wav" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
            File.WriteAllText(_folder.File(name), "");
        }
        Directory.CreateDirectory(_folder.File("empty"));
        Assert.Equal([("empty", _folder.File("empty")), ("no", _folder.File("no")), ("yes", _folder.File("yes"))], LabelledFolders.In(_folder.Path));
        Assert.Equal([("no", _folder.File("no/a.wav")), ("yes", _folder.File("yes/a.flac")), ("yes", _folder.File("yes/b.wav"))], LabelledFolders.ClipsIn(_folder.Path));
        Assert.EndsWith("none: there is no such folder", Assert.Throws<DirectoryNotFoundException>(() => LabelledFolders.ClipsIn(_folder.File("none"))).Message);
    }

    public void Dispose() => _folder.Dispose();
}
