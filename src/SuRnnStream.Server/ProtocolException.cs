using System.Net.WebSockets;
using System.Text;

namespace SuRnnStream.Server;

/// <summary>Why a session ends. PROTOCOL.md lists what brings which.</summary>
static class CloseCode
{
    public const WebSocketCloseStatus Done = WebSocketCloseStatus.NormalClosure;
    public const WebSocketCloseStatus Stopping = WebSocketCloseStatus.EndpointUnavailable;
    public const WebSocketCloseStatus OutOfTurn = WebSocketCloseStatus.ProtocolError;
    public const WebSocketCloseStatus Malformed = WebSocketCloseStatus.InvalidPayloadData;
    public const WebSocketCloseStatus TooLate = WebSocketCloseStatus.PolicyViolation;
    public const WebSocketCloseStatus TooBig = WebSocketCloseStatus.MessageTooBig;
    public const WebSocketCloseStatus Failed = WebSocketCloseStatus.InternalServerError;
    public const WebSocketCloseStatus Full = (WebSocketCloseStatus)1013;
    public const WebSocketCloseStatus BadHello = (WebSocketCloseStatus)4000;
    public const WebSocketCloseStatus UnknownModel = (WebSocketCloseStatus)4001;
    public const WebSocketCloseStatus BadCounter = (WebSocketCloseStatus)4002;
}

/// <summary>The session ends here, for a reason that the client is told.</summary>
sealed class ProtocolException(WebSocketCloseStatus code, string reason) : Exception(OneLine(reason))
{
    const int LongestReason = 123; // bytes that a close frame has room for

    public WebSocketCloseStatus Code => code;

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
