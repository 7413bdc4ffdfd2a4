using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;

namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>
/// Logistic regression by full-batch gradient steps with Nesterov's momentum. Sums go eight lanes wide in a fixed order, without fused operations, so that every machine ends in the same bits.
/// </summary>
static class WordRegression
{
    const float Momentum = 0.9f;
    const int Block = 8; // rows

    /// <summary>Rows to learn from: vectors [Size] one after another, each with its weight and whether it is the word.</summary>
    /// <param name="Size">Numbers in a row, a multiple of 8.</param>
    public sealed record Rows(int Size)
    {
        public List<float> Vectors { get; } = [];
        public List<float> Weights { get; } = [];
        public List<bool> Targets { get; } = [];

        public int Count => Weights.Count;

        public void Add(ReadOnlySpan<float> vector, bool target, double weight)
        {
            Vectors.AddRange(vector);
            Weights.Add((float)weight);
            Targets.Add(target);
        }

        /// <summary>Room for some rows more.</summary>
        public void Expect(int rows) => Vectors.EnsureCapacity(Vectors.Count + rows * Size);

        public ReadOnlySpan<float> this[int row] => CollectionsMarshal.AsSpan(Vectors).Slice(row * Size, Size);
    }

    /// <summary>Weights [Size] and bias of the word's logit.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="uses">Which of them; both classes then have the same weight in sum.</param>
    /// <param name="decay">L2 of the weights.</param>
    /// <param name="steps">Gradient steps.</param>
    /// <param name="rate">Their length.</param>
    public static (float[] Weights, float Bias) Fit(Rows rows, Func<int, bool> uses, float decay, int steps, float rate)
    {
        var size = rows.Size;
        int[] used = [.. Enumerable.Range(0, rows.Count).Where(uses)];
        var (positive, negative) = (used.Where(i => rows.Targets[i]).Sum(i => (double)rows.Weights[i]), used.Where(i => !rows.Targets[i]).Sum(i => (double)rows.Weights[i]));
        if (!(positive > 0) || !(negative > 0)) throw new InvalidDataException("a word is told from others by sounds of both: there are none of one kind");
        var all = (used.Length + Block - 1) / Block * Block; // rows of weight zero fill the last block
        var (offset, weight, target) = (new int[all], new float[all], new float[all]);
        for (var n = 0; n < used.Length; n++)
        {
            (offset[n], target[n]) = (used[n] * size, rows.Targets[used[n]] ? 1 : 0);
            weight[n] = (float)(0.5 * rows.Weights[used[n]] / (rows.Targets[used[n]] ? positive : negative));
        }
        var (w, velocity, gradient, ahead, errors) = (new float[size], new float[size], new float[size], new float[size], new float[Block]);
        float bias = 0, biasVelocity = 0;
        ref var vectors = ref MemoryMarshal.GetReference(CollectionsMarshal.AsSpan(rows.Vectors));
        for (var step = 0; step < steps; step++)
        {
            for (var i = 0; i < size; i++) ahead[i] = w[i] + Momentum * velocity[i];
            var aheadBias = bias + Momentum * biasVelocity;
            Array.Clear(gradient);
            var biasGradient = Vector256<float>.Zero;
            for (var n = 0; n < all; n += Block) // a block stays in the cache between its scores and its part of the gradient
            {
                Scores(ref vectors, offset.AsSpan(n, Block), ahead, errors);
                var probability = Activations.Sigmoid(Vector256.Create<float>(errors) + Vector256.Create(aheadBias));
                var error = Vector256.Create<float>(weight.AsSpan(n)) * (probability - Vector256.Create<float>(target.AsSpan(n)));
                biasGradient += error;
                error.CopyTo(errors);
                AddScaled(ref vectors, offset.AsSpan(n, Block), errors, gradient);
            }
            for (var i = 0; i < size; i++)
            {
                velocity[i] = Momentum * velocity[i] - rate * (gradient[i] + decay * ahead[i]);
                w[i] += velocity[i];
            }
            biasVelocity = Momentum * biasVelocity - rate * Sum(biasGradient);
            bias += biasVelocity;
        }
        return (w, bias);
    }

    /// <summary>Eight rows' products with the weights; four at a time, since one alone waits for its own sums.</summary>
    static void Scores(ref float vectors, ReadOnlySpan<int> rows, float[] weights, float[] to)
    {
        for (var n = 0; n < Block; n += 4)
        {
            ref float first = ref Unsafe.Add(ref vectors, rows[n]), second = ref Unsafe.Add(ref vectors, rows[n + 1]), third = ref Unsafe.Add(ref vectors, rows[n + 2]), fourth = ref Unsafe.Add(ref vectors, rows[n + 3]);
            Vector256<float> a = Vector256<float>.Zero, b = a, c = a, d = a;
            for (nuint i = 0; i < (nuint)weights.Length; i += 8)
            {
                var weight = Vector256.LoadUnsafe(ref weights[0], i);
                a += Vector256.LoadUnsafe(ref first, i) * weight;
                b += Vector256.LoadUnsafe(ref second, i) * weight;
                c += Vector256.LoadUnsafe(ref third, i) * weight;
                d += Vector256.LoadUnsafe(ref fourth, i) * weight;
            }
            (to[n], to[n + 1], to[n + 2], to[n + 3]) = (Sum(a), Sum(b), Sum(c), Sum(d));
        }
    }

    static void AddScaled(ref float vectors, ReadOnlySpan<int> rows, float[] factors, float[] to)
    {
        for (var n = 0; n < Block; n += 4)
        {
            ref float first = ref Unsafe.Add(ref vectors, rows[n]), second = ref Unsafe.Add(ref vectors, rows[n + 1]), third = ref Unsafe.Add(ref vectors, rows[n + 2]), fourth = ref Unsafe.Add(ref vectors, rows[n + 3]);
            Vector256<float> a = Vector256.Create(factors[n]), b = Vector256.Create(factors[n + 1]), c = Vector256.Create(factors[n + 2]), d = Vector256.Create(factors[n + 3]);
            for (nuint i = 0; i < (nuint)to.Length; i += 8)
            {
                var sum = Vector256.LoadUnsafe(ref to[0], i) + Vector256.LoadUnsafe(ref first, i) * a;
                sum += Vector256.LoadUnsafe(ref second, i) * b;
                sum += Vector256.LoadUnsafe(ref third, i) * c;
                sum += Vector256.LoadUnsafe(ref fourth, i) * d;
                sum.StoreUnsafe(ref to[0], i);
            }
        }
    }

    /// <summary>
    /// The fold in which a vector of a bank is left out. A bank's candidates lie speaker by speaker, and a sound's beside those of its changed copy, so each fold is a run of them: what belongs together is left out together.
    /// </summary>
    /// <param name="index">Of the vector in the bank.</param>
    /// <param name="candidates">How many candidates begin the bank; what follows them goes to the folds in turns.</param>
    /// <param name="folds">One or more.</param>
    public static int FoldOf(int index, int candidates, int folds) => index < candidates ? (int)((long)index * folds / candidates) : index % folds;

    public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var sum = Vector256<float>.Zero;
        for (var i = 0; i < x.Length; i += 8) sum += Vector256.Create(x[i..]) * Vector256.Create(y[i..]);
        return Sum(sum);
    }

    static float Sum(Vector256<float> lanes)
    {
        var four = lanes.GetLower() + lanes.GetUpper();
        return four[0] + four[1] + (four[2] + four[3]);
    }
}
