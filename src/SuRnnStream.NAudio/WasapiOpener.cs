using System.Runtime.Versioning;

namespace SuRnnStream;

/// <summary>Opens <c>microphone:NAME</c> and <c>loopback:NAME</c> by WASAPI.</summary>
[SupportedOSPlatform("windows")]
sealed class WasapiOpener : ISourceOpener
{
    const string Microphone = "microphone:", Loopback = "loopback:";

    public string Addresses => "microphone:NAME, loopback:NAME";

    public bool Opens(string address) => PrefixOf(address) is not null;

    public ISampleSource Open(SourceRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Sensor is { } sensor) throw new ArgumentException($"{request}: the model detects events of sensors ({string.Join(", ", sensor.Channels)}): name a source of sensors.");
        return WasapiMicrophone.Open(OptionsOf(request));
    }

    internal static WasapiOptions OptionsOf(SourceRequest request)
    {
        var prefix = PrefixOf(request.Address) ?? throw new ArgumentException($"{request}: the address begins with {Microphone} or {Loopback}");
        var name = request.Address[prefix.Length..];
        return new() { Device = name.Length == 0 ? "default" : name, Loopback = prefix == Loopback, Channel = request.Channel };
    }

    static string? PrefixOf(string address) => new[] { Microphone, Loopback }.FirstOrDefault(prefix => address.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
