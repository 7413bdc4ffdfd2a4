using System.Text;

namespace SuRnnStream;

/// <summary>Names of topics as MQTT 5 and 3.1.1 have them (sections 1.5.4 and 4.7 of MQTT 5).</summary>
static class MqttTopic
{
    const int MostBytes = 65_535; // the length is written in two bytes

    /// <summary>True: something can be published to it.</summary>
    public static bool IsName(string topic) =>
        topic.Length > 0 && topic.AsSpan().IndexOfAny('#', '+') < 0 && IsText(topic) && Encoding.UTF8.GetByteCount(topic) <= MostBytes;

    /// <summary>A name as one level of a topic: an underscore for what would make other levels of it, and for what brokers close a connection over.</summary>
    public static string Level(string name) =>
        string.Concat(name.EnumerateRunes().Select(rune => rune.Value is '/' or '+' or '#' || !IsAllowed(rune) ? "_" : rune.ToString()));

    static bool IsText(string text)
    {
        foreach (var rune in text.EnumerateRunes()) // a half of a surrogate pair comes as the replacement character
            if (!IsAllowed(rune)) return false;
        return true;
    }

    /// <summary>Neither a control character nor a non-character, both of which a broker may refuse by closing the connection.</summary>
    static bool IsAllowed(Rune rune) => !Rune.IsControl(rune) && rune.Value is not (>= 0xFDD0 and <= 0xFDEF) && (rune.Value & 0xFFFE) != 0xFFFE && rune != Rune.ReplacementChar;
}
