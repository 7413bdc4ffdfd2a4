namespace SuRnnStream;

/// <summary>The message for an option outside its range, the same sentence in all packages.</summary>
public static class OptionCheck
{
    /// <summary>Throws unless <paramref name="holds"/>.</summary>
    /// <param name="holds">Whether the value is in its range.</param>
    /// <param name="name">The option's name, as its user writes it.</param>
    /// <param name="value">Its value.</param>
    /// <param name="range">The range: <c>8 to 16</c>, or an interval, <c>(0, 1]</c>.</param>
    /// <exception cref="ArgumentException">It does not hold: <c>Rate is 7, but must be 8 to 16.</c></exception>
    public static void Require<T>(bool holds, string name, T value, string range)
    {
        if (!holds) throw new ArgumentException(Complaint(name, value, range));
    }

    /// <summary>The message alone, for who collects them or throws something else: <c>Rate is 7, but must be 8 to 16.</c></summary>
    /// <param name="name">The option's name, as its user writes it.</param>
    /// <param name="value">Its value.</param>
    /// <param name="range">The range: <c>8 to 16</c>, or an interval, <c>(0, 1]</c>.</param>
    public static string Complaint<T>(string name, T value, string range) =>
        FormattableString.Invariant($"{name} is {value}, but must be {(range is ['(' or '[', ..] ? "in " : "")}{range}.");

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
