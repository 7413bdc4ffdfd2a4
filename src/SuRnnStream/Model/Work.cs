namespace SuRnnStream;

/// <summary>What a piece of a step costs.</summary>
readonly record struct Work(long MultiplyAdds, long WeightBytes)
{
    public static Work operator +(Work a, Work b) => new(a.MultiplyAdds + b.MultiplyAdds, a.WeightBytes + b.WeightBytes);

    public static Work operator *(long times, Work work) => new(times * work.MultiplyAdds, times * work.WeightBytes);

    /// <summary>Float32 weights, each used once.</summary>
    public static Work Floats(long count) => new(count, count * sizeof(float));
}
