using Orleans.Placement;

namespace SuRnnStream.Cluster;

/// <summary>The silo's door for samples. Reentrant: one call waits for its samples to be processed while others come in.</summary>
[Reentrant, OnItsSilo, Immovable]
sealed class InletGrain(SiloStreams streams) : Grain, IInletGrain
{
    static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500); // then the answer says how far it has come

    readonly PoolWriter _writer = new();

    public async Task<BlockAnswer[]> PushManyAsync(Immutable<StreamBlock[]> blocks)
    {
        var (owned, waited) = (new OwnedStream?[blocks.Value.Length], new Countdown());
        Take(blocks.Value, owned, waited);
        await waited.WaitAsync(LongestWait);
        var answers = new BlockAnswer[owned.Length];
        for (var i = 0; i < answers.Length; i++) answers[i] = owned[i]?.Answer(blocks.Value[i].Heard) ?? default;
        return answers;
    }

    public Task<int> CountAsync() => Task.FromResult(streams.Count);

    /// <summary>Workers get the streams together, so that they wake up once.</summary>
    void Take(StreamBlock[] blocks, OwnedStream?[] owned, Countdown waited)
    {
        try
        {
            for (var i = 0; i < blocks.Length; i++) (owned[i] = streams.Find(blocks[i].Ticket))?.Take(blocks[i], _writer, waited);
        }
        finally
        {
            _writer.Flush(); // also after a block that cannot be read
        }
    }
}
