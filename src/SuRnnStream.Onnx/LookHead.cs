using System.Numerics;
using System.Runtime.InteropServices;

namespace SuRnnStream;

/// <summary>
/// A small network over embeddings: standardised inputs, a hidden layer with ReLU, softmax; asked once a shift, its probabilities averaged. What a fit makes is one with its numbers here, <see cref="Validate"/> says whether they belong together.
/// Immutable; any number of threads may share one. Kept as a <c>.look</c> file, see <see cref="LookFile"/>.
/// </summary>
public sealed record LookHead
{
    /// <summary>Standardised inputs beyond this are cut: one loud number must not decide.</summary>
    public const float Clamp = 6;

    internal const int MostUnits = 4096, MostLabels = 1024;

    /// <summary>The windows that it reads.</summary>
    public required LookShape Shape { get; init; }

    /// <summary>What it tells apart, in the order of its outputs, 2 to 1,024, each once. Names that the detector's model does not have are background.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>How its probabilities decide together with the detector's own scores.</summary>
    public required VerifierRule Rule { get; init; }

    /// <summary>Where it came from, for people: data, command, seed, figures.</summary>
    public IReadOnlyDictionary<string, string> Card { get; init; } = new Dictionary<string, string>();

    /// <summary>[96] subtracted from every window.</summary>
    public required ReadOnlyMemory<float> Mean { get; init; }

    /// <summary>[96] by which the windows are then multiplied: one over the standard deviation.</summary>
    public required ReadOnlyMemory<float> Scale { get; init; }

    /// <summary>[<see cref="Units"/>, Shape.Inputs] weights of the hidden layer, row by row.</summary>
    public required ReadOnlyMemory<float> Hidden { get; init; }

    /// <summary>[<see cref="Units"/>] added before the ReLU.</summary>
    public required ReadOnlyMemory<float> HiddenBias { get; init; }

    /// <summary>[Labels, <see cref="Units"/>] weights of the outputs, row by row.</summary>
    public required ReadOnlyMemory<float> Output { get; init; }

    /// <summary>[Labels] added before the softmax.</summary>
    public required ReadOnlyMemory<float> OutputBias { get; init; }

    /// <summary>Multiply-adds of a candidate.</summary>
    public long MultiplyAdds => (long)Shape.Shifts * (Hidden.Length + Output.Length);

    /// <summary>Units of the hidden layer, 1 to 4,096.</summary>
    public int Units => HiddenBias.Length;

    /// <summary>Numbers that <see cref="Evaluate"/> works in.</summary>
    public int Scratch => Shape.Inputs + Units + Labels.Count;

    /// <summary>Checks that its parts belong together, as <see cref="LookFile.Save"/> and <see cref="SpeechVerifier"/> do.</summary>
    /// <returns>This head.</returns>
    /// <exception cref="ArgumentException">A value lies outside its range, a part has another length, or a number is not finite; the message says which.</exception>
    public LookHead Validate()
    {
        Shape.Validate();
        Rule.Validate();
        if (Units is < 1 or > MostUnits) throw new ArgumentException($"A head has 1 to {MostUnits} units, not {Units}.");
        if (Labels.Count is < 2 or > MostLabels || Labels.Distinct().Count() < Labels.Count) throw new ArgumentException($"A head has 2 to {MostLabels} labels, each once.");
        Require(Mean, SpeechEmbedding.Size, nameof(Mean));
        Require(Scale, SpeechEmbedding.Size, nameof(Scale));
        Require(Hidden, Units * Shape.Inputs, nameof(Hidden));
        Require(HiddenBias, Units, nameof(HiddenBias));
        Require(Output, Labels.Count * Units, nameof(Output));
        Require(OutputBias, Labels.Count, nameof(OutputBias));
        return this;
    }

    static void Require(ReadOnlyMemory<float> numbers, int length, string name)
    {
        if (numbers.Length != length) throw new ArgumentException($"{name} of a head has {numbers.Length} numbers, not {length}.");
        foreach (var number in numbers.Span) if (!float.IsFinite(number)) throw new ArgumentException($"{name} of a head holds a number that is not finite.");
    }

    /// <summary>Probabilities of a candidate. Allocates nothing.</summary>
    /// <param name="vectors">[Shape.AllWindows, 96], the oldest window first.</param>
    /// <param name="probabilities">[Labels] written.</param>
    /// <param name="scratch">[<see cref="Scratch"/>] working memory.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public void Evaluate(ReadOnlySpan<float> vectors, Span<float> probabilities, Span<float> scratch)
    {
        if (vectors.Length < Shape.AllWindows * SpeechEmbedding.Size || probabilities.Length < Labels.Count || scratch.Length < Scratch)
            throw new ArgumentException($"A head takes {Shape.AllWindows * SpeechEmbedding.Size} numbers, gives {Labels.Count} and works in {Scratch}, not {vectors.Length}, {probabilities.Length} and {scratch.Length}.");
        probabilities = probabilities[..Labels.Count];
        ReadOnlySpan<float> hiddenBias = HiddenBias.Span, hiddenRows = Hidden.Span, outputBias = OutputBias.Span, outputRows = Output.Span;
        var x = scratch[..Shape.Inputs];
        var hidden = scratch.Slice(Shape.Inputs, Units);
        var logits = scratch.Slice(Shape.Inputs + Units, Labels.Count);
        probabilities.Clear();
        for (var shift = 0; shift < Shape.Shifts; shift++)
        {
            for (var window = 0; window < Shape.Windows; window++) Standardise(vectors[((shift + window * Shape.Step) * SpeechEmbedding.Size)..], x[(window * SpeechEmbedding.Size)..]);
            for (var i = 0; i < hidden.Length; i++) hidden[i] = MathF.Max(0, hiddenBias[i] + Dot(hiddenRows.Slice(i * x.Length, x.Length), x));
            for (var i = 0; i < logits.Length; i++) logits[i] = outputBias[i] + Dot(outputRows.Slice(i * hidden.Length, hidden.Length), hidden);
            AddSoftmax(logits, probabilities);
        }
        for (var i = 0; i < probabilities.Length; i++) probabilities[i] /= Shape.Shifts;
    }

    void Standardise(ReadOnlySpan<float> vector, Span<float> into)
    {
        ReadOnlySpan<float> mean = Mean.Span, scale = Scale.Span;
        for (var i = 0; i < SpeechEmbedding.Size; i++) into[i] = Math.Clamp((vector[i] - mean[i]) * scale[i], -Clamp, Clamp);
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
