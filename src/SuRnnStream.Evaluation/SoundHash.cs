using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SuRnnStream.Evaluation;

/// <summary>
/// SHA-256 of a sound as 16-bit samples, so that a copy under another name or in another lossless format has the same, and of the events in it. By it a judged set
/// is named, and clips of a training are known again.
/// </summary>
sealed class SoundHash : IDisposable
{
    const int AtOnce = 8_192;

    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly byte[] _bytes = new byte[2 * AtOnce];

    /// <summary>Of a whole sound without events.</summary>
    public static byte[] Of(ReadOnlySpan<float> samples)
    {
        using var hash = new SoundHash();
        hash.Add(samples);
        return hash.End();
    }

    /// <summary>The next samples.</summary>
    public void Add(ReadOnlySpan<float> samples)
    {
        for (; !samples.IsEmpty; samples = samples[Math.Min(samples.Length, AtOnce)..])
        {
            var piece = samples[..Math.Min(samples.Length, AtOnce)];
            for (var i = 0; i < piece.Length; i++) BinaryPrimitives.WriteInt16LittleEndian(_bytes.AsSpan(2 * i), (short)Math.Clamp(MathF.Round(piece[i] * 32_768), short.MinValue, short.MaxValue));
            _hash.AppendData(_bytes.AsSpan(0, 2 * piece.Length));
        }
    }

    /// <summary>The hash of the sound alone; the events then make another of it with <see cref="With"/>.</summary>
    public byte[] End() => _hash.GetHashAndReset();

    /// <summary>A sound's hash together with what happens in it.</summary>
    public static byte[] With(byte[] sound, IReadOnlyList<LabelledEvent> events) =>
        events.Count == 0 ? sound : SHA256.HashData([.. sound, .. Encoding.UTF8.GetBytes(string.Join('\n', events.Select(EventTable.TrackLine)))]);

    public void Dispose() => _hash.Dispose();
}
