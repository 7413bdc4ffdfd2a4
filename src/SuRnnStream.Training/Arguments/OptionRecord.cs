using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace SuRnnStream.Training.Arguments;

/// <summary>
/// Reads the options of a command into a record: from the command line, and from a JSON file that --options names, whose keys are the options' names
/// without the two dashes before them. The command line wins.
/// </summary>
static class OptionRecord
{
    const string File = "--options";
    const string RequiredMember = "System.Runtime.CompilerServices.RequiredMemberAttribute"; // by name: ScottPlot has a type of this name too

    static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };

    /// <summary>The record. Null: help was asked for and is written.</summary>
    /// <param name="command">The command's name.</param>
    /// <param name="arguments">What follows the name on the command line.</param>
    /// <exception cref="ArgumentException">An option is unknown, given twice, missing or has a value of another kind; the message names it, and the file if it is there.</exception>
    public static T? Read<T>(string command, IReadOnlyList<string> arguments) where T : class
    {
        var options = PropertiesOf<T>();
        if (arguments.Any(argument => argument is "-h" or "--help"))
        {
            Console.Write(Help<T>(command, options));
            return null;
        }
        var values = new Dictionary<PropertyInfo, object?>();
        string? file = null;
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var before, var after] ? (before, after) : (arguments[i], null);
            if (name == File) file = file is null ? Next() : throw new ArgumentException($"{File} is given twice.");
            else if (options.FirstOrDefault(option => NamesOf(option).Contains(name)) is not { } option) throw new ArgumentException($"There is no option '{name}' of {command}: surnn-train {command} --help lists them.");
            else if (!values.TryAdd(option, Convert(option, name, value ?? (option.PropertyType == typeof(bool) ? "true" : Next())))) throw new ArgumentException($"{name} is given twice.");

            string Next() => value ?? (++i < arguments.Count && !options.Any(option => NamesOf(option).Contains(arguments[i])) ? arguments[i] : throw new ArgumentException($"{name} needs a value."));
        }
        if (file is not null)
        {
            foreach (var (option, value) in ReadFile(file, command, options)) values.TryAdd(option, value);
        }
        if (options.FirstOrDefault(option => IsRequired(option) && !values.ContainsKey(option)) is { } missing)
            throw new ArgumentException($"{command} needs {NameOf(missing)}{(file is null ? "" : $", here or as \"{NameOf(missing)[2..]}\" in {file}")}: {Described(missing).Help}");
        var record = Activator.CreateInstance<T>();
        foreach (var (option, value) in values) option.SetValue(record, value);
        return record;
    }

    static IEnumerable<(PropertyInfo Option, object? Value)> ReadFile(string file, string command, PropertyInfo[] options)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(System.IO.File.ReadAllBytes(file), Lenient);
        }
        catch (JsonException wrong)
        {
            throw new ArgumentException($"{file} is no JSON file of options: {wrong.Message}", wrong);
        }
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new ArgumentException($"{file} is no JSON object of options, as {{ \"hidden\": 48 }}.");
            var read = new Dictionary<PropertyInfo, object?>();
            foreach (var entry in document.RootElement.EnumerateObject())
            {
                var option = options.FirstOrDefault(option => NamesOf(option).Contains($"--{entry.Name}")) ?? throw new ArgumentException($"{file}: there is no option '{entry.Name}' of {command}: surnn-train {command} --help lists them.");
                if (!read.TryAdd(option, Convert(option, $"{file}: '{entry.Name}'", TextOf(entry.Value) ?? throw new ArgumentException($"{file}: '{entry.Name}' is a text, a number, true, false or a list of these, not {entry.Value.GetRawText()}."))))
                    throw new ArgumentException($"{file}: '{entry.Name}' is given twice, by another name too.");
            }
            return [.. read.Select(entry => (entry.Key, entry.Value))];
        }
    }

    /// <summary>A value as it would be written on the command line; null: there is none of the kind.</summary>
    static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        JsonValueKind.Array when value.EnumerateArray().All(one => one.ValueKind is JsonValueKind.String or JsonValueKind.Number) => string.Join(',', value.EnumerateArray().Select(TextOf)),
        _ => null,
    };

    static object? Convert(PropertyInfo option, string name, string text)
    {
        var type = Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType;
        if (type == typeof(string)) return text;
        if (type == typeof(bool) && bool.TryParse(text, out var flag)) return flag;
        if (type == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return whole;
        if (type == typeof(double) && double.TryParse(text, CultureInfo.InvariantCulture, out var number)) return number;
        if (type == typeof(float) && float.TryParse(text, CultureInfo.InvariantCulture, out var single)) return single;
        if (type.IsEnum && Enum.TryParse(type, text, ignoreCase: true, out var member) && Enum.IsDefined(type, member)) return member;
        throw new ArgumentException($"{name} is {Kind(type)}, not '{text}'.");
    }

    static string Kind(Type type) => type == typeof(bool) ? "true or false" : type == typeof(int) ? "a whole number" : type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type)).ToLowerInvariant()}" : type == typeof(string) ? "a text" : "a number";

    static string Help<T>(string command, PropertyInfo[] options)
    {
        var fresh = Activator.CreateInstance<T>();
        var text = new StringBuilder($"Usage: surnn-train {command} [options...]\n\n");
        text.Append("Each option can also be a key of a JSON file, without the two dashes before it: { \"seed\": 2 }. The command line wins. Relative paths begin at the current folder.\n\nOptions:\n");
        List<(string Names, string Help)> lines = [.. options.Select(option => ($"{string.Join(", ", NamesOf(option))}{Value(option)}", Described(option).Help + Default(option, fresh))), ($"{File} <file>", "JSON file of options."), ("-h, --help", "Shows this.")];
        var width = lines.Max(line => line.Names.Length) + 2;
        foreach (var (names, help) in lines) text.Append(CultureInfo.InvariantCulture, $"  {names.PadRight(width)}{help}\n");
        return text.ToString();

        static string Value(PropertyInfo option) => option.PropertyType == typeof(bool) ? "" : $" <{(Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType) switch { var type when type == typeof(string) => "text", var type when type == typeof(int) => "whole", var type when type.IsEnum => "name", _ => "number" }}>";
        static string Default(PropertyInfo option, T fresh) => IsRequired(option) ? " [Required]" : option.GetValue(fresh) switch
        {
            null or "" or false => "",
            Enum member => $" [Default: {member.ToString().ToLowerInvariant()}]",
            var value => string.Create(CultureInfo.InvariantCulture, $" [Default: {value}]"),
        };
    }

    /// <summary>Those of the record itself first, then those that it shares with others.</summary>
    static PropertyInfo[] PropertiesOf<T>() => [.. typeof(T).GetProperties().Where(property => property.IsDefined(typeof(OptionAttribute)))];

    static OptionAttribute Described(PropertyInfo option) => option.GetCustomAttribute<OptionAttribute>()!;

    static bool IsRequired(PropertyInfo option) => option.CustomAttributes.Any(one => one.AttributeType.FullName == RequiredMember);

    static string[] NamesOf(PropertyInfo option) => [NameOf(option), .. Described(option).Alias.Split('|', StringSplitOptions.RemoveEmptyEntries)];

    static string NameOf(PropertyInfo option) => "--" + string.Concat(option.Name.Select((c, i) => char.IsUpper(c) ? $"{(i > 0 ? "-" : "")}{char.ToLowerInvariant(c)}" : c.ToString()));
}
