namespace SuRnnStream;

/// <summary>A packet of an Ogg stream.</summary>
/// <param name="Bytes">What the codec decodes.</param>
/// <param name="End">Where the sound ends, as the codec counts; null: not on this packet's page.</param>
readonly record struct OggPacket(byte[] Bytes, long? End);

/// <summary>Reads the packets of the first stream in an Ogg file.</summary>
sealed class OggPackets(Stream stream)
{
    const int LargestPacket = 1 << 20;

    readonly Queue<OggPacket> _ready = [];
    readonly List<byte> _begun = [];
    uint? _serial;
    uint _sequence;
    bool _ended, _lost;

    /// <summary>What was wrong with what has been read so far; null: nothing.</summary>
    public string? Damage { get; private set; }

    /// <summary>The next packet; null: there are no more.</summary>
    public OggPacket? Read()
    {
        while (_ready.Count == 0)
        {
            if (_ended)
            {
                if (Damage is null && OggPage.Read(stream, out _) is { Begins: true }) Damage = "there is a second sound, which is not read";
                return null;
            }
            if (OggPage.Read(stream, out var skipped) is not { } page)
            {
                (_ended, Damage) = (true, "the file ends before its sound does");
                return null;
            }
            if (skipped) Damage ??= "pages are damaged and left out";
            if (page.Serial != (_serial ??= page.Serial)) continue; // of another stream
            Take(page);
        }
        return _ready.Dequeue();
    }

    void Take(OggPage page)
    {
        if (page.Sequence != _sequence) (_lost, Damage) = (true, Damage ?? "pages are missing");
        _sequence = page.Sequence + 1;
        if (!page.Continues || _lost) _begun.Clear();
        var partial = page.Continues && (_lost || _begun.Count == 0); // its beginning is lost
        _lost = false;
        var at = 0;
        foreach (var length in page.Lacing)
        {
            if (!partial && _begun.Count <= LargestPacket) _begun.AddRange(page.Body.AsSpan(at, length));
            at += length;
            if (length == 255) continue;
            if (!partial && _begun.Count is > 0 and <= LargestPacket) _ready.Enqueue(new OggPacket([.. _begun], page.Ends ? page.Granule : null));
            partial = false;
            _begun.Clear();
        }
        _ended = page.Ends;
    }
}
