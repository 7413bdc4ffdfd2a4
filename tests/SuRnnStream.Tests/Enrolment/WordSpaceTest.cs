using SuRnnStream.Evaluation.Enrolment;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Enrolment;

/// <summary>The file that words are enrolled with.</summary>
public sealed class WordSpaceTest : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheShippedFile_IsSmall_AndSaysItsLicences()
    {
        var space = SampleTakes.Space.Value;
        Assert.InRange(new FileInfo(SampleTakes.SpacePath).Length, 300_000, 1_000_000);
        Assert.Contains("CC BY 4.0", space.Card["licences"]);
        Assert.InRange(space.BankVectors, 1_000, 8_000);
        Assert.True(space.BankHours > 0.5);
    }

    [Fact]
    public void Saved_ItIsTheSameBytes()
    {
        SampleTakes.Space.Value.Save(_folder.File("again.space"));
        Assert.Equal(File.ReadAllBytes(SampleTakes.SpacePath), File.ReadAllBytes(_folder.File("again.space")));
    }

    [Theory]
    [InlineData(0, "it does not begin as one")]
    [InlineData(5_000, "its checksum is another")]
    [InlineData(-1, "its checksum is another")]
    public void ADamagedFile_IsRefused_WithItsName(int at, string why)
    {
        var bytes = File.ReadAllBytes(SampleTakes.SpacePath);
        bytes[at < 0 ? ^1 : at] ^= 0x10;
        var message = Assert.Throws<InvalidDataException>(() => WordSpace.Load(new MemoryStream(bytes), "my.space")).Message;
        Assert.StartsWith("my.space: this is no word space, or it is damaged", message);
        Assert.Contains(why, message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(20_000)]
    public void AShortFile_IsRefused(int length) =>
        Assert.Throws<InvalidDataException>(() => WordSpace.Load(new MemoryStream(File.ReadAllBytes(SampleTakes.SpacePath)[..length]), "short"));

    /// <summary>A header that asks for gigabytes, under a right checksum.</summary>
    [Theory]
    [InlineData("\"vectors\":", "\"vectors\":90000", "bytes follow its header")]
    [InlineData("\"candidates\":", "\"candidates\":-", "its bank is too small")]
    public void AHeaderThatAsksForMore_IsRefused_BeforeItIsAllocated(string from, string to, string why)
    {
        var bytes = File.ReadAllBytes(SampleTakes.SpacePath);
        var (start, length) = (18, BitConverter.ToInt32(bytes, 14));
        var header = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(bytes, start, length).Replace(from, to));
        byte[] changed = [.. bytes[..14], .. BitConverter.GetBytes(header.Length), .. header, .. bytes[(start + length)..^4]];
        var sum = new ChecksumStream();
        sum.Write(changed);
        byte[] file = [.. changed, .. BitConverter.GetBytes(Convert.ToUInt32(System.Text.Encoding.ASCII.GetString(sum.Digits), 16))];
        Assert.Contains(why, Assert.Throws<InvalidDataException>(() => WordSpace.Load(new MemoryStream(file), "my.space")).Message);
    }

    [Fact]
    public void Vectors_AreOfLengthOne_AndAllocateNothing()
    {
        var (network, random) = (SampleTakes.Space.Value.Network, new Random(1));
        var (word, voice) = (new float[network.Shape.Size], new float[network.Shape.VoiceSize]);
        float[] frames = [.. Enumerable.Range(0, network.Shape.Frames * network.Shape.Bands).Select(_ => 3 * random.NextSingle())];
        network.Embed(frames, word, voice);
        Assert.Equal(1, word.Sum(x => x * x), 1e-4f);
        Assert.Equal(1, voice.Sum(x => x * x), 1e-4f);
        Assert.Equal(0, Allocations.Of(() => network.Embed(frames, word, voice)));
    }
}
