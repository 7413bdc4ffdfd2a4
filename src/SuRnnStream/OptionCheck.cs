namespace SuRnnStream;

/// <summary>One sentence for every option outside its range, in all packages.</summary>
static class OptionCheck
{
    /// <exception cref="ArgumentException">It does not hold: <c>Rate is 7, but must be in 8 to 16.</c></exception>
    public static void Require<T>(bool holds, string name, T value, string range)
    {
        if (!holds) throw new ArgumentException(FormattableString.Invariant($"{name} is {value}, but must be in {range}."));
    }

    /// <summary>The same of text, which may be empty or end in a space.</summary>
    /// <exception cref="ArgumentException">It does not hold: <c>Topic is '', but must be a name.</c></exception>
    public static void RequireText<T>(bool holds, string name, T value, string wanted)
    {
        if (!holds) throw new ArgumentException(FormattableString.Invariant($"{name} is '{value}', but must be {wanted}."));
    }
}
