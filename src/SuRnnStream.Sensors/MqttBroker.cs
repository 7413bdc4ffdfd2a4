using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>An MQTT broker and how to log in to it.</summary>
public sealed record MqttBroker
{
    /// <summary>Keys of an address's query that <see cref="Of"/> reads.</summary>
    internal static readonly string[] Keys = ["client", "ca"];

    /// <summary>Name or address of the broker's machine.</summary>
    public required string Host { get; init; }

    /// <summary>1 to 65,535; null: 1883, with TLS 8883.</summary>
    public int? Port { get; init; }

    /// <summary>The connection is encrypted, and the broker's certificate is verified.</summary>
    public bool Tls { get; init; }

    /// <summary>A PEM file with the only authorities that may have signed the broker's certificate. Null: those that the system trusts.</summary>
    public string? Authorities { get; init; }

    /// <summary>The user to log in as; null: no user.</summary>
    public string? User { get; init; }

    /// <summary>The user's password.</summary>
    public string? Password { get; init; }

    /// <summary>The client id at the broker, which no other client may have. Null: a random one.</summary>
    public string? ClientId { get; init; }

    /// <summary>The address, without user and password.</summary>
    public override string ToString() => $"{(Tls ? "mqtts" : "mqtt")}://{Host}:{EffectivePort}";

    internal int EffectivePort => Port ?? (Tls ? 8883 : 1883);

    /// <param name="address">An address of MQTT.</param>
    /// <param name="folder">Where relative paths in it begin.</param>
    internal static MqttBroker Of(SensorAddress address, string folder) => new()
    {
        Host = address.Host,
        Port = address.Port,
        Tls = address.Scheme == "mqtts",
        Authorities = address["ca"] is { Length: > 0 } file ? Path.GetFullPath(file, folder) : null,
        User = address.User,
        Password = address.Password,
        ClientId = address["client"],
    };

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal void Validate()
    {
        RequireText(Host.Length > 0, nameof(Host), Host, "the name of a machine: mqtt://HOST/TOPIC");
        RequireText(Port is null or >= 1 and <= 65_535, nameof(Port), Port, "1 to 65535");
        RequireText(Authorities is null || Tls, nameof(Authorities), Authorities, "left out where there is no TLS: mqtts://HOST/TOPIC");
        RequireText(Authorities is null || File.Exists(Authorities), nameof(Authorities), Authorities, "a file of certificates that is there");
        RequireText(ClientId is null or { Length: > 0 and <= 256 }, nameof(ClientId), ClientId, "1 to 256 characters");
    }
}
