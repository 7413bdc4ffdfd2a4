using SuRnnStream.Evaluation.Enrolment;
using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.WordSpaces;

/// <summary>
/// How vectors of one word differ, over many words and speakers, and the rows that even it out (within-class covariance normalisation: Hatch, Kajarekar and Stolcke 2006). Folded into a network's last
/// matrix they come before its vectors get their length of 1, as cosine scoring of speakers has it (Dehak et al. 2011); a space's <see cref="WordSpace.SpreadRows"/> come after it.
/// </summary>
static class WordSpread
{
    const int LeastOfKind = 5;

    /// <summary>Clips of each word, at most: common words say no more than others.</summary>
    public const int MostOfKind = 14;

    /// <summary>Part of the mean variance that every direction is given: few clips show little of the rarest ones.</summary>
    public const double Floor = 0.05;

    /// <param name="files">Clips with their words.</param>
    /// <param name="most">Clips of each word, at most, each clean and changed once.</param>
    /// <param name="proposer">The first stage.</param>
    /// <param name="network">Of the space.</param>
    /// <param name="noise">For the copies.</param>
    /// <param name="seed">Chooses clips and copies.</param>
    /// <returns>The rows [Size, Size], at no scale of their own, and the words and vectors that they come from.</returns>
    public static (double[,] Rows, int Kinds, int Vectors) Of(IReadOnlyList<(string File, string Group)> files, int most, SuRnnModel proposer, WordSpaceNetwork network, IReadOnlyList<float[]> noise, int seed)
    {
        var (random, rate, size) = (new Random(seed + 5), proposer.Config.RequireFrontEnd().SampleRate, network.Shape.Size);
        var clips = new List<(string File, int Kind)>();
        var kinds = files.GroupBy(one => one.Group).Where(group => group.Count() >= LeastOfKind).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        foreach (var (kind, group) in kinds.Index())
        {
            string[] own = [.. group.Select(one => one.File)];
            random.Shuffle(own);
            clips.AddRange(own.Take(most).Select(file => (file, kind)));
        }
        var vectors = new List<float[]>[clips.Count];
        Parallel.For(0, clips.Count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, () => new TakeCopies(new CandidateWindows(proposer, network.Shape), noise, rate), (i, _, copies) =>
        {
            var (clip, own) = (Corpus.Read(clips[i].File, rate), new Random(seed + 15_485_863 * i));
            vectors[i] = [.. new[] { copies.Clean(clip, own), copies.Copy(clip, own) }.OfType<float[]>().Select(frames => Word(network, frames))];
            return copies;
        }, _ => { });
        var (within, count) = (new double[size, size], 0);
        foreach (var kind in clips.Index().GroupBy(one => one.Item.Kind, one => vectors[one.Index]))
        {
            float[][] all = [.. kind.SelectMany(list => list)];
            if (all.Length < LeastOfKind) continue;
            AddScatter(within, all);
            count += all.Length;
        }
        return (Inverse(within, count), kinds.Length, count);
    }

    /// <summary>The network's tensors with the rows in its last matrix.</summary>
    public static Dictionary<string, float[]> Folded(WordSpaceShape shape, IReadOnlyDictionary<string, float[]> tensors, double[,] rows)
    {
        var (inputs, folded) = (shape.Segments * shape.Channels, new Dictionary<string, float[]>(tensors));
        float[] Times(float[] matrix, int columns)
        {
            var product = new float[matrix.Length];
            for (var column = 0; column < columns; column++)
                for (var i = 0; i < shape.Size; i++)
                {
                    var sum = 0.0;
                    for (var j = 0; j < shape.Size; j++) sum += rows[i, j] * matrix[j * columns + column];
                    product[i * columns + column] = (float)sum;
                }
            return product;
        }
        (folded["out.weight"], folded["out.bias"]) = (Times(tensors["out.weight"], inputs), Times(tensors["out.bias"], 1));
        return folded;
    }

    /// <summary>Of a word's vectors, without bias: times n / (n - 1).</summary>
    static void AddScatter(double[,] to, float[][] vectors)
    {
        var size = to.GetLength(0);
        var (mean, away, factor) = (new double[size], new double[size], vectors.Length / (vectors.Length - 1.0));
        foreach (var vector in vectors) for (var i = 0; i < size; i++) mean[i] += vector[i] / (double)vectors.Length;
        foreach (var vector in vectors)
        {
            for (var i = 0; i < size; i++) away[i] = vector[i] - mean[i];
            for (var i = 0; i < size; i++) for (var j = 0; j <= i; j++) to[i, j] += factor * away[i] * away[j];
        }
    }

    /// <summary>L^-1 of the covariance L L^T with its floor.</summary>
    static double[,] Inverse(double[,] scatter, int count)
    {
        var size = scatter.GetLength(0);
        var trace = 0.0;
        for (var i = 0; i < size; i++) trace += scatter[i, i] / count;
        var (lower, inverse) = (new double[size, size], new double[size, size]);
        for (var i = 0; i < size; i++)
            for (var j = 0; j <= i; j++)
            {
                var sum = scatter[i, j] / count + (i == j ? Floor * trace / size : 0);
                for (var k = 0; k < j; k++) sum -= lower[i, k] * lower[j, k];
                lower[i, j] = i == j ? Math.Sqrt(sum) : sum / lower[j, j];
            }
        for (var column = 0; column < size; column++)
            for (var i = column; i < size; i++)
            {
                var sum = i == column ? 1.0 : 0;
                for (var k = column; k < i; k++) sum -= lower[i, k] * inverse[k, column];
                inverse[i, column] = sum / lower[i, i];
            }
        return inverse;
    }

    /// <summary>A shape whose segments are laid at other places; 0 or, for what follows a burst, a negative number: as before.</summary>
    public static WordSpaceShape Laid(WordSpaceShape shape, int shifts, int step, int after) =>
        (shape with { Shifts = shifts > 0 ? shifts : shape.Shifts, ShiftStep = step > 0 ? step : shape.ShiftStep, FramesAfter = after >= 0 ? after : shape.FramesAfter }).Validate();

    static float[] Word(WordSpaceNetwork network, float[] frames)
    {
        var vector = new float[network.Shape.Size];
        network.Embed(frames, vector, new float[network.Shape.VoiceSize]);
        return vector;
    }
}
