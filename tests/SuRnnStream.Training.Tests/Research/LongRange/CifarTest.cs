using SkiaSharp;
using SuRnnStream.Research.LongRange;
using SuRnnStream.Tests;
using Xunit;

namespace SuRnnStream.Training.Tests.Research.LongRange;

public class CifarTest
{
    const int Pixels = 1_024, Each = 1 + 3 * Pixels;

    /// <summary>Picture n is of class n % 10, red all n % 200, green its column, blue its row.</summary>
    static byte[] Batch(int first, int count)
    {
        var bytes = new byte[count * Each];
        for (var n = 0; n < count; n++)
        {
            var picture = bytes.AsSpan(n * Each, Each);
            picture[0] = (byte)((first + n) % 10);
            for (var p = 0; p < Pixels; p++) (picture[1 + p], picture[1 + Pixels + p], picture[1 + 2 * Pixels + p]) = ((byte)((first + n) % 200), (byte)(p % 32), (byte)(p / 32));
        }
        return bytes;
    }

    static float Shown(double value) => (float)((value / 255 - 0.5) * 4);

    static void WriteBinary(TemporaryFolder folder) => ImdbTest.Write(folder.File("cifar-10-binary.tar.gz"),
        [("cifar-10-batches-bin/data_batch_1.bin", Batch(0, 5_000)), ("cifar-10-batches-bin/data_batch_2.bin", Batch(5_000, 30)), ("cifar-10-batches-bin/test_batch.bin", Batch(0, 12)), ("cifar-10-batches-bin/readme.html", new byte[3])]);

    [Fact]
    public void BinaryArchive_IsReadInEveryOrder()
    {
        using var folder = new TemporaryFolder();
        WriteBinary(folder);
        SequenceTask Load(string name, int? length = null) => SequenceTasks.Create(name, new LongRangeSetting { Full = true, Length = length }, folder.Path);
        var image = Load("image");
        Assert.Equal((1_024, 1, 30, 5_000, 12), (image.Length, image.Inputs, image.Count(Part.Training), image.Count(Part.Validation), image.Count(Part.Test)));
        var test = image.Test(12)[0];
        Assert.Equal([.. Enumerable.Range(0, 12).Select(n => n % 10)], test.Classes!);
        Assert.Equal(Shown(0.299 * 7 + 0.587 * 5 + 0.114 * 2), test.Values![(2 * 32 + 5) * 12 + 7], 1e-4f); // picture 7, row 2, column 5

        var colours = Load("scifar").Test(12)[0].Values!;
        Assert.Equal([Shown(7), Shown(5), Shown(2)], colours.AsSpan(((2 * 32 + 5) * 12 + 7) * 3, 3).ToArray());
        var permuted = Load("pcifar").Test(12)[0].Values!;
        Assert.NotEqual(colours, permuted);
        Assert.Equal(colours.Order(), permuted.Order());
        var rows = Load("rcifar");
        Assert.Equal((32, 96), (rows.Length, rows.Inputs));
        Assert.Equal([Shown(7), Shown(5), Shown(2)], rows.Test(12)[0].Values!.AsSpan((2 * 12 + 7) * 96 + 15, 3).ToArray());
        Assert.Equal(Shown(0.299 * 7 + 0.587 * 4.5 + 0.114 * 2.5), Load("image", 256).Test(12)[0].Values![(16 + 2) * 12 + 7], 1e-4f); // means of 2 x 2
    }

    [Fact]
    public void JpegTree_IsReadByFolder()
    {
        using var folder = new TemporaryFolder();
        byte[] Jpeg(byte grey)
        {
            using var picture = new SKBitmap(32, 32);
            picture.Erase(new SKColor(grey, grey, grey));
            return picture.Encode(SKEncodedImageFormat.Jpeg, 95).ToArray();
        }
        byte[] dark = Jpeg(20), light = Jpeg(220);
        ImdbTest.Write(folder.File("CIFAR-10-images.tar"), [.. Enumerable.Range(0, 5_003).Select(n => ($"train/{(n % 2 == 0 ? "cat" : "ship")}/{n:d4}.jpg", n % 2 == 0 ? dark : light)), ("test/ship/0000.jpg", light)]);
        var task = SequenceTasks.Create("image", new LongRangeSetting { Length = 64 }, folder.Path);
        Assert.Equal((3, 1), (task.Count(Part.Training), task.Count(Part.Test)));
        var test = task.Test(1)[0];
        Assert.Equal(8, test.Classes![0]);
        Assert.All(test.Values!, value => Assert.Equal(Shown(220), value, 0.05f));
        ImdbTest.Write(folder.File("CIFAR-10-images-master.zip"), [("train/cat/0.jpg", dark)]);
    }

    [Fact]
    public void WhatIsMissingOrDamaged_IsNamed()
    {
        using var folder = new TemporaryFolder();
        string Refused<T>(string name, int? length = null) where T : Exception => Assert.Throws<T>(() => SequenceTasks.Create(name, new LongRangeSetting { Length = length }, folder.Path)).Message;
        Assert.Contains("has none of cifar-10-binary.tar.gz", Refused<FileNotFoundException>("image"));
        Assert.Contains("not 100", Refused<ArgumentException>("image", 100));
        Assert.Contains("sequences of 32 steps, not 64", Refused<ArgumentException>("rcifar", 64));
        Directory.CreateDirectory(folder.File("cifar-10-batches-bin"));
        var file = Path.Combine(folder.File("cifar-10-batches-bin"), "test_batch.bin");
        File.WriteAllBytes(file, new byte[100]);
        Assert.Contains("test_batch.bin in", Refused<InvalidDataException>("image"));
        File.WriteAllBytes(file, [11, .. new byte[Each - 1]]);
        Assert.Contains("has the class 11 at byte 0", Refused<InvalidDataException>("image"));
        File.WriteAllBytes(file, Batch(0, 3));
        Assert.Contains("has 0 training and 3 test pictures", Refused<InvalidDataException>("image"));
    }
}
