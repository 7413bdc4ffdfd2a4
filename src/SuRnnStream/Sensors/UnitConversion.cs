namespace SuRnnStream;

/// <summary>(v + Before) * Times / Over - After: a value of one unit in another.</summary>
readonly record struct UnitConversion(double Before, double Times, double Over, double After)
{
    /// <summary>The units are the same.</summary>
    public static readonly UnitConversion None = new(0, 1, 1, 0);

    public bool IsNone => this == None;

    public double Of(double value) => (value + Before) * Times / Over - After;

    /// <summary>The converted value as a float; NaN beyond its range, as a value that is too large has it in every table.</summary>
    public float Single(double value) => (float)Of(value) is var single && float.IsFinite(single) ? single : float.NaN;
}
