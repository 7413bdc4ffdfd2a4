using System.Text;
using System.Text.Json;
using SuRnnStream.Evaluation;

namespace SuRnnStream.Cli;

/// <summary>What the commands write as JSON has in common.</summary>
static class Json
{
    public static string Line(Action<Utf8JsonWriter> members) => Encoding.UTF8.GetString(JsonLine.Of(members));

    public static void Object(this Utf8JsonWriter json, string name, Action members)
    {
        json.WriteStartObject(name);
        members();
        json.WriteEndObject();
    }

    public static void Array<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items) write(item);
        json.WriteEndArray();
    }

    /// <summary>What was measured on.</summary>
    public static void Machine(this Utf8JsonWriter json, Machine machine) => json.Object("machine", () =>
    {
        json.WriteString("cpu", machine.Cpu);
        json.WriteNumber("cores", machine.Cores);
        json.WriteString("dotnet", machine.DotNet);
        json.WriteString("kernel", machine.Kernel);
    });

    /// <summary>The cost of a stream, under the names that every summary uses.</summary>
    public static void Cost(this Utf8JsonWriter json, ComputeStats stats)
    {
        json.WriteNumber("macs", stats.MultiplyAdds);
        json.WriteNumber("macsDense", stats.MultiplyAddsDense);
        json.WriteNumber("weightBytes", stats.WeightBytes);
        json.WriteNumber("weightBytesDense", stats.WeightBytesDense);
        json.WriteNumber("frontEndSeconds", stats.FrontEndTime.TotalSeconds);
        json.WriteNumber("networkSeconds", stats.NetworkTime.TotalSeconds);
        json.WriteNumber("realTimeFactor", stats.RealTimeFactor);
        if (stats.Candidates == 0) return;
        json.WriteNumber("candidates", stats.Candidates);
        json.WriteNumber("accepted", stats.Accepted);
        json.WriteNumber("verifierMacs", stats.VerifierMultiplyAdds);
        json.WriteNumber("verifierSeconds", stats.VerifierTime.TotalSeconds);
    }
}
