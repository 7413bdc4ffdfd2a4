using SuRnnStream.Evaluation;
using SuRnnStream.Tests;
using SuRnnStream.Training.SecondLook;
using Xunit;

namespace SuRnnStream.Training.Tests.SecondLook;

public sealed class LookCacheTest : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Bank_IsMadeOnceForAKey()
    {
        var (cache, made) = (new LookCache(_folder.File("new/folder")), 0);
        LookBank Make()
        {
            var bank = new LookBank();
            bank.Add(new float[SpeechEmbedding.Size * 2], LookBank.Kind.Candidate, ++made, (0, 1), (1, 0));
            return bank;
        }
        var (first, again, other) = (cache.Bank("a", Make), new LookCache(_folder.File("new/folder")).Bank("a", Make), cache.Bank("b", Make));
        Assert.Equal(2, made);
        Assert.Equal(first.Examples, again.Examples);
        Assert.Equal(2, other.Examples[0].Speaker);
    }

    [Fact]
    public void Streams_AreReadAsTheyWereMade()
    {
        static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
        LookStream[] made =
        [
            new(LookStreamKind.Words, 3, At(12.5), [new LabelledEvent("computer", At(1), At(2)), new LabelledEvent("über", At(3), At(4))],
                [new(new Burst(10, 20, 30, 0.25f, [0.5f, 0.75f], [0.125f, 0.1f]), [1, 2, 3]), new(new Burst(5_000_000_000, 5_000_000_001, 5_000_000_002, 0, [1, 0]), [])]),
            new(LookStreamKind.Read, -1, At(0), [], []),
        ];
        var cache = new LookCache(_folder.File("streams"));
        cache.Streams("a", () => made);
        var read = cache.Streams("a", () => throw new InvalidOperationException("They are kept."));
        Assert.Equal(made.Length, read.Count);
        foreach (var (before, after) in made.Zip(read))
        {
            Assert.Equal((before.Kind, before.Speaker, before.Length), (after.Kind, after.Speaker, after.Length));
            Assert.Equal(before.Events, after.Events);
            Assert.Equal(before.Candidates.Count, after.Candidates.Count);
            foreach (var (one, other) in before.Candidates.Zip(after.Candidates))
            {
                Assert.Equal((one.Burst.Start, one.Burst.End, one.Burst.Known, one.Burst.Before), (other.Burst.Start, other.Burst.End, other.Burst.Known, other.Burst.Before));
                Assert.Equal(one.Burst.Own, other.Burst.Own);
                Assert.Equal(one.Burst.After, other.Burst.After);
                Assert.Equal(one.Vectors, other.Vectors);
            }
        }
    }

    [Fact]
    public void Streams_OfAnotherVersion_SayWhichFileToDelete()
    {
        var cache = new LookCache(_folder.File("old"));
        cache.Streams("a", () => []);
        var file = Assert.Single(Directory.GetFiles(_folder.File("old")));
        File.WriteAllBytes(file, [9, 0, 0, 0]);
        Assert.Contains(file, Assert.Throws<InvalidDataException>(() => cache.Streams("a", () => [])).Message);
    }
}
