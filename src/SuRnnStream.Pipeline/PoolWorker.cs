namespace SuRnnStream;

/// <summary>What a worker lends to the stream whose turn it is. Used by one thread.</summary>
sealed class PoolWorker
{
    public PoolWorker(FrontEndMemory memory, int turnLength)
    {
        (Memory, Samples) = (memory, new float[turnLength]);
        Hear = Heard.Add;
    }

    public FrontEndMemory Memory { get; }
    public float[] Samples { get; }                                    // [Length] taken from the stream
    public int Length { get; set; }
    public long Start { get; set; }                                    // place of the first one in the stream
    public long[] Arrivals { get; } = new long[PooledStream.Writes];   // [Arrived] when the writes arrived whose last samples these are
    public int Arrived { get; set; }
    public List<Detection> Heard { get; } = [];                        // what they brought
    public Action<Detection> Hear { get; }
}
