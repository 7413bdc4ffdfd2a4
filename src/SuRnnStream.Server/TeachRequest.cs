using System.Text.Json;

namespace SuRnnStream.Server;

/// <summary>A text message of a client that teaches, with what its type says.</summary>
/// <param name="Type">hello, record, stop, threshold, enrol or model.</param>
/// <param name="Kind">Of a record: takes, try, check, take, talk or room.</param>
/// <param name="Name">Of a record: what messages call the sound.</param>
/// <param name="Rate">Of a record: its samples per second.</param>
/// <param name="Format">Of a record: how they are written.</param>
/// <param name="Word">Of enrol.</param>
/// <param name="OnlyMe">Of enrol: only voices like that of the takes are accepted.</param>
/// <param name="FalseAlarmsPerHour">Of enrol: the budget.</param>
/// <param name="Threshold">Of threshold, model and a record that tries.</param>
sealed record TeachRequest(string Type, string Kind, string Name, double Rate, SampleEncoding Format, string Word, bool OnlyMe, double FalseAlarmsPerHour, float Threshold)
{
    public const int MostCharacters = 60;
    static readonly string[] Kinds = ["takes", "try", "check", "take", "talk", "room"];

    /// <exception cref="ProtocolException">It is no JSON, or nothing that can be asked here.</exception>
    public static TeachRequest Parse(ReadOnlyMemory<byte> text)
    {
        using var json = ClientJson.Parse(text, "a text message");
        var root = json.RootElement;
        var type = ClientJson.TypeOf(root) ?? "";
        var request = new TeachRequest(
            type, ClientJson.Text(root, "kind") ?? "", PlainText.Cut(ClientJson.Text(root, "name") ?? "a sound", MostCharacters), 0, SampleEncoding.S16, ClientJson.Text(root, "word")?.Trim() ?? "",
            ClientJson.Flag(root, "onlyMe"), ClientJson.Number(root, "falseAlarmsPerHour") ?? 0.5, (float)(ClientJson.Number(root, "threshold") ?? 0.5));
        return type switch
        {
            "hello" when ClientJson.Number(root, "version") is not Hello.Version => throw new ProtocolException(CloseCode.BadHello, $"The hello needs \"version\": {Hello.Version}."),
            "record" => request.WithSound(root),
            "hello" or "stop" or "threshold" or "enrol" or "model" => request,
            _ => throw new ProtocolException(CloseCode.OutOfTurn, "A text message must be a JSON object with a \"type\": hello, record, stop, threshold, enrol or model."),
        };
    }

    TeachRequest WithSound(JsonElement root)
    {
        if (!Kinds.Contains(Kind)) throw new ProtocolException(CloseCode.OutOfTurn, $"The record needs a \"kind\": {string.Join(", ", Kinds)}.");
        var (rate, format) = Hello.SoundOf(root, "record");
        return this with { Rate = rate, Format = format };
    }

    /// <summary>What is wrong with the word, for people; null: nothing.</summary>
    public string? WordFault =>
        Word.Length == 0 ? "Say first which word it is."
        : Word.Length > MostCharacters || Word.Any(char.IsControl) ? $"A word has at most {MostCharacters} characters, and no control characters."
        : null;
}
