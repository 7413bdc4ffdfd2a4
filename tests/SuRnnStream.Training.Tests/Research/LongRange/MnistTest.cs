using System.IO.Compression;
using SuRnnStream.Research.LongRange;
using SuRnnStream.Tests;
using Xunit;

namespace SuRnnStream.Training.Tests.Research.LongRange;

public class MnistTest
{
    [Fact]
    public void RealDigits_AreTheKnownOnes_PermutedByOneOrder()
    {
        var folder = Recordings.Folder("mnist");
        var (plain, permuted) = (Load("smnist", 784), Load("pmnist", 784));
        Assert.Equal((55_000, 5_000, 10_000), (plain.Count(Part.Training), plain.Count(Part.Validation), plain.Count(Part.Test)));
        var (test, shuffled) = (plain.Test(100), permuted.Test(100));
        Assert.Equal([7, 2, 1, 0, 4, 1, 4, 9, 5, 9], test[0].Classes![..10]);
        Assert.Equal(0.1135, plain.Chance, 1e-9); // 1,135 ones
        Assert.Equal(0.1325, test.Average(batch => batch.Values!.Average()), 0.0005);
        Assert.Equal(test[3].Values!.Order(), shuffled[3].Values!.Order());
        Assert.NotEqual(test[3].Values, shuffled[3].Values);
        Assert.Equal(shuffled[0].Values, Load("pmnist", 784).Test(100)[0].Values);
        Assert.Equal(test[0].Values!.Average(), Load("smnist", 196).Test(100)[0].Values!.Average(), 1e-4f);
        Assert.Empty(SequenceTaskTest.Columns(plain.Validation(200)[0]).Intersect(SequenceTaskTest.Columns(plain.Training(1, 0, 200))));

        SequenceTask Load(string name, int length) => SequenceTasks.Create(name, new LongRangeSetting { Length = length }, folder);
    }

    [Fact]
    public void Load_SplitsAndOrders()
    {
        using var folder = new TemporaryFolder();
        Write(folder, train: 5_020, test: 3);
        var task = SequenceTasks.Create("smnist", new LongRangeSetting { Length = 49 }, folder.Path);
        Assert.Equal((20, 5_000, 3), (task.Count(Part.Training), task.Count(Part.Validation), task.Count(Part.Test)));
        Assert.Equal(Enumerable.Range(0, 20).Select(n => n % 10).Order(), task.Training(1, 0, 20).Classes!.Order());
        Assert.Equal([0, 1, 2], task.Test(8)[0].Classes!);
        Assert.Equal(2 / 255f, task.Test(8)[0].Values![2]); // image n is all n % 256
    }

    [Fact]
    public void PartOfTheTest_IsNotItsBeginning()
    {
        using var folder = new TemporaryFolder();
        Write(folder, train: 5_001, test: 200);
        var task = SequenceTasks.Create("smnist", new LongRangeSetting { Length = 49 }, folder.Path);
        float[] shown = [.. task.Some(Part.Test, 40, 40).Single().Values![..40].Select(value => value * 255)]; // image n is all n
        Assert.Equal(40, shown.Distinct().Count());
        Assert.InRange(shown.Count(n => n >= 99.5f), 10, 30); // of the second half
    }

    [Theory]
    [InlineData(0, 0x00, 3, "begins with 00000801 where 00000803 was expected")]
    [InlineData(11, 0x1b, 16, "says 27 at byte 8 where 28 was expected")]
    [InlineData(7, 0x09, 16, "holds 2352 bytes after its header, which announces 7056")]
    public void ADamagedFile_GivesOneClearError(int at, byte value, int keep, string how)
    {
        using var folder = new TemporaryFolder();
        Write(folder, train: 5_020, test: 3);
        var path = folder.File("t10k-images-idx3-ubyte.gz");
        byte[] bytes = [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 28, 0, 0, 0, 28, .. new byte[3 * 784]];
        if (keep == 3) bytes[3] = 1;
        else bytes[at] = value;
        Zip(path, bytes);
        AssertError(folder, $"{path} {how}: fetch it again, from https://");
    }

    [Fact]
    public void ACutOrForeignFile_GivesOneClearError()
    {
        using var folder = new TemporaryFolder();
        Write(folder, train: 5_020, test: 3);
        var path = folder.File("t10k-labels-idx1-ubyte.gz");
        File.WriteAllText(path, "<html>404</html>");
        AssertError(folder, $"{path} does not unpack as gzip after 0 bytes: fetch it again");
        Zip(path, [0, 0, 8, 1]);
        AssertError(folder, $"{path} ends at byte 4, inside its header of 8: fetch it again");
        Zip(path, [0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 11]);
        AssertError(folder, $"{path} has the label 11 at byte 10; digits are 0 to 9: fetch it again");
        Zip(path, [0, 0, 8, 1, 0, 0, 0, 2, 1, 2]);
        AssertError(folder, $"{folder.Path} has 3 t10k images and 2 labels; need the same number of both, 1 or more: fetch them again");
    }

    [Fact]
    public void AnyOtherLength_IsRefused() => Assert.StartsWith("MNIST has sequences of 784 steps, 196",
        Assert.Throws<ArgumentException>(() => MnistTask.Load("", permuted: false, length: 100)).Message);

    static void AssertError(TemporaryFolder folder, string message) =>
        Assert.StartsWith(message, Assert.Throws<InvalidDataException>(() => SequenceTasks.Create("smnist", new LongRangeSetting(), folder.Path)).Message);

    static void Write(TemporaryFolder folder, int train, int test)
    {
        foreach (var (name, count) in new[] { ("train", train), ("t10k", test) })
        {
            byte[] size = [(byte)(count >> 24), (byte)(count >> 16), (byte)(count >> 8), (byte)count];
            Zip(folder.File($"{name}-images-idx3-ubyte.gz"), [0, 0, 8, 3, .. size, 0, 0, 0, 28, 0, 0, 0, 28, .. Enumerable.Range(0, count * 784).Select(i => (byte)(i / 784))]);
            Zip(folder.File($"{name}-labels-idx1-ubyte.gz"), [0, 0, 8, 1, .. size, .. Enumerable.Range(0, count).Select(i => (byte)(i % 10))]);
        }
    }

    static void Zip(string path, byte[] bytes)
    {
        using var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        gzip.Write(bytes);
    }
}
