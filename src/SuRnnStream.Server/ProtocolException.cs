using System.Text;

namespace SuRnnStream.Server;

/// <summary>Why a session ends, as WebSocket close codes. PROTOCOL.md lists the causes of each. Plain numbers, so that the page without a server needs no WebSockets.</summary>
static class CloseCode
{
    public const int Done = 1000;
    public const int Stopping = 1001;
    public const int OutOfTurn = 1002;
    public const int Malformed = 1007;
    public const int TooLate = 1008;
    public const int TooBig = 1009;
    public const int Failed = 1011;
    public const int Full = 1013;
    public const int BadHello = 4000;
    public const int UnknownModel = 4001;
    public const int BadCounter = 4002;
}

/// <summary>The session ends here, for a reason that the client is told.</summary>
sealed class ProtocolException(int code, string reason) : Exception(OneLine(reason))
{
    const int LongestReason = 123; // bytes that a close frame has room for

    public int Code => code;

    /// <summary>Reasons quote what clients sent, which may be anything of any length.</summary>
    static string OneLine(string reason)
    {
        var line = string.Concat(reason.EnumerateRunes().Select(rune => Rune.IsControl(rune) ? "?" : rune.ToString()));
        if (Encoding.UTF8.GetByteCount(line) <= LongestReason) return line;
        var runes = line.EnumerateRunes().ToList();
        while (runes.Sum(rune => rune.Utf8SequenceLength) > LongestReason - 3) runes.RemoveAt(runes.Count - 1);
        return string.Concat(runes) + "...";
    }
}
