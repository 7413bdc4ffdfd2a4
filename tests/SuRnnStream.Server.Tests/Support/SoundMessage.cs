using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SuRnnStream.Server.Tests.Support;

/// <summary>Sound as clients send it: the counter of the first sample, then the samples.</summary>
static class SoundMessage
{
    public static byte[] Of<T>(ulong counter, ReadOnlySpan<T> samples) where T : struct
    {
        var pcm = MemoryMarshal.AsBytes(samples);
        var message = new byte[8 + pcm.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(message, counter);
        pcm.CopyTo(message.AsSpan(8));
        return message;
    }
}
