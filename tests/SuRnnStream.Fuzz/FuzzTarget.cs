namespace SuRnnStream.Fuzz;

/// <summary>A reader of what others wrote.</summary>
/// <param name="Name">Of the target, and of its folder in Corpus.</param>
/// <param name="Read">Reads an input; throws what it is promised to throw, or nothing.</param>
/// <param name="Promised">The exceptions that callers are told of. All others are a finding.</param>
sealed record FuzzTarget(string Name, Action<byte[]> Read, params Type[] Promised)
{
    /// <summary>Inputs to begin with that are made here, beside those in the corpus's folder.</summary>
    public IReadOnlyList<byte[]> Made { get; init; } = [];

    /// <summary>What the reader looks for.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Inputs in a run of the tests.</summary>
    public int Mutations { get; init; } = 20_000;

    /// <summary>Bytes that reading one input may allocate: what an input claims to be must cost nothing.</summary>
    public long MostBytes { get; init; } = 32 << 20;
}
