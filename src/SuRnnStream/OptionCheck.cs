namespace SuRnnStream;

/// <summary>The message for an option outside its range, the same sentence in all packages.</summary>
public static class OptionCheck
{
    /// <summary>Throws unless <paramref name="holds"/>.</summary>
    /// <param name="holds">Whether the value is in its range.</param>
    /// <param name="name">The option's name, as its user writes it.</param>
    /// <param name="value">Its value.</param>
    /// <param name="range">The range, after "must be in".</param>
    /// <exception cref="ArgumentException">It does not hold: <c>Rate is 7, but must be in 8 to 16.</c></exception>
    public static void Require<T>(bool holds, string name, T value, string range)
    {
        if (!holds) throw new ArgumentException(FormattableString.Invariant($"{name} is {value}, but must be in {range}."));
    }

    /// <summary>The same for text, which may be empty or end in a space and so is quoted.</summary>
    /// <param name="holds">Whether the value is allowed.</param>
    /// <param name="name">The option's name, as its user writes it.</param>
    /// <param name="value">Its value.</param>
    /// <param name="wanted">What it must be, after "must be".</param>
    /// <exception cref="ArgumentException">It does not hold: <c>Topic is '', but must be a name.</c></exception>
    public static void RequireText<T>(bool holds, string name, T value, string wanted)
    {
        if (!holds) throw new ArgumentException(FormattableString.Invariant($"{name} is '{value}', but must be {wanted}."));
    }
}
