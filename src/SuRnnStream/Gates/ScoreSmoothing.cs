using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SuRnnStream;

/// <summary>Scores that follow their frames' slowly: the same bits at every vector width.</summary>
static class ScoreSmoothing
{
    /// <summary>smoothed = keep smoothed + (1 - keep) scores, label by label.</summary>
    public static void Step(float keep, ReadOnlySpan<float> scores, Span<float> smoothed)
    {
        ref var from = ref MemoryMarshal.GetReference(scores);
        ref var to = ref MemoryMarshal.GetReference(smoothed);
        var i = 0;
        for (; i <= scores.Length - 4; i += 4)
            (keep * Vector128.LoadUnsafe(ref to, (nuint)i) + (1 - keep) * Vector128.LoadUnsafe(ref from, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
        for (; i < scores.Length; i++) smoothed[i] = keep * smoothed[i] + (1 - keep) * scores[i];
    }
}
