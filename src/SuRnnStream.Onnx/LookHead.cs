using System.Numerics;
using System.Runtime.InteropServices;

namespace SuRnnStream;

/// <summary>
/// A small network over embeddings: standardised inputs, a hidden layer with ReLU, softmax; asked once a shift, its probabilities averaged.
/// Immutable; any number of threads may share one. Kept as a <c>.look</c> file, see <see cref="LookFile"/>.
/// </summary>
public sealed record LookHead
{
    /// <summary>Standardised inputs beyond this are cut: one loud number must not decide.</summary>
    internal const float Clamp = 6;

    internal LookHead() { } // by LookFile.Load or a fit

    /// <summary>The windows that it reads.</summary>
    public required LookShape Shape { get; init; }

    /// <summary>What it tells apart, in the order of its outputs. Names that the detector's model does not have are background.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>How its probabilities decide together with the detector's own scores.</summary>
    public required VerifierRule Rule { get; init; }

    /// <summary>Where it came from, for people: data, command, seed, figures.</summary>
    public IReadOnlyDictionary<string, string> Card { get; init; } = new Dictionary<string, string>();

    /// <summary>[Size] subtracted from every window.</summary>
    internal float[] Mean { get; init; } = [];

    /// <summary>[Size] then multiplied: one over the standard deviation.</summary>
    internal float[] Scale { get; init; } = [];

    /// <summary>[Hidden, Shape.Inputs]</summary>
    internal float[] Hidden { get; init; } = [];

    /// <summary>[Hidden]</summary>
    internal float[] HiddenBias { get; init; } = [];

    /// <summary>[Labels, Hidden]</summary>
    internal float[] Output { get; init; } = [];

    /// <summary>[Labels]</summary>
    internal float[] OutputBias { get; init; } = [];

    /// <summary>Multiply-adds of a candidate.</summary>
    public long MultiplyAdds => (long)Shape.Shifts * (Hidden.Length + Output.Length);

    internal int Units => HiddenBias.Length;

    /// <summary>Numbers that <see cref="Evaluate"/> works in.</summary>
    internal int Scratch => Shape.Inputs + Units + Labels.Count;

    /// <summary>Probabilities of a candidate.</summary>
    /// <param name="vectors">[Shape.AllWindows, 96], the oldest window first.</param>
    /// <param name="probabilities">[Labels] written.</param>
    /// <param name="scratch">[<see cref="Scratch"/>] working memory.</param>
    internal void Evaluate(ReadOnlySpan<float> vectors, Span<float> probabilities, Span<float> scratch)
    {
        var x = scratch[..Shape.Inputs];
        var hidden = scratch.Slice(Shape.Inputs, Units);
        var logits = scratch.Slice(Shape.Inputs + Units, Labels.Count);
        probabilities.Clear();
        for (var shift = 0; shift < Shape.Shifts; shift++)
        {
            for (var window = 0; window < Shape.Windows; window++) Standardise(vectors[((shift + window * Shape.Step) * SpeechEmbedding.Size)..], x[(window * SpeechEmbedding.Size)..]);
            for (var i = 0; i < hidden.Length; i++) hidden[i] = MathF.Max(0, HiddenBias[i] + Dot(Hidden.AsSpan(i * x.Length, x.Length), x));
            for (var i = 0; i < logits.Length; i++) logits[i] = OutputBias[i] + Dot(Output.AsSpan(i * hidden.Length, hidden.Length), hidden);
            AddSoftmax(logits, probabilities);
        }
        for (var i = 0; i < probabilities.Length; i++) probabilities[i] /= Shape.Shifts;
    }

    void Standardise(ReadOnlySpan<float> vector, Span<float> into)
    {
        for (var i = 0; i < SpeechEmbedding.Size; i++) into[i] = Math.Clamp((vector[i] - Mean[i]) * Scale[i], -Clamp, Clamp);
    }

    static void AddSoftmax(Span<float> logits, Span<float> probabilities)
    {
        var (most, sum) = (float.NegativeInfinity, 0f);
        foreach (var logit in logits) most = MathF.Max(most, logit);
        for (var i = 0; i < logits.Length; i++) sum += logits[i] = MathF.Exp(logits[i] - most);
        for (var i = 0; i < logits.Length; i++) probabilities[i] += logits[i] / sum;
    }

    static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = Vector<float>.Zero;
        var left = MemoryMarshal.Cast<float, Vector<float>>(a);
        var right = MemoryMarshal.Cast<float, Vector<float>>(b);
        for (var i = 0; i < left.Length; i++) sum += left[i] * right[i];
        var rest = 0f;
        for (var i = left.Length * Vector<float>.Count; i < a.Length; i++) rest += a[i] * b[i];
        return Vector.Sum(sum) + rest;
    }
}
