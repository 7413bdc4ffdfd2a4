using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>Names of files around detections, and how many of them stay.</summary>
public sealed class SoundFolderTest : IDisposable
{
    static readonly Detection Yes = new("yes/no", 0.9f, TimeSpan.FromSeconds(61.5), TimeSpan.FromSeconds(62), TimeSpan.FromSeconds(62));
    static readonly DateTimeOffset At = new(2026, 11, 30, 12, 0, 0, TimeSpan.FromHours(1));

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    SoundFolder New(int keep) => new("kept", Path.Combine(_folder.Path, "kept"), keep);

    [Fact]
    public void NameFor_IsAFilesOwn_ByWhenItWasOrByItsPlace()
    {
        var folder = New(10);
        Assert.Equal(Path.Combine("kept", "20261130T110000.000Z-door-yes_no.wav"), folder.NameFor("door", Yes, At));
        Assert.Equal(Path.Combine("kept", "20261130T110000.000Z-door-yes_no-2.wav"), folder.NameFor("door", Yes, At));
        Assert.Equal(Path.Combine("kept", "hall-00061.500-yes_no.wav"), folder.NameFor("hall", Yes));
    }

    [Fact]
    public void Write_KeepsTheNewest_ThoseOfAnEarlierRunToo()
    {
        var names = Enumerable.Range(0, 5).Select(i => At.AddSeconds(i)).ToArray();
        var first = New(3);
        foreach (var at in names[..3]) first.Write(first.NameFor("door", Yes, at), new float[160], 16_000);
        var second = New(3);
        foreach (var at in names[3..]) second.Write(second.NameFor("door", Yes, at), new float[160], 16_000);
        Assert.Equal(names[2..].Select(at => Path.GetFileName(second.NameFor("door", Yes, at))), Directory.GetFiles(Path.Combine(_folder.Path, "kept")).Select(file => Path.GetFileName(file)!).Order());
    }

    [Fact]
    public void AFolder_ThatKeepsNothing_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => New(0));
}
