using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace SuRnnStream.Cli;

/// <summary>
/// The kinds of option that commands have. Numbers are read in the invariant culture; each option is given at most once, and
/// says in one sentence what is wrong with its value.
/// </summary>
static class CommandOptions
{
    /// <summary>A text, such as a path; null where it is not given.</summary>
    public static Option<string?> Text(this Command command, string name, string description, params string[] aliases) =>
        command.With(new Option<string?>(name, aliases) { Description = description });

    /// <summary>A text with a default.</summary>
    public static Option<string> TextOr(this Command command, string name, string byDefault, string description, params string[] aliases) =>
        command.With(new Option<string>(name, aliases) { Description = description, DefaultValueFactory = _ => byDefault });

    /// <summary>A text without which the command cannot run.</summary>
    public static Option<string> RequiredText(this Command command, string name, string description, params string[] aliases) =>
        command.With(new Option<string>(name, aliases) { Description = description, Required = true });

    /// <summary>One text or more, up to the next option; may be given again for more. Empty where it is not given.</summary>
    public static Option<string[]> Texts(this Command command, string name, string description, params string[] aliases) =>
        command.With(new Option<string[]>(name, aliases) { Description = description, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] });

    /// <summary>True where it is given. It takes no value, so that a path may follow.</summary>
    public static Option<bool> Flag(this Command command, string name, string description, params string[] aliases) =>
        command.With(new Option<bool>(name, aliases) { Description = description, Arity = ArgumentArity.Zero });

    /// <summary>A number; null where it is not given.</summary>
    public static Option<T?> Number<T>(this Command command, string name, string description, params string[] aliases) where T : struct, INumber<T> =>
        command.With(new Option<T?>(name, aliases) { Description = description, HelpName = "number", CustomParser = result => Number<T>(result, name) });

    /// <summary>A number with a default.</summary>
    public static Option<T> Number<T>(this Command command, string name, T byDefault, string description, params string[] aliases) where T : struct, INumber<T> =>
        command.With(new Option<T>(name, aliases)
        {
            Description = description,
            HelpName = "number",
            DefaultValueFactory = _ => byDefault,
            CustomParser = result => Number<T>(result, name) ?? byDefault,
        });

    /// <summary>One of a few words; null where it is not given.</summary>
    public static Option<T?> Choice<T>(this Command command, string name, string description, params string[] aliases) where T : struct, Enum =>
        command.With(new Option<T?>(name, aliases) { Description = description, HelpName = string.Join('|', WordsOf<T>()), CustomParser = result => Choice<T>(result, name) });

    /// <summary>One of a few words, of which the first is the default.</summary>
    public static Option<T> ChoiceOrFirst<T>(this Command command, string name, string description, params string[] aliases) where T : struct, Enum =>
        command.With(new Option<T>(name, aliases) { Description = $"{description} [default: {WordsOf<T>()[0]}]", HelpName = string.Join('|', WordsOf<T>()), CustomParser = result => Choice<T>(result, name) ?? default });

    /// <summary>The one argument that is no option.</summary>
    public static Argument<string> Argument(this Command command, string name, string description) =>
        command.With(new Argument<string>(name) { Description = description });

    /// <summary>All arguments that are no options, none of them too.</summary>
    public static Argument<string[]> Arguments(this Command command, string name, string description) =>
        command.With(new Argument<string[]>(name) { Description = description, Arity = ArgumentArity.ZeroOrMore });

    /// <summary>What the command does; the exit code is its result.</summary>
    public static Command Runs(this Command command, Func<ParseResult, CancellationToken, int> run)
    {
        command.SetAction((given, cancellation) => Task.FromResult(run(given, cancellation)));
        return command;
    }

    /// <inheritdoc cref="Runs(Command, Func{ParseResult, CancellationToken, int})"/>
    public static Command Runs(this Command command, Func<ParseResult, CancellationToken, Task<int>> run)
    {
        command.SetAction(run);
        return command;
    }

    static Option<T> With<T>(this Command command, Option<T> option)
    {
        command.Options.Add(option);
        return option;
    }

    static Argument<T> With<T>(this Command command, Argument<T> argument)
    {
        command.Arguments.Add(argument);
        return argument;
    }

    static T? Number<T>(ArgumentResult result, string name) where T : struct, INumber<T>
    {
        if (result.Tokens is not [var token]) return null; // the parser says what is missing
        if (T.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return number;
        result.AddError($"{name} takes a {(typeof(T) == typeof(int) ? "whole " : "")}number, not '{token.Value}'");
        return null;
    }

    static T? Choice<T>(ArgumentResult result, string name) where T : struct, Enum
    {
        if (result.Tokens is not [var token]) return null;
        if (Array.FindIndex(WordsOf<T>(), word => word.Equals(token.Value, StringComparison.OrdinalIgnoreCase)) is >= 0 and var index) return Enum.GetValues<T>()[index];
        result.AddError($"{name} is {string.Join(", ", WordsOf<T>()[..^1])} or {WordsOf<T>()[^1]}, not '{token.Value}'");
        return null;
    }

    static string[] WordsOf<T>() where T : struct, Enum => [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];
}
