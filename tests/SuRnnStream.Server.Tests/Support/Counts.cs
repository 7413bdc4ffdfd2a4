using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace SuRnnStream.Server.Tests.Support;

/// <summary>Sums what one server's meter counts, as a monitor would.</summary>
sealed class Counts : IDisposable
{
    readonly MeterListener _listener = new();
    readonly List<(string Name, Dictionary<string, object?> Tags, long Value)> _measured = [];

    public void Listen(TestServer server)
    {
        var meter = server.App.Services.GetRequiredService<IMeterFactory>().Create(ServerMetrics.MeterName); // the same one again
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meter) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        _listener.Start();
    }

    void Add(string name, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_measured) _measured.Add((name, new Dictionary<string, object?>([.. tags]), value));
    }

    public long this[string name]
    {
        get
        {
            lock (_measured) return _measured.Where(one => one.Name == name).Sum(one => one.Value);
        }
    }

    public long this[string name, string tag, object value]
    {
        get
        {
            lock (_measured) return _measured.Where(one => one.Name == name && value.Equals(one.Tags.GetValueOrDefault(tag))).Sum(one => one.Value);
        }
    }

    public void Dispose() => _listener.Dispose();
}
