using System.Text;
using Xunit;

namespace SuRnnStream.Tests.Signals;

public sealed class FileKindTest
{
    [Theory]
    [InlineData("fLaC\0\0", "FLAC", null)]
    [InlineData("OggS", "Ogg (Vorbis or Opus)", null)]
    [InlineData("\0\0\0\u0018ftypM4A ", "MP4 or M4A (AAC)", null)]
    [InlineData("PK\u0003\u0004", null, "a zip archive")]
    [InlineData("version https://git-lfs.github.com/spec/v1", null, "a Git LFS pointer (text); the audio was not downloaded")]
    [InlineData("Dear all,", null, "text")]
    [InlineData("\0\0\0\0", null, "zero bytes, as an interrupted download or a full disk leaves")]
    [InlineData("", null, "zero bytes, as an interrupted download or a full disk leaves")]
    [InlineData("RIFF\0\0\0\0WAVE", null, null)]
    public void AFile_IsKnownByItsFirstBytes(string start, string? sound, string? other)
    {
        var bytes = Encoding.Latin1.GetBytes(start);
        Assert.Equal((sound, sound is null ? other : null), (FileKind.GuessSound(bytes), sound is null ? FileKind.GuessOther(bytes) : null));
    }

    [Fact]
    public void TheException_IsOneLine_WithPlaceAndRemedy()
    {
        var wrong = new InvalidAudioException("a\nb.wav", 12, "it is damaged", "copy it again") { Coding = "mu-law" };
        Assert.Equal(("a?b.wav: byte 12: it is damaged; copy it again.", "a\nb.wav", 12L, "mu-law"), (wrong.Message, wrong.Name, wrong.Offset, wrong.Coding));
        Assert.Equal("a.mp3: it is no sound; name another.", new InvalidAudioException("a.mp3", "it is no sound", "name another").Message);
    }
}
