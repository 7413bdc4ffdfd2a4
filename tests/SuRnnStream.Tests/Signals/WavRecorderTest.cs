using System.Text;
using Xunit;

namespace SuRnnStream.Tests;

public sealed class WavRecorderTest : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_InPieces_IsTheFileThatTheWriterWrites()
    {
        var sound = Sound.Noise(10_001);
        using (var recorder = new WavRecorder(_folder.File("a.wav"), 44_100))
            foreach (var piece in sound.Chunk(3001)) recorder.Write(piece);
        WavWriter.Write(_folder.File("b.wav"), sound, 44_100);
        Assert.Equal(File.ReadAllBytes(_folder.File("b.wav")), File.ReadAllBytes(_folder.File("a.wav")));
    }

    [Fact]
    public void Lose_IsACuePointWithALabel_AndTheFileCanStillBeRead()
    {
        var sound = Sound.Noise(3000);
        using (var recorder = new WavRecorder(_folder.File("a.wav"), 16_000))
        {
            recorder.Write(sound[..1000]);
            recorder.Lose(0);
            recorder.Lose(8_000);
            recorder.Write(sound[1000..]);
            recorder.Lose(160_000);
        }
        using var wav = WavFile.Open(_folder.File("a.wav"));
        Assert.Equal((3000, false), (wav.Length!.Value, wav.Truncated));
        SampleSourceContract.AssertSameBits(sound, wav.ReadAll());

        var bytes = File.ReadAllBytes(_folder.File("a.wav"));
        Assert.Equal(bytes.Length - 8, BitConverter.ToInt32(bytes, 4));
        var chunks = bytes.AsSpan(44 + 6000);
        Assert.Equal(("cue ", 52, 2), (Encoding.ASCII.GetString(chunks[..4]), BitConverter.ToInt32(chunks[4..]), BitConverter.ToInt32(chunks[8..])));
        Assert.Equal((1000, 3000), (BitConverter.ToInt32(chunks[32..]), BitConverter.ToInt32(chunks[56..])));
        var list = chunks[60..];
        Assert.Equal(("LIST", list.Length - 8), (Encoding.ASCII.GetString(list[..4]), BitConverter.ToInt32(list[4..])));
        Assert.Equal("0.500 s lost", Encoding.ASCII.GetString(list[24..36]));
        Assert.Contains("10.000 s lost\0", Encoding.ASCII.GetString(list));
    }

    [Fact]
    public void AFileThatWasNeverClosed_CanBeReadToItsEnd()
    {
        using var recorder = new WavRecorder(_folder.File("a.wav"), 16_000);
        recorder.Write(Sound.Noise(20_000));
        using var wav = WavFile.Open(_folder.File("a.wav"));
        Assert.InRange(wav.ReadAll().Length, 10_000, 20_000); // what has left the program
    }

    [Fact]
    public void New_OverAFile_LeavesItAlone()
    {
        File.WriteAllText(_folder.File("a.wav"), "mine");
        Assert.Throws<IOException>(() => new WavRecorder(_folder.File("a.wav"), 16_000));
        Assert.Equal("mine", File.ReadAllText(_folder.File("a.wav")));
    }
}
