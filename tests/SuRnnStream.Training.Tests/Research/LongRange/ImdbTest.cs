using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using SuRnnStream.Research.LongRange;
using SuRnnStream.Tests;
using Xunit;

namespace SuRnnStream.Training.Tests.Research.LongRange;

public class ImdbTest
{
    static readonly (string Name, string Text)[] Reviews = [.. from part in new[] { "train", "test" }
                                                               from kind in new[] { "pos", "neg" }
                                                               from n in Enumerable.Range(0, 20)
                                                               select ($"aclImdb/{part}/{kind}/{n}_7.txt", $"{part} {kind} {n}" + new string('.', n))];

    [Theory, InlineData("aclImdb_v1.tar.gz"), InlineData("aclImdb.tar"), InlineData("aclImdb.zip"), InlineData("aclImdb")]
    public void EveryFormOfTheArchive_GivesTheSameReviews(string name)
    {
        using var folder = new TemporaryFolder();
        Write(folder.File(name), [.. Reviews, ("aclImdb/train/unsup/0_0.txt", "no class"), ("aclImdb/train/pos/urls_pos.html", "no review")]);
        var task = SequenceTasks.Create("imdb", new LongRangeSetting { Length = 12 }, folder.Path);
        Assert.Equal((36, 4, 40, 0.5), (task.Count(Part.Training), task.Count(Part.Validation), task.Count(Part.Test), task.Chance));
        var test = task.Test(40)[0];
        string[] texts = [.. Enumerable.Range(0, 40).Select(b => string.Concat(Enumerable.Range(0, 12).Select(t => (char)test.Tokens![t * 40 + b])))];
        Assert.Equal(Enumerable.Repeat(0, 20).Concat(Enumerable.Repeat(1, 20)), test.Classes); // in the order of their names
        Assert.Equal("\0\0test neg 0", texts[0]);
        Assert.Contains("test pos 19.", texts); // cut at twelve
        string[] rest = [.. new[] { task.Training(1, 0, 36), task.Validation(4)[0] }.SelectMany(SequenceTaskTest.Columns)];
        Assert.Equal(40, rest.Distinct().Count());
        Assert.Empty(rest.Intersect(SequenceTaskTest.Columns(test)));
    }

    [Fact]
    public void PartOfTheTest_IsOfBothClasses_AndTheSameInEveryRun()
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("aclImdb.tar"), Reviews);
        var task = Load();
        string[] all = [.. task.Test(40).SelectMany(SequenceTaskTest.Columns)], ten = Some(task, 10), fifteen = Some(task, 15);
        Assert.Equal([0, 1], task.Some(Part.Test, 10, 4).SelectMany(batch => batch.Classes!).Distinct().Order());
        Assert.Equal([4, 4, 2], task.Some(Part.Test, 10, 4).Select(batch => batch.Count));
        Assert.Equal(10, ten.Intersect(all).Count());
        Assert.Equal(ten, fifteen[..10]);
        Assert.Equal(ten, Some(Load(), 10));
        Assert.Equal(all.Order(), Some(task, 100).Order());

        SequenceTask Load() => SequenceTasks.Create("imdb", new LongRangeSetting { Length = 14 }, folder.Path);
        static string[] Some(SequenceTask task, int count) => [.. task.Some(Part.Test, count, 4).SelectMany(SequenceTaskTest.Columns)];
    }

    [Fact]
    public void WhatIsMissingOrDamaged_IsNamed()
    {
        using var folder = new TemporaryFolder();
        var setting = new LongRangeSetting { Length = 12 };
        Assert.Contains("has none of aclImdb_v1.tar.gz", Assert.Throws<FileNotFoundException>(() => SequenceTasks.Create("imdb", setting, folder.Path)).Message);
        Write(folder.File("aclImdb.tar"), [.. Reviews.Where(review => !review.Name.Contains("test/neg"))]);
        Assert.Contains("20 files in test/pos and 0 in test/neg", Assert.Throws<InvalidDataException>(() => SequenceTasks.Create("imdb", setting, folder.Path)).Message);
        File.WriteAllText(folder.File("aclImdb_v1.tar.gz"), "<html>404</html>");
        Assert.StartsWith($"{folder.File("aclImdb_v1.tar.gz")} is damaged", Assert.Throws<InvalidDataException>(() => SequenceTasks.Create("imdb", setting, folder.Path)).Message);
        Assert.Contains("name the folder", Assert.Throws<ArgumentException>(() => SequenceTasks.Create("imdb", setting, null)).Message);
    }

    internal static void Write(string path, IReadOnlyList<(string Name, string Text)> files) => Write(path, [.. files.Select(file => (file.Name, Encoding.UTF8.GetBytes(file.Text)))]);

    internal static void Write(string path, IReadOnlyList<(string Name, byte[] Bytes)> files)
    {
        if (path.EndsWith(".zip"))
        {
            using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
            foreach (var (name, bytes) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(bytes);
            }
        }
        else if (path.Contains(".tar"))
        {
            using var file = File.Create(path);
            using Stream stream = path.EndsWith(".gz") ? new GZipStream(file, CompressionLevel.Fastest) : file;
            using var tar = new TarWriter(stream);
            foreach (var (name, bytes) in files) tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
        }
        else
        {
            foreach (var (name, bytes) in files)
            {
                var at = Path.Combine(path, name[(name.IndexOf('/') + 1)..]);
                Directory.CreateDirectory(Path.GetDirectoryName(at)!);
                File.WriteAllBytes(at, bytes);
            }
        }
    }
}
