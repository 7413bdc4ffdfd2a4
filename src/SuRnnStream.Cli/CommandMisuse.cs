using System.CommandLine;
using System.CommandLine.Parsing;

namespace SuRnnStream.Cli;

/// <summary>What is wrong with a command line, in one sentence with its remedy.</summary>
static class CommandMisuse
{
    const int MostMistypedLetters = 2;

    /// <summary>The first fault; null: there is none.</summary>
    public static string? Of(ParseResult given)
    {
        if (given.Tokens is [{ Type: TokenType.Directive }, ..]) return null; // a shell asks for completions
        var command = given.CommandResult.Command;
        var help = $"surnn {(command is RootCommand ? "" : command.Name + " ")}--help";
        Option[] options = [.. command.Options.Union(given.RootCommandResult.Command.Options)];
        if (command is RootCommand && given.UnmatchedTokens is [var unknown, ..] && !unknown.StartsWith('-')) return NoCommand(command, unknown, help);
        if (OptionFault(given, command, options, help) is { } fault) return fault;
        if (given.UnmatchedTokens is [var extra, ..]) return $"{command.Name} takes no '{extra}'{(extra.EndsWith(".surnn", StringComparison.OrdinalIgnoreCase) ? ": a model goes after -m" : "")}{See(help)}";
        return given.Errors.OrderBy(error => error.SymbolResult is OptionResult { Implicit: false } ? 0 : 1).FirstOrDefault() is { } error ? Sentence(error) + See(help) : null; // what is given before what is missing
    }

    static string NoCommand(Command root, string typed, string help) =>
#if MINIMAL
        typed is "evaluate" or "review" or "enroll" or "record" or "label" or "wyoming" ? $"this small surnn has no {typed}; take the whole one, published without -p:Minimal=true" :
#endif
        $"there is no command '{typed}', only {string.Join(", ", root.Subcommands.Select(command => command.Name))}{See(help, typed, root.Subcommands.Select(command => command.Name))}";

    /// <summary>
    /// An argument that looks like an option, before --: the parser takes it for a path, or for the value of the option before it.
    /// </summary>
    static string? OptionFault(ParseResult given, Command command, Option[] options, string help)
    {
        Option? Named(string name) => options.FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));
        Token? before = null; // an option that waits for its value
        foreach (var token in given.Tokens)
        {
            if (token.Type == TokenType.DoubleDash) return null;
            if (token.Type == TokenType.Argument && token.Value.Length > 1 && token.Value[0] == '-')
            {
                var typed = token.Value.Split('=')[0];
                if (before is null) return $"{(command is RootCommand ? "surnn" : command.Name)} has no option {typed}{See(help, typed, options.SelectMany(option => option.Aliases.Append(option.Name)))}";
                if (Named(typed) is not null) return $"{before.Value} needs a value{See(help)}";
            }
            before = token.Type == TokenType.Option && Named(token.Value) is { Arity.MaximumNumberOfValues: > 0 } ? token : null;
        }
        return null;
    }

    static string Sentence(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Implicit: false, IdentifierToken: { } name, Tokens: [] } => $"{name.Value} needs a value",
        OptionResult { Implicit: false, Option: { Arity.MaximumNumberOfValues: 1 } option, IdentifierTokenCount: > 1 } => $"{option.Name} is given twice",
        OptionResult { Option: { Required: true } option } when error.Message.Contains("required", StringComparison.OrdinalIgnoreCase) => $"{option.Name} is missing",
        ArgumentResult { Tokens: [], Parent: CommandResult parent } missing => $"{parent.Command.Name} needs a {missing.Argument.Name}",
        _ => error.Message.ReplaceLineEndings(" ").TrimEnd('.'),
    };

    /// <summary>Where to read on; before that what was probably meant.</summary>
    static string See(string help, string typed = "", IEnumerable<string>? names = null)
    {
        var nearest = names?.MinBy(name => Distance(name, typed));
        return nearest is not null && Distance(nearest, typed) <= MostMistypedLetters ? $". Did you mean {nearest}? See {help}" : $"; see {help}";
    }

    /// <summary>Letters to insert, delete or replace (Levenshtein).</summary>
    static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (diagonal, left) = (row[0], row[0] = i);
            for (var j = 1; j <= b.Length; j++)
            {
                left = Math.Min(Math.Min(left, row[j]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], left);
            }
        }
        return row[^1];
    }
}
