using SuRnnStream.Research.LongRange;
using SuRnnStream.Tests;
using Xunit;

namespace SuRnnStream.Training.Tests.Research.LongRange;

public sealed class TextTest : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TestWindows_ScoreEveryByteOnce_AfterHalfAWindow()
    {
        var text = Write(testBytes: 1_003);
        var task = SequenceTasks.Create("text", new LongRangeSetting { Length = 64 }, _folder.Path);
        var scored = new List<byte>();
        foreach (var batch in task.Test(7))
        {
            for (var b = 0; b < batch.Count; b++)
            {
                for (var t = 0; t < 32; t++) Assert.Equal(-1, batch.Classes![t * batch.Count + b]);
                for (var t = 32; t < 64; t++) scored.Add((byte)batch.Classes![t * batch.Count + b]);
                for (var t = 32; t < 63; t++) Assert.Equal(batch.Tokens![(t + 1) * batch.Count + b], batch.Classes![t * batch.Count + b]); // the next byte
            }
        }
        Assert.Equal(text[33..(33 + scored.Count)], scored);
        Assert.InRange(scored.Count, 1_003 - 33 - 31, 1_003 - 33);
    }

    [Fact]
    public void TrainingWindows_LieInTheTrainingText_AndNotInTheOthers()
    {
        Write(testBytes: 1_000);
        var task = SequenceTasks.Create("text", new LongRangeSetting { Length = 64 }, _folder.Path);
        static IEnumerable<int> Kinds(SequenceBatch batch) => batch.Tokens!.Select(token => token / 64).Distinct();
        Assert.Equal([0, 1], Enumerable.Range(0, 20).SelectMany(step => Kinds(task.Training(1, step, 64))).Distinct().Order());
        Assert.DoesNotContain(-1, task.Training(1, 0, 64).Classes!);
        Assert.Equal([2], task.Validation(64).SelectMany(Kinds).Distinct());
        Assert.Equal([3], task.Test(64).SelectMany(Kinds).Distinct());
    }

    [Fact]
    public void AShortFile_OrAnOddLength_IsRefused()
    {
        Write(testBytes: 40);
        Assert.StartsWith($"{_folder.File("test.txt")} has 40 bytes where more than 64 are needed: fetch it again, from https://",
            Assert.Throws<InvalidDataException>(() => SequenceTasks.Create("text", new LongRangeSetting { Length = 64 }, _folder.Path)).Message);
        Assert.Equal("Text has windows of an even number of bytes, not 63.",
            Assert.Throws<ArgumentException>(() => SequenceTasks.Create("text", new LongRangeSetting { Length = 63 }, _folder.Path)).Message);
    }

    /// <summary>Of the values of a byte, the first quarter is the plays, the second valid.txt, the third its held-back end, the last the test.</summary>
    byte[] Write(int testBytes)
    {
        var random = new Random(1);
        byte[] Bytes(int count, int kind) => [.. Enumerable.Range(0, count).Select(_ => (byte)(kind * 64 + random.Next(64)))];
        var test = Bytes(testBytes, 3);
        File.WriteAllBytes(_folder.File("tinyshakespeare_input.txt"), Bytes(3_000, 0));
        File.WriteAllBytes(_folder.File("valid.txt"), [.. Bytes(3_000, 1), .. Bytes(100_000, 2)]);
        File.WriteAllBytes(_folder.File("test.txt"), test);
        return test;
    }
}
