namespace SuRnnStream.Training.Arguments;

/// <summary>A property of a record that is an option of a command; its name on the command line is the property's, as --learning-rate.</summary>
/// <param name="help">What the option means, one sentence or two.</param>
[AttributeUsage(AttributeTargets.Property)]
sealed class OptionAttribute(string help) : Attribute
{
    public string Help { get; } = help;

    /// <summary>Other names with | between them, as -o|--out.</summary>
    public string Alias { get; init; } = "";
}
