namespace SuRnnStream;

/// <summary>Cuts a source into blocks, each with its place in the stream. A block has no gap in it: where the source has lost samples it ends early.</summary>
sealed class BlockReader(ISampleSource source, int blockLength, Ledger ledger)
{
    readonly ILossySource? _lossy = source as ILossySource;
    long _lost;                     // of the source's SamplesLost, those that are in the places of blocks
    AudioBlock? _next;              // what was read after the gap that ended the last block, or is kept

    /// <summary>
    /// A whole block, unless a gap, the end of the source or its failure comes before: short reads make no short blocks. Open: there
    /// is more to read.
    /// </summary>
    /// <param name="position">Place in the stream of the next sample.</param>
    /// <param name="cancellation">Ends the block early.</param>
    public (AudioBlock Block, bool Open, Exception? Failure) Read(long position, CancellationToken cancellation)
    {
        var block = TakeNext() ?? AudioBlock.Rent(blockLength, position);
        try
        {
            while (block.Length < blockLength && !cancellation.IsCancellationRequested)
            {
                var got = source.Read(block.Buffer.AsSpan(block.Length, blockLength - block.Length));
                var gap = Gap();
                if (got == 0) return (block, false, null);
                if (gap > 0 && block.Length > 0)
                {
                    _next = After(block, got, gap);
                    return (block, true, null);
                }
                block = block with { Length = block.Length + got, StartSample = block.StartSample + gap };
            }
            return (block, true, null);
        }
        catch (Exception failure)
        {
            return (block, false, failure);
        }
    }

    /// <summary>A block that is not full goes on with the next <see cref="Read"/>.</summary>
    public void Keep(AudioBlock block) => _next = block;

    /// <summary>What was read and is in no block yet: after a gap, or because nothing followed it yet. Null: nothing.</summary>
    public AudioBlock? TakeNext()
    {
        var next = _next;
        _next = null;
        return next;
    }

    /// <summary>Samples that the source has lost before those that it gave last.</summary>
    long Gap()
    {
        if (_lossy is null) return 0;
        var gap = _lossy.SamplesLost - _lost;
        _lost += gap;
        if (gap > 0) ledger.Lost(gap);
        return gap;
    }

    AudioBlock After(AudioBlock block, int got, long gap)
    {
        var next = AudioBlock.Rent(blockLength, block.StartSample + block.Length + gap);
        block.Buffer.AsSpan(block.Length, got).CopyTo(next.Buffer);
        return next with { Length = got };
    }
}
