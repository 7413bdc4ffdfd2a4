using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using System.Text.Json;
using SuRnnStream.Server;

namespace SuRnnStream.Web;

/// <summary>What surnn.js calls. Models and sessions are named by the caller; everything happens before a call returns.</summary>
[SupportedOSPlatform("browser")]
static partial class Exports
{
    static readonly Dictionary<string, SuRnnModel> Models = [];
    static readonly Dictionary<int, LocalSession> Sessions = [];

    /// <summary>Reads a model and keeps it under a name; an earlier one of that name is replaced.</summary>
    /// <returns>Its description in JSON, as the server's <c>/models</c> gives it.</returns>
    /// <exception cref="InvalidModelException">The bytes are no model, or a damaged one.</exception>
    /// <exception cref="ArgumentException">The model is none for a detector.</exception>
    [JSExport]
    internal static string Load(string name, byte[] file)
    {
        var model = ModelFile.Load(new MemoryStream(file, writable: false), name);
        _ = new StreamingDetector(model); // throws where it is none for streams
        Models[name] = model;
        return JsonSerializer.Serialize(ModelInfo.Of(name, model, keepsNearMisses: false), ProtocolJson.Default.ModelInfo);
    }

    [JSExport]
    internal static void Unload(string name) => Models.Remove(name);

    /// <summary>A session that waits for its hello.</summary>
    /// <param name="session">A number that no open session has.</param>
    /// <param name="frames">False: it is sent no frames.</param>
    [JSExport]
    internal static void Open(int session, bool frames) => Sessions.Add(session, new LocalSession(Models, text => Text(session, text), frames ? message => Frames(session, message.Span) : null));

    /// <summary>A text message of the client: the hello, or the end.</summary>
    [JSExport]
    internal static void HearText(int session, string text) => Do(session, one => one.HearText(text));

    /// <summary>A binary message of the client: samples.</summary>
    [JSExport]
    internal static void HearSamples(int session, byte[] message) => Do(session, one => one.HearSamples(message));

    [JSExport]
    internal static void Close(int session) => Sessions.Remove(session);

    static void Do(int session, Action<LocalSession> what)
    {
        if (!Sessions.TryGetValue(session, out var one)) return; // it has been closed
        try
        {
            what(one);
            if (!one.Ended) return;
            Closed(session, CloseCode.Done, "");
        }
        catch (ProtocolException end)
        {
            Closed(session, end.Code, end.Message);
        }
        Sessions.Remove(session);
    }

    [JSImport("text", "surnn")]
    static partial void Text(int session, string json);

    [JSImport("frames", "surnn")]
    static partial void Frames(int session, [JSMarshalAs<JSType.MemoryView>] Span<byte> message);

    [JSImport("closed", "surnn")]
    static partial void Closed(int session, int code, string reason);
}
