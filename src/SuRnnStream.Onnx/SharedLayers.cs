using System.Buffers.Binary;

namespace SuRnnStream;

/// <summary>
/// Lets neighbouring windows of the speech embedding share their layers. The file fixes 76 frames in two places: its input's shape and the
/// constant of its first reshape. With both freed the convolutions, which have no padding in time, run once over all frames and hand out one
/// vector per 8 frames, the same to the last bit as window by window.
/// </summary>
static class SharedLayers
{
    // TensorShapeProto.Dimension: 0x08 is its number, 0x12 its name; a name of no letters is a free size, in as many bytes.
    static readonly byte[] FixedFrames = [0x0A, 2, 0x08, 76, 0x0A, 2, 0x08, 32, 0x0A, 2, 0x08, 1];
    static readonly byte[] AnyFrames = [0x0A, 2, 0x12, 0, 0x0A, 2, 0x08, 32, 0x0A, 2, 0x08, 1];

    /// <param name="model">The embedding's ONNX file, which is not changed.</param>
    /// <exception cref="InvalidDataException">It is another model: one of the constants is not there exactly once.</exception>
    public static byte[] Free(ReadOnlySpan<byte> model)
    {
        var patched = model.ToArray();
        Replace(patched, FixedFrames, AnyFrames, "the input's 76 frames");
        Replace(patched, Shape(-1, 1, 76, 32), Shape(1, 1, -1, 32), "the reshape to windows of 76 frames");
        return patched;
    }

    static void Replace(Span<byte> model, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, string what)
    {
        var at = model.IndexOf(before);
        if (at < 0 || model[(at + 1)..].IndexOf(before) >= 0) throw new InvalidDataException($"The speech embedding is another model than the known one: {what} is not in it exactly once.");
        after.CopyTo(model[at..]);
    }

    static byte[] Shape(params ReadOnlySpan<long> sizes)
    {
        var bytes = new byte[8 * sizes.Length];
        for (var i = 0; i < sizes.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 * i), sizes[i]);
        return bytes;
    }
}
