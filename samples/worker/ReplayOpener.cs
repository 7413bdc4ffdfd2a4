using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace SuRnnStream.Worker;

/// <summary>
/// A recording at the pace of its sound, or at N times that, to try a service without a device: <c>replay:FILE?speed=N&amp;loop=true</c>. Where the
/// source's <c>Live</c> is true it is like a device: what comes too fast for a detector is dropped, and at its end it is opened again.
/// </summary>
/// <param name="folder">Where relative paths begin.</param>
sealed class ReplayOpener(string folder) : ISourceOpener
{
    const string Prefix = "replay:";

    public string Addresses => "replay:FILE?speed=N&loop=true";

    public bool Opens(string address) => address.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    public ISampleSource Open(SourceRequest request)
    {
        var parts = request.Address[Prefix.Length..].Split('?', 2);
        var (path, speed, loop) = (Path.GetFullPath(parts[0], folder), 1.0, false);
        foreach (var option in new QueryStringEnumerable(parts.ElementAtOrDefault(1)))
        {
            var (name, value) = (option.DecodeName().ToString(), option.DecodeValue().ToString());
            var known = name switch
            {
                "speed" => double.TryParse(value, CultureInfo.InvariantCulture, out speed) && speed is >= 0.001 and <= 1e6,
                "loop" => bool.TryParse(value, out loop),
                _ => false,
            };
            if (!known) throw new ArgumentException($"{request.Address}: {name}={value} means nothing here: there are speed=N, from 0.001 to 1000000, and loop=true.");
        }
        ISampleSource Recording() => request.Sensor is { } sensor ? SensorFile.Open(path, sensor) : AudioFile.Open(path);
        return new PacedSource(loop ? new LoopedSource(Recording) : Recording(), speed, request.Time);
    }
}
