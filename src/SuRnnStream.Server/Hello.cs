using System.Text.Json;

namespace SuRnnStream.Server;

/// <summary>What a client says first: how it is going to send, and who is to listen.</summary>
/// <param name="Model">Null: the server's default.</param>
/// <param name="Rate">Samples per second that it will send, of each channel.</param>
/// <param name="Format">How they are written.</param>
sealed record Hello(string? Model, double Rate, SampleEncoding Format)
{
    public const int Version = 1, LowestRate = 4_000, HighestRate = 192_000;

    /// <exception cref="ProtocolException">It is no JSON, or no hello.</exception>
    public static Hello Parse(ReadOnlyMemory<byte> text)
    {
        using var json = ClientJson.Parse(text, "the first message");
        var root = json.RootElement;
        if (ClientJson.TypeOf(root) != "hello") throw new ProtocolException(CloseCode.OutOfTurn, "The first message must be a JSON object with \"type\": \"hello\".");
        if (ClientJson.Number(root, "version") is not Version) throw new ProtocolException(CloseCode.BadHello, $"The hello needs \"version\": {Version}.");
        var (rate, format) = SoundOf(root, "hello");
        return new Hello(ClientJson.Text(root, "model"), rate, format);
    }

    /// <summary>Rate and format of the samples that follow a message.</summary>
    /// <exception cref="ProtocolException">One of them is missing or none.</exception>
    public static (double Rate, SampleEncoding Format) SoundOf(JsonElement root, string what)
    {
        if (ClientJson.Number(root, "rate") is not (> 0 and var rate)) throw BadRate(what);
        return (rate, ClientJson.Text(root, "format") switch
        {
            "s16" => SampleEncoding.S16,
            "f32" => SampleEncoding.F32,
            _ => throw new ProtocolException(CloseCode.BadHello, $"The {what} needs a \"format\": \"s16\" or \"f32\"."),
        });
    }

    /// <summary>Sound is resampled; sensors come with the model's channels, at its rate.</summary>
    /// <exception cref="ProtocolException">They do not.</exception>
    public void RequireFor(ModelInfo model)
    {
        if (model.Channels is null)
        {
            if (Rate is < LowestRate or > HighestRate || Rate != Math.Floor(Rate)) throw BadRate("hello");
        }
        else if (Rate != model.Rate || Format != SampleEncoding.F32)
            throw new ProtocolException(CloseCode.BadHello, FormattableString.Invariant($"The model {model.Name} takes sensors: the hello needs \"rate\": {model.Rate} and \"format\": \"f32\"."));
    }

    static ProtocolException BadRate(string what) => new(CloseCode.BadHello, $"The {what} needs a whole \"rate\" of {LowestRate} to {HighestRate}.");

    /// <summary>The client has sent all its sound; there is nothing else that it could say after the hello.</summary>
    /// <exception cref="ProtocolException">It says something else.</exception>
    public static void RequireEnd(ReadOnlyMemory<byte> text)
    {
        using var json = ClientJson.Parse(text, "a text message");
        if (ClientJson.TypeOf(json.RootElement) != "end")
            throw new ProtocolException(CloseCode.OutOfTurn, "After the hello a text message can only be {\"type\": \"end\"}.");
    }
}
