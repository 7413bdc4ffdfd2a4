using SuRnnStream.Evaluation.Enrolment;
using SuRnnStream.Training.SecondLook;

namespace SuRnnStream.Training.WordSpaces;

/// <summary>
/// A word space over the speech embedding: the hidden layer of a head that was fitted to tell many kinds of words apart. A word in it is a head of two labels with the same hidden layer, so it is kept as a <c>.look</c> file.
/// </summary>
sealed class LookSpace(LookHead kinds)
{
    const float Decay = 0.01f, Rate = 0.02f;
    const int Steps = 150;

    /// <summary>Numbers in a vector.</summary>
    public int Size => kinds.Units;

    /// <summary>The hidden layer's answer to [AllWindows, 96], a mean over the shifts.</summary>
    public float[] Vector(ReadOnlySpan<float> windows)
    {
        var (shape, vector, x) = (kinds.Shape, new float[Size], new float[kinds.Shape.Inputs]);
        ReadOnlySpan<float> mean = kinds.Mean.Span, scale = kinds.Scale.Span, hidden = kinds.Hidden.Span, bias = kinds.HiddenBias.Span;
        for (var shift = 0; shift < shape.Shifts; shift++)
        {
            for (var window = 0; window < shape.Windows; window++)
                for (var i = 0; i < SpeechEmbedding.Size; i++) x[window * SpeechEmbedding.Size + i] = Math.Clamp((windows[(shift + window * shape.Step) * SpeechEmbedding.Size + i] - mean[i]) * scale[i], -LookHead.Clamp, LookHead.Clamp);
            for (var unit = 0; unit < vector.Length; unit++)
            {
                var sum = bias[unit];
                for (var i = 0; i < x.Length; i++) sum += hidden[unit * x.Length + i] * x[i];
                vector[unit] += MathF.Max(0, sum) / shape.Shifts;
            }
        }
        return vector;
    }

    /// <summary>Of half-precision windows, as a bank holds them.</summary>
    public float[] Vector(LookBank bank, LookBank.Example example)
    {
        var windows = bank.WindowsOf(example, 0, kinds.Shape.AllWindows);
        var wide = new float[windows.Length];
        for (var i = 0; i < wide.Length; i++) wide[i] = (float)windows[i];
        return Vector(wide);
    }

    /// <summary>A word's logit [Size] and bias, at its threshold 0, and by what to scale them so that a false alarm is e times as rare where the logit is 1 higher; the threshold comes from a tail of candidates that were left out.</summary>
    /// <param name="positives">Vectors of takes and their copies, each with its take.</param>
    /// <param name="negatives">Vectors of the bank, candidates of running speech first.</param>
    /// <param name="candidates">How many of them.</param>
    /// <param name="hours">Of running speech in which these are all.</param>
    /// <param name="alarms">False alarms an hour.</param>
    public (float[] Weights, float Bias, double Scale) Enroll(IReadOnlyList<(float[] Vector, int Take)> positives, IReadOnlyList<float[]> negatives, int candidates, double hours, double alarms)
    {
        var rows = new WordRegression.Rows(Size);
        foreach (var (vector, _) in positives) rows.Add(vector, true, 1);
        foreach (var vector in negatives) rows.Add(vector, false, 1);
        const int Folds = 3;
        int FoldOf(int negative) => WordRegression.FoldOf(negative, candidates, Folds);
        var held = new float[candidates];
        for (var fold = 0; fold < Folds; fold++)
        {
            var (w, b) = WordRegression.Fit(rows, row => row < positives.Count || FoldOf(row - positives.Count) != fold, Decay, Steps, Rate);
            for (var i = 0; i < candidates; i++)
                if (FoldOf(i) == fold) held[i] = WordRegression.Dot(negatives[i], w) + b;
        }
        var (weights, bias) = WordRegression.Fit(rows, _ => true, Decay, Steps, Rate);
        var tail = UpperTail.Of(held, hours);
        return (weights, bias - (float)tail.LevelFor(alarms), 1 / tail.Scale);
    }

    /// <summary>A word as a head.</summary>
    public LookHead Head(string word, float[] weights, float bias, IReadOnlyDictionary<string, string> card) => kinds with
    {
        Labels = [ClipClassifier.Unknown, word],
        Output = (float[])[.. new float[Size], .. weights],
        OutputBias = new[] { 0, bias },
        Rule = kinds.Rule with { Threshold = 0.5f },
        Card = card,
    };
}
