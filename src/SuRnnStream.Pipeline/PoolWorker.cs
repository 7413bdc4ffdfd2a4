namespace SuRnnStream;

/// <summary>What a worker lends to the stream whose turn it is. Used by one thread.</summary>
sealed class PoolWorker
{
    public PoolWorker(MelTransform? transform, int turnLength)
    {
        (Transform, Samples) = (transform, new float[turnLength]);
        Hear = Heard.Add;
    }

    public MelTransform? Transform { get; }
    public float[] Samples { get; }                                    // [Length] taken from the stream
    public int Length { get; set; }
    public long Start { get; set; }                                    // place of the first one in the stream
    public long[] Arrivals { get; } = new long[PooledStream.Writes];   // [Arrived] when the writes arrived whose last samples these are
    public int Arrived { get; set; }
    public List<Detection> Heard { get; } = [];                        // what they brought
    public Action<Detection> Hear { get; }
}
