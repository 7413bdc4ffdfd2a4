namespace SuRnnStream;

/// <summary>Pushes a recorder's packets as whole frames (a sample of each channel); the bytes of an incomplete frame wait for the next packet. For one thread at a time.</summary>
sealed class PacketFrames(PushSource queue, int frameBytes)
{
    readonly byte[] _begun = new byte[frameBytes];
    int _count;                         // bytes of the begun frame

    public int FrameBytes => frameBytes;

    public void Push(ReadOnlySpan<byte> packet)
    {
        if (_count > 0)
        {
            var missing = Math.Min(frameBytes - _count, packet.Length);
            packet[..missing].CopyTo(_begun.AsSpan(_count));
            packet = packet[missing..];
            if ((_count += missing) < frameBytes) return;
            queue.PushBytes(_begun);
        }
        var rest = packet.Length % frameBytes;
        queue.PushBytes(packet[..^rest]);
        packet[^rest..].CopyTo(_begun);
        _count = rest;
    }
}
