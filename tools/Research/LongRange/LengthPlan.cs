using System.Globalization;

namespace SuRnnStream.Research.LongRange;

/// <summary>
/// Which length is trained on at which step. Train short, run long: a step at T / 8 costs an eighth of one at T and teaches nearly the same, and a
/// switch that is shut on noise makes the length nearly free. Ours; how the paper's nets were trained is not known.
/// </summary>
sealed class LengthPlan
{
    readonly (int Length, long End)[] _phases;

    LengthPlan((int, long)[] phases) => _phases = phases;

    public IEnumerable<int> Lengths => _phases.Select(phase => phase.Length);

    /// <summary>The length of a training step, from 0 on.</summary>
    public int At(long step)
    {
        foreach (var (length, end) in _phases) if (step < end) return length;
        return _phases[^1].Length;
    }

    /// <summary>40, 30, 20 and 10 % of the steps at an eighth, a quarter, half and all of the length.</summary>
    public static string Standard(int length) => string.Create(CultureInfo.InvariantCulture, $"{length / 8}:40,{length / 4}:30,{length / 2}:20,{length}:10");

    /// <param name="text">Lengths with their percent of the steps, such as 32:40,64:30,128:20,256:10; empty: the length alone.</param>
    /// <param name="length">Steps of a sequence without a curriculum.</param>
    /// <param name="steps">Training steps.</param>
    /// <exception cref="ArgumentException">It is something else, or the percents are not 100 together.</exception>
    public static LengthPlan Parse(string text, int length, int steps)
    {
        if (text.Length == 0) return new LengthPlan([(length, steps)]);
        var (phases, percent) = (new List<(int, long)>(), 0.0);
        foreach (var phase in text.Split(','))
        {
            var parts = phase.Split(':');
            if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var of) || of < 1
                || !double.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var part) || part <= 0)
                throw new ArgumentException($"'{phase}' is no part of a curriculum: give a length and its percent of the steps, such as 32:40.");
            percent += part;
            phases.Add((of, (long)Math.Round(steps * percent / 100)));
        }
        return Math.Abs(percent - 100) < 1e-6 ? new LengthPlan([.. phases]) : throw new ArgumentException($"The curriculum {text} has {percent:G4} percent of the steps: they must be 100.");
    }
}
