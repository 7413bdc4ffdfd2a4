using System.Reflection;

namespace SuRnnStream.Training;

/// <summary>A command that a program has not: the framework prints its help then and ends with 0, as if all was done.</summary>
static class UnknownCommand
{
    /// <summary>What is wrong; null: the program has that command, or none is named.</summary>
    /// <param name="names">The program's commands, of one or two words.</param>
    /// <param name="args">What was typed.</param>
    public static string? Of(IEnumerable<string> names, string[] args)
    {
        if (args is not [var first, .. var rest] || first.StartsWith('-')) return null;
        string[] known = [.. names.Order(StringComparer.Ordinal)];
        if (known.Contains(first)) return null;
        var group = known.Any(name => name.StartsWith(first + ' ', StringComparison.Ordinal));
        if (group && (rest is not [var second, ..] || second.StartsWith('-'))) return null; // its help is asked for
        var typed = group ? $"{first} {rest[0]}" : first;
        return known.Contains(typed) ? null : $"There is no command '{typed}': choose {string.Join(", ", known.SkipLast(1))} or {known[^1]}.";
    }

    /// <summary>The names that an assembly's methods have by this attribute; it is generated into each program, so each has its own.</summary>
    public static IEnumerable<string> Names<TCommand>(Func<TCommand, string> name) where TCommand : Attribute =>
        typeof(TCommand).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Select(method => method.GetCustomAttribute<TCommand>()).OfType<TCommand>().Select(name);
}
