using SuRnnStream.Wyoming;
using Xunit;

namespace SuRnnStream.Tests.Wyoming;

public sealed class SoundIntakeTest
{
    [Theory]
    [InlineData(1, new byte[] { 0x40 })]
    [InlineData(2, new byte[] { 0, 0x40 })]
    [InlineData(3, new byte[] { 0, 0, 0x40 })]
    [InlineData(4, new byte[] { 0, 0, 0, 0x40 })]
    public void Width_OfAnyKind_IsSigned_AndChannelsAreAveraged(int width, byte[] half)
    {
        var sound = SoundIntake.Of((16_000, width, 2), 16_000);
        Assert.Equal([0.25f], sound.Take((byte[])[.. half, .. new byte[width]]).ToArray());
    }

    [Fact]
    public void BytesThatAreNotWholeSamples_AreRefused()
    {
        var wrong = Assert.Throws<WyomingException>(() => SoundIntake.Of((16_000, 4, 2), 16_000).Take(new byte[12]));
        Assert.Contains("A payload of 12 bytes is not whole samples of 8 bytes, channels x width.", wrong.Message);
    }
}
