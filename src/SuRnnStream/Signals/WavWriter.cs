using System.Buffers.Binary;

namespace SuRnnStream;

/// <summary>Writes one channel as a WAV file of 16-bit PCM.</summary>
public static class WavWriter
{
    /// <summary>Bytes before the samples of a file that it writes; each sample is two.</summary>
    public const int HeaderBytes = 44;
    const int BlockSamples = 4096;

    /// <summary>Writes a file, replacing any that is there when all of it is on the disk.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="samples">Nominally in [-1, 1); rounded to the nearest step of 1/32768, clamped outside, NaN is written as 0.</param>
    /// <param name="sampleRate">Samples per second, above zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not above zero.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<float> samples, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate); // before a file is lost
        SafeFile.Replace(path, samples, (to, samples) => Write(to, samples, sampleRate));
    }

    /// <summary>As <see cref="Write(string, ReadOnlySpan{float}, int)"/>, to a stream that need not be seekable and is left open.</summary>
    public static void Write(Stream stream, ReadOnlySpan<float> samples, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        WriteHeader(stream, sampleRate, 2L * samples.Length, 0); // below 4 GiB, as a span has less than 2^31 samples
        WriteSamples(stream, samples, new byte[2 * BlockSamples]);
    }

    /// <summary>Everything before the samples.</summary>
    /// <param name="stream">Takes <see cref="HeaderBytes"/>.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="dataBytes">Length of the samples; what does not fit into 32 bits is written as "unknown".</param>
    /// <param name="extraBytes">Length of the chunks after them.</param>
    internal static void WriteHeader(Stream stream, int sampleRate, long dataBytes, long extraBytes)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)Math.Min(HeaderBytes - 8 + dataBytes + extraBytes, uint.MaxValue));
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16);                              // size of fmt
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 1);                               // PCM
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], 1);                               // channels
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], sampleRate);
        BinaryPrimitives.WriteUInt32LittleEndian(header[28..], 2 * (uint)sampleRate);           // bytes per second
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], 2);                               // bytes per frame
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], 16);                              // bits per sample
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[40..], (uint)Math.Min(dataBytes, uint.MaxValue));
        stream.Write(header);
    }

    /// <param name="stream">Takes two bytes a sample.</param>
    /// <param name="samples">Rounded and clamped.</param>
    /// <param name="bytes">Working memory, at least two bytes.</param>
    internal static void WriteSamples(Stream stream, ReadOnlySpan<float> samples, byte[] bytes)
    {
        while (!samples.IsEmpty)
        {
            var block = samples[..Math.Min(bytes.Length / 2, samples.Length)];
            for (var i = 0; i < block.Length; i++) BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * i), Quantize(block[i]));
            stream.Write(bytes, 0, 2 * block.Length);
            samples = samples[block.Length..];
        }
    }

    // The cast turns NaN into 0.
    static short Quantize(float sample) => (short)Math.Clamp(MathF.Round(sample * 32768), short.MinValue, short.MaxValue);
}
