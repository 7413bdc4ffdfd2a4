namespace SuRnnStream.Kernels;

/// <summary>
/// Working memory of a step. It remembers nothing from one step to the next, so it belongs to the thread and not to the stream: thousands of
/// streams share a few cache lines of it.
/// </summary>
sealed unsafe class Workspace
{
    [ThreadStatic] static Workspace? s_mine;

    readonly int _longest, _neurons;

    Workspace(int longest, int neurons)
    {
        (_longest, _neurons) = (longest, neurons);
        AlignedBuffer Vector() => new(longest);
        (Seen, Made, Salience, X, XH, Sums) = (Vector(), Vector(), Vector(), Vector(), Vector(), Vector());
        (Fresh, Keep, Old) = (Vector(), Vector(), Vector());
        (Quantized, Totals, Stream) = (Vector(), Vector(), Vector());
        Activation = new AlignedBuffer(neurons);
        OpenIndex = new int[neurons];
    }

    /// <summary>This thread's own; replaced when it is too small.</summary>
    /// <param name="longest">Numbers in the longest vector.</param>
    /// <param name="neurons">Padded neurons of all layers together.</param>
    public static Workspace Mine(int longest, int neurons)
    {
        if (s_mine is { } mine && mine._longest >= longest && mine._neurons >= neurons) return mine;
        return s_mine = new Workspace(Math.Max(longest, s_mine?._longest ?? 0), Math.Max(neurons, s_mine?._neurons ?? 0));
    }

    public AlignedBuffer Seen { get; }          // what a convolution sees
    public AlignedBuffer Made { get; }          // what it makes
    public AlignedBuffer Salience { get; }      // [m] s_t
    public AlignedBuffer X { get; }             // [D] x_t of the first layer
    public AlignedBuffer Stream { get; }        // [D] residual stream of blocks
    public AlignedBuffer XH { get; }            // [x_t | h_(t-1)], both padded: one dot product reads both
    public AlignedBuffer Sums { get; }          // [neurons to evaluate, 4]
    public AlignedBuffer Fresh { get; }         // [neurons to evaluate] candidates
    public AlignedBuffer Keep { get; }          // [neurons to evaluate] how much of the old to keep
    public AlignedBuffer Old { get; }           // [neurons to evaluate]
    public AlignedBuffer Activation { get; }    // [neurons of all layers] switch activations
    public int[] OpenIndex { get; }             // [neurons of all layers] each layer's neurons whose switch is open, ascending

    AlignedBuffer Quantized { get; }
    AlignedBuffer Totals { get; }

    public short* Int16 => (short*)Quantized.Pointer;   // [longest] quantised activations
    public int* Int32 => (int*)Totals.Pointer;          // [longest] sums of products of whole numbers
}
