using System.Buffers.Binary;
using System.IO.Compression;

namespace SuRnnStream.Research.LongRange;

/// <summary>The gzipped files of bytes in which MNIST comes: 00 00 08 dimensions, each size in four bytes, high one first, then the bytes.</summary>
static class IdxFile
{
    /// <param name="path">The .gz file.</param>
    /// <param name="sizes">Expected after the first dimension, as 28, 28.</param>
    /// <exception cref="InvalidDataException">The file is not what it should be; the message says where, and what to do.</exception>
    public static byte[] Read(string path, params ReadOnlySpan<int> sizes)
    {
        using var unpacked = new MemoryStream();
        try
        {
            using var file = File.OpenRead(path);
            using var gzip = new GZipStream(file, CompressionMode.Decompress);
            gzip.CopyTo(unpacked);
        }
        catch (InvalidDataException)
        {
            throw Wrong(path, $"does not unpack as gzip after {unpacked.Length} bytes");
        }
        var bytes = unpacked.GetBuffer().AsSpan(0, (int)unpacked.Length);
        var header = 8 + 4 * sizes.Length;
        if (bytes.Length < header) throw Wrong(path, $"ends at byte {bytes.Length}, inside its header of {header}");
        var magic = BinaryPrimitives.ReadInt32BigEndian(bytes);
        if (magic != 0x801 + sizes.Length) throw Wrong(path, $"begins with {magic:x8} where {0x801 + sizes.Length:x8} was expected");
        long expected = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        for (var i = 0; i < sizes.Length; i++)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(bytes[(8 + 4 * i)..]);
            if (size != sizes[i]) throw Wrong(path, $"says {size} at byte {8 + 4 * i} where {sizes[i]} was expected");
            expected *= size;
        }
        return bytes.Length - header == expected ? bytes[header..].ToArray() : throw Wrong(path, $"holds {bytes.Length - header} bytes after its header, which announces {expected}");
    }

    static InvalidDataException Wrong(string path, string how) => new($"{path} {how}: fetch it again, {MnistTask.Source}.");
}
