using Xunit;

namespace SuRnnStream.Tests;

public sealed class ArraySourceTest : SampleSourceContract
{
    protected override ISampleSource Open(float[] audio) => new ArraySource(audio, 16_000);

    [Fact]
    public void Read_GivesTheArray() =>
        AssertSameBits([1, -0.5f, 0.25f], new ArraySource(new float[] { 1, -0.5f, 0.25f }, 8000).ReadAll(2));

    [Theory, InlineData(0), InlineData(-16_000)]
    public void New_BadRate_SaysTheValue(int rate) =>
        Assert.Contains($"{rate}", Assert.Throws<ArgumentOutOfRangeException>(() => new ArraySource(new float[1], rate)).Message);
}
