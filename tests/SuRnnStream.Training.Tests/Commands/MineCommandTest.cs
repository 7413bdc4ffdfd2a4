using SuRnnStream.Tests;
using SuRnnStream.Tests.Support;
using SuRnnStream.Training.Commands;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Commands;

/// <summary>The shipped model, the shipped recording as "speech without the words": all that is detected is mined.</summary>
public sealed class MineCommandTest : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string Model => Shipped.File("models/commands.surnn");

    [Fact]
    public void Mine_CutsOutWhatTheModelDetects_AndTheModelDetectsItThere()
    {
        Directory.CreateDirectory(_folder.File("talk"));
        File.Copy(Shipped.File("samples/commands.wav"), _folder.File("talk/a-1.wav"));
        new MineCommand().Mine(Model, _folder.File("mined"), extraSpeech: _folder.File("talk"), threshold: 0.5f);

        var (files, network) = (Directory.GetFiles(_folder.File("mined")), Shipped.Commands.WithoutSecondLook());
        Assert.True(files.Length >= 9, $"{files.Length} of the ten words");
        var again = files.Count(file =>
        {
            var (sound, label, found) = (Corpus.Read(file, 16_000), Path.GetFileName(file).Split('-')[0], false);
            Assert.InRange(sound.Length, 2 * 16_000, 5 * 16_000);
            new StreamingDetector(network, network.Defaults with { Threshold = 0.4f }).Process(sound, detection => found |= detection.Label == label);
            return found;
        });
        Assert.True(again >= 0.9 * files.Length, $"{again} of {files.Length} are detected in the cut");
        Assert.Contains(_folder.File("mined"), Assert.Throws<InvalidDataException>(() => new MineCommand().Mine(Model, _folder.File("mined"), extraSpeech: _folder.File("talk"))).Message);
    }

    [Theory, InlineData(12, 5), InlineData(11, 5), InlineData(5, 2), InlineData(1, 0)]
    public void Mine_LeavesTheKeptSpeakersOut_FiveButLessThanHalf(int speakers, int kept)
    {
        Directory.CreateDirectory(_folder.File("read"));
        for (var speaker = 0; speaker < speakers; speaker++) WavWriter.Write(_folder.File($"read/{speaker}-1.wav"), Sounds.Silence(1_600), 16_000);
        Assert.Equal(speakers - kept, Corpus.TrainingSpeechIn(_folder.File("read"), [], 16_000).Count);
    }

    [Fact]
    public void Mine_WithoutSpeech_SaysWhatToGive() =>
        Assert.Contains("--extra-speech", Assert.Throws<ArgumentException>(() => new MineCommand().Mine(Model, _folder.File("mined"))).Message);
}
