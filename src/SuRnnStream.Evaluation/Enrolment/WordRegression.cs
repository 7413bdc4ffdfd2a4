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
        var weight = new float[used.Length];
        for (var n = 0; n < used.Length; n++) weight[n] = (float)(0.5 * rows.Weights[used[n]] / (rows.Targets[used[n]] ? positive : negative));
        var (w, velocity, gradient, ahead) = (new float[size], new float[size], new float[size], new float[size]);
        float bias = 0, biasVelocity = 0;
        var errors = new float[(used.Length + 7) / 8 * 8];
        for (var step = 0; step < steps; step++)
        {
            for (var i = 0; i < size; i++) ahead[i] = w[i] + Momentum * velocity[i];
            var aheadBias = bias + Momentum * biasVelocity;
            for (var n = 0; n < used.Length; n++) errors[n] = Dot(rows[used[n]], ahead) + aheadBias;
            for (var n = 0; n < errors.Length; n += 8) Activations.Sigmoid(Vector256.Create<float>(errors.AsSpan(n))).CopyTo(errors.AsSpan(n));
            Array.Clear(gradient);
            var biasGradient = 0f;
            for (var n = 0; n < used.Length; n++)
            {
                var error = weight[n] * (errors[n] - (rows.Targets[used[n]] ? 1 : 0));
                biasGradient += error;
                if (error != 0) AddScaled(gradient, rows[used[n]], error);
            }
            for (var i = 0; i < size; i++)
            {
                velocity[i] = Momentum * velocity[i] - rate * (gradient[i] + decay * ahead[i]);
                w[i] += velocity[i];
            }
            biasVelocity = Momentum * biasVelocity - rate * biasGradient;
            bias += biasVelocity;
        }
        return (w, bias);
    }

    public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var sum = Vector256<float>.Zero;
        for (var i = 0; i < x.Length; i += 8) sum += Vector256.Create(x[i..]) * Vector256.Create(y[i..]);
        var four = sum.GetLower() + sum.GetUpper();
        return four[0] + four[1] + (four[2] + four[3]);
    }

    static void AddScaled(Span<float> to, ReadOnlySpan<float> x, float factor)
    {
        var all = Vector256.Create(factor);
        for (var i = 0; i < to.Length; i += 8) (Vector256.Create<float>(to[i..]) + Vector256.Create(x[i..]) * all).CopyTo(to[i..]);
    }
}
