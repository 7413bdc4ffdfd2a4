using System.Text;

namespace SuRnnStream;

/// <summary>Takes bytes and keeps their CRC-32C alone.</summary>
sealed class ChecksumStream : Stream
{
    uint _sum;

    /// <summary>Eight hexadecimal digits, in ASCII.</summary>
    public byte[] Digits => Encoding.ASCII.GetBytes(ToString());

    public override string ToString() => _sum.ToString("x8", System.Globalization.CultureInfo.InvariantCulture);

    public override void Write(ReadOnlySpan<byte> buffer) => _sum = Envelope.Checksum(_sum, buffer);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
