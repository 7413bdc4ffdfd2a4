using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SuRnnStream.Tests.Support;

/// <summary>Makes the JSON schema of a host's configuration from the classes that it is bound to and their documentation.</summary>
static partial class ConfigurationSchema
{
    const string Duration = @"^-?(\d+\.)?\d{1,2}:\d{2}(:\d{2}(\.\d{1,7})?)?$";

    static readonly Dictionary<Type, string[]> OpenSections = new() { [typeof(HostedArbitrationOptions)] = ["sections of packages, such as Mqtt"] };

    public static string Make()
    {
        var section = Of(typeof(SuRnnStreamOptions), new SuRnnStreamOptions());
        section["properties"]!.AsObject()["Sinks"] = new JsonObject
        {
            ["type"] = "object",
            ["description"] = "Where detections go, a section a kind: JsonLines with Path, Webhook with Url; Mqtt and HomeAssistant of SuRnnStream.Sensors with Address; kinds that a program adds.",
        };
        section["description"] = Plain(Document("T", typeof(SuRnnStreamOptions).FullName!)!);
        var root = new JsonObject { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["type"] = "object", ["properties"] = new JsonObject { [SuRnnStreamOptions.Section] = section } };
        return root.ToJsonString(new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    static JsonObject Of(Type type, object? fresh)
    {
        var properties = new JsonObject();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).OrderBy(property => property.MetadataToken))
        {
            var schema = OfValue(property.PropertyType, fresh is null ? null : property.GetValue(fresh));
            schema["description"] = Description(property);
            properties[property.Name] = schema;
        }
        var section = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (!OpenSections.ContainsKey(type)) section["additionalProperties"] = false;
        return section;
    }

    static JsonObject OfValue(Type type, object? value)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (Values(plain) is { } each) return new JsonObject { ["type"] = "object", ["additionalProperties"] = OfValue(each, null) };
        if (plain != typeof(string) && plain.IsAssignableTo(typeof(IEnumerable))) return new JsonObject { ["type"] = "array", ["items"] = OfValue(plain.GetGenericArguments()[0], null) };
        var schema = plain switch
        {
            _ when plain == typeof(string) => new JsonObject { ["type"] = "string" },
            _ when plain == typeof(bool) => new JsonObject { ["type"] = "boolean" },
            _ when plain == typeof(int) => new JsonObject { ["type"] = "integer" },
            _ when plain == typeof(float) || plain == typeof(double) => new JsonObject { ["type"] = "number" },
            _ when plain == typeof(TimeSpan) => new JsonObject { ["type"] = "string", ["pattern"] = Duration },
            _ when plain == typeof(TimeOnly) => new JsonObject { ["type"] = "string", ["pattern"] = @"^\d{1,2}:\d{2}(:\d{2})?$" },
            { IsEnum: true } => new JsonObject { ["enum"] = new JsonArray([.. Enum.GetNames(plain).Select(name => JsonValue.Create(name))]) },
            { IsClass: true } => Of(plain, Activator.CreateInstance(plain)),
            _ => throw new InvalidOperationException($"There is no schema for a {plain}: add it to {nameof(ConfigurationSchema)}."),
        };
        if (value is bool or int) schema["default"] = JsonNode.Parse(value.ToString()!.ToLowerInvariant());
        else if (value is float or double) schema["default"] = JsonNode.Parse(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
        else if (value is TimeSpan or Enum or TimeOnly) schema["default"] = value.ToString();
        return schema;
    }

    static Type? Values(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>) ? type.GetGenericArguments()[1] : null;

    /// <summary>The summary of the property, or of the one that it takes it from.</summary>
    static string Description(PropertyInfo property)
    {
        var member = Document("P", $"{property.DeclaringType!.FullName}.{property.Name}") ?? throw new InvalidOperationException($"{property.DeclaringType.Name}.{property.Name} has no documentation.");
        if ((string?)member.Element("inheritdoc")?.Attribute("cref") is { } from) member = Document(from[..1], from[2..]) ?? throw new InvalidOperationException($"{from} has no documentation.");
        return Plain(member);
    }

    static XElement? Document(string kind, string name) => Documents.Value.GetValueOrDefault($"{kind}:{name}");

    static readonly Lazy<Dictionary<string, XElement>> Documents = new(() => new[] { typeof(SuRnnStreamOptions), typeof(DetectorOptions), typeof(SoundOptions) }.Select(type => type.Assembly).Distinct()
        .SelectMany(assembly => XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")).DistinctBy(member => (string)member.Attribute("name")!).ToDictionary(member => (string)member.Attribute("name")!)); // generated classes are in several

    static string Plain(XElement member)
    {
        var summary = new XElement(member.Element("summary") ?? throw new InvalidOperationException($"{member.Attribute("name")} has no summary."));
        foreach (var reference in summary.Descendants().Where(element => element.Name.LocalName is "see" or "paramref").ToArray())
            reference.ReplaceWith(((string?)reference.Attribute("langword") ?? ((string?)reference.Attribute("cref") ?? (string?)reference.Attribute("name"))?.Split('(')[0].Split('.')[^1].Split(':')[^1]) ?? "");
        return Blanks().Replace(summary.Value, " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
