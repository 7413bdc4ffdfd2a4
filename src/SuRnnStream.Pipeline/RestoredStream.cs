namespace SuRnnStream;

/// <summary>A stream whose first bytes were taken for a look, from its start again.</summary>
sealed class RestoredStream(ReadOnlyMemory<byte> first, Stream rest) : ForwardStream
{
    ReadOnlyMemory<byte> _first = first;

    public override int Read(Span<byte> buffer)
    {
        if (_first.IsEmpty) return rest.Read(buffer);
        var count = Math.Min(buffer.Length, _first.Length);
        _first.Span[..count].CopyTo(buffer);
        _first = _first[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) rest.Dispose();
        base.Dispose(disposing);
    }
}
