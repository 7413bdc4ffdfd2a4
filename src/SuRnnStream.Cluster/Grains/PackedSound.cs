using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SuRnnStream.Cluster;

/// <summary>
/// 16-bit sound in fewer bytes without a loss: each group of 128 samples takes as many bits a sample as its loudest one needs, so digital silence takes one byte and a quiet
/// room half of what its samples are. Format, our own: one byte a group with its bits, 0 to 16; then the groups, each of 16 vectors of 8 zigzag numbers (0, -1, 1, -2, ...) whose
/// lanes are filled bit by bit, as in bit packing of whole vectors (Lemire and Boytsov, "Decoding billions of integers per second through vectorization", 2015).
/// </summary>
static class PackedSound
{
    const int Lanes = 8, Vectors = 16, Group = Lanes * Vectors;

    /// <summary>Null: it would not be shorter.</summary>
    /// <param name="samples">Little-endian 16-bit samples.</param>
    public static byte[]? Pack(ReadOnlySpan<byte> samples)
    {
        var from = MemoryMarshal.Cast<byte, ushort>(samples);
        if (from.IsEmpty) return null;
        var groups = (from.Length + Group - 1) / Group;
        Span<ushort> last = stackalloc ushort[Group];
        last.Clear();
        from[((groups - 1) * Group)..].CopyTo(last); // and zeros
        Span<byte> widths = groups <= 1_024 ? stackalloc byte[groups] : new byte[groups];
        var bytes = groups;
        for (var i = 0; i < groups; i++)
        {
            widths[i] = (byte)Width(i < groups - 1 ? from.Slice(i * Group, Group) : last);
            bytes += widths[i] * Lanes * 2;
        }
        if (bytes >= samples.Length) return null;
        var to = new byte[bytes];
        widths.CopyTo(to);
        var at = groups;
        for (var i = 0; i < groups; at += widths[i++] * Lanes * 2)
            Pack(i < groups - 1 ? from.Slice(i * Group, Group) : last, widths[i], MemoryMarshal.Cast<byte, ushort>(to.AsSpan(at, widths[i] * Lanes * 2)));
        return to;
    }

    /// <summary>Floats a group needs room for.</summary>
    public static int Padded(int samples) => (samples + Group - 1) / Group * Group;

    /// <summary>Samples in [-1, 1).</summary>
    /// <param name="packed">What <see cref="Pack(ReadOnlySpan{byte})"/> returned.</param>
    /// <param name="samples">How many they were.</param>
    /// <param name="to">[<see cref="Padded"/>].</param>
    /// <exception cref="InvalidDataException">They are not that many.</exception>
    public static void Unpack(ReadOnlySpan<byte> packed, int samples, Span<float> to)
    {
        var groups = Padded(samples) / Group;
        if (groups > packed.Length) throw Damaged(packed.Length, samples);
        var at = groups;
        for (var i = 0; i < groups; i++)
        {
            var (width, bytes) = (packed[i], packed[i] * Lanes * 2);
            if (width > 16 || bytes > packed.Length - at) throw Damaged(packed.Length, samples);
            Unpack(MemoryMarshal.Cast<byte, ushort>(packed.Slice(at, bytes)), width, to.Slice(i * Group, Group));
            at += bytes;
        }
        if (at != packed.Length) throw Damaged(packed.Length, samples);
    }

    static int Width(ReadOnlySpan<ushort> group)
    {
        var any = Vector128<ushort>.Zero;
        for (var i = 0; i < Vectors; i++) any |= Zigzag(Vector128.Create(group[(i * Lanes)..]));
        var bits = any.AsUInt64()[0] | any.AsUInt64()[1];
        bits |= bits >> 32;
        return 16 - BitOperations.LeadingZeroCount((uint)(ushort)(bits | (bits >> 16))) + 16;
    }

    static void Pack(ReadOnlySpan<ushort> group, int width, Span<ushort> to)
    {
        if (width == 0) return;
        var (word, filled, at) = (Vector128<ushort>.Zero, 0, 0);
        for (var i = 0; i < Vectors; i++)
        {
            var value = Zigzag(Vector128.Create(group[(i * Lanes)..]));
            word |= value << filled;
            filled += width;
            if (filled < 16) continue;
            word.CopyTo(to[at..]);
            (filled, at) = (filled - 16, at + Lanes);
            word = filled > 0 ? value >> (width - filled) : Vector128<ushort>.Zero;
        }
    }

    static void Unpack(ReadOnlySpan<ushort> from, int width, Span<float> to)
    {
        if (width == 0)
        {
            to.Clear();
            return;
        }
        var (word, used, at, mask, scale) = (Vector128.Create(from), 0, Lanes, Vector128.Create((ushort)((1 << width) - 1)), Vector128.Create(1 / 32_768f));
        for (var i = 0; i < Vectors; i++)
        {
            var value = word >> used;
            used += width;
            if (used >= 16 && at < from.Length)
            {
                (word, used, at) = (Vector128.Create(from[at..]), used - 16, at + Lanes);
                if (used > 0) value |= word << (width - used);
            }
            value &= mask;
            var sample = ((value >> 1) ^ (Vector128<ushort>.Zero - (value & Vector128<ushort>.One))).AsInt16();
            var (low, high) = Vector128.Widen(sample);
            (Vector128.ConvertToSingle(low) * scale).CopyTo(to[(i * Lanes)..]);
            (Vector128.ConvertToSingle(high) * scale).CopyTo(to[(i * Lanes + Lanes / 2)..]);
        }
    }

    static Vector128<ushort> Zigzag(Vector128<ushort> samples) => (samples << 1) ^ (samples.AsInt16() >> 15).AsUInt16();

    static InvalidDataException Damaged(int bytes, int samples) => new($"{bytes} bytes of packed sound are not the {samples} samples that they are said to be.");
}
