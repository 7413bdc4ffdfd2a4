using SuRnnStream.Evaluation;

namespace SuRnnStream.Cli;

/// <summary>Cuts parts out of a judged sound, which is read again as it is not kept; of a recording as it is, a block at a time.</summary>
static class SoundCutter
{
    const int BlockSamples = 16_384;

    /// <param name="input">The sound, under its conditions.</param>
    /// <param name="rate">Samples per second.</param>
    /// <param name="parts">From and to, in the time of the judged stream; what is outside of it is left out.</param>
    /// <returns>A sound a part.</returns>
    /// <exception cref="IOException">The file cannot be read any more.</exception>
    public static IReadOnlyList<float[]> Cut(EvaluationInput input, int rate, IReadOnlyList<(TimeSpan From, TimeSpan To)> parts)
    {
        if (input.Label is not null || !input.Conditions.AreNone)
        {
            var samples = input.Read(rate).Samples;
            return [.. parts.Select(part => Excerpt.Part(samples, rate, part.From, part.To).ToArray())];
        }
        (long From, long To)[] places = [.. parts.Select(part => (Excerpt.Place(part.From, rate), Excerpt.Place(part.To, rate)))];
        var cut = places.Select(_ => new List<float>()).ToArray();
        using var file = AudioFile.Open(input.Path, input.Channel);
        var (source, block, at, last) = (Resampler.To(file, rate), new float[BlockSamples], 0L, places.Select(place => place.To).DefaultIfEmpty().Max());
        while (at < last && source.Read(block) is > 0 and var got)
        {
            foreach (var (i, (from, to)) in places.Index())
            {
                var (first, end) = ((int)Math.Clamp(from - at, 0, got), (int)Math.Clamp(to - at, 0, got));
                if (end > first) cut[i].AddRange(block.AsSpan(first, end - first));
            }
            at += got;
        }
        return [.. cut.Select(part => part.ToArray())];
    }
}
