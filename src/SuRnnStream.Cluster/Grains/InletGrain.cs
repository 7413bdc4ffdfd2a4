using Orleans.Placement;

namespace SuRnnStream.Cluster;

/// <summary>The silo's door for samples. Reentrant: one call waits for its samples to be processed while others come in.</summary>
[Reentrant, OnItsSilo, Immovable]
sealed class InletGrain(SiloStreams streams) : Grain, IInletGrain
{
    static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500); // then the answer says how far it has come

    public async Task<BlockAnswer[]> PushManyAsync(Immutable<StreamBlock[]> blocks)
    {
        var (owned, waited, wake) = (new OwnedStream?[blocks.Value.Length], new Countdown(), new bool[blocks.Value.Length]);
        for (var i = 0; i < owned.Length; i++)
        {
            owned[i] = streams.Find(blocks.Value[i].Stream);
            wake[i] = owned[i]?.Take(blocks.Value[i], waited) ?? false;
        }
        for (var i = 0; i < owned.Length; i++) if (wake[i]) owned[i]!.Wake(); // together, so that workers wake up once
        await waited.WaitAsync(LongestWait);
        var answers = new BlockAnswer[owned.Length];
        for (var i = 0; i < answers.Length; i++) answers[i] = owned[i]?.Answer(blocks.Value[i].Heard) ?? default;
        return answers;
    }
}
