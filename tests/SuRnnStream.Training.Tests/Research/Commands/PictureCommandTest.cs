using SuRnnStream.Evaluation;
using SuRnnStream.Research.Commands;
using SuRnnStream.Tests;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Research.Commands;

public sealed class PictureCommandTest : IDisposable
{
    static readonly string Model = Shipped.File("models/commands-float32.surnn"), Twin = Shipped.File("models/commands-dense.surnn");
    static readonly string Wav = Shipped.File("samples/commands.wav"), Words = Shipped.File("samples/commands.csv");

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string Output => _folder.File("picture.png");

    void Raster(string? wav = null, double to = 3) => new PictureCommand().Raster(Model, wav ?? Wav, 1, to, Output);

    void Remember(string? twin = null, string? words = null, double seconds = 0.1) => new PictureCommand().Remember(Model, twin ?? Twin, Wav, words ?? Words, seconds, Output);

    [Fact]
    public void Raster_WritesAPng()
    {
        Raster();
        AssertPng();
    }

    [Fact]
    public void Memory_WritesAPng()
    {
        Remember();
        AssertPng();
    }

    [Fact]
    public void Raster_WithoutASoundOrASegment_SaysSoAndWritesNothing()
    {
        Assert.Contains("nowhere.wav", Assert.Throws<FileNotFoundException>(() => Raster(wav: _folder.File("nowhere.wav"))).Message);
        Assert.Contains("no segment", Assert.Throws<ArgumentException>(() => Raster(to: 0.5)).Message);
        Assert.False(File.Exists(Output));
    }

    [Theory, InlineData("label,start,end\nyes,1"), InlineData("label,start,end\nyes,1,soon"), InlineData("label,start,end\nyes,60,61"), InlineData("")]
    public void Memory_OfWordsThatAreNone_NamesTheFile(string csv)
    {
        var file = _folder.File("words.csv");
        File.WriteAllText(file, csv);
        Assert.Contains(file, Assert.Throws<InvalidEventTableException>(() => Remember(words: file)).Message);
        Assert.False(File.Exists(Output));
    }

    [Fact]
    public void Memory_OfNoWords_NamesTheFile()
    {
        var file = _folder.File("words.csv");
        File.WriteAllText(file, "label,start,end\n");
        Assert.Contains(file, Assert.Throws<InvalidDataException>(() => Remember(words: file)).Message);
    }

    [Theory, InlineData(0), InlineData(61), InlineData(double.NaN)]
    public void Memory_OfAnImpossibleSilence_SaysSo(double seconds) =>
        Assert.Contains("silence", Assert.Throws<ArgumentException>(() => Remember(seconds: seconds)).Message);

    void AssertPng() => Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(Output)[..4]);
}
