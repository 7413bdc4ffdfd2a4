using System.Net;
using Microsoft.Extensions.Time.Testing;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Cluster.Tests;

public sealed class StreamPlacementTest
{
    static readonly SiloAddress[] Silos = [.. Enumerable.Range(1, 3).Select(i => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, i), 1))];

    [Fact]
    public async Task Streams_GoWhereTheFewestAre_AndNoneToASiloThatDoesNotAnswer()
    {
        var (time, asked, counts) = (new FakeTimeProvider(), 0, new Dictionary<SiloAddress, int> { [Silos[0]] = 40, [Silos[1]] = 10 });
        var director = new StreamPlacementDirector(silo =>
        {
            Interlocked.Increment(ref asked);
            return counts.TryGetValue(silo, out var count) ? Task.FromResult(count) : Task.FromException<int>(new TimeoutException());
        }, time);
        director.Place([.. Silos]); // asks
        await Wait.Until(() => asked == 3);
        await Wait.Until(() => director.Known(Silos[2]) > 1_000_000 && director.Known(Silos[1]) == 10 && director.Known(Silos[0]) == 40);
        Assert.All(Enumerable.Range(0, 10), _ => Assert.Equal(Silos[1], director.Place([.. Silos]))); // up to as many as the first has
        var next = Enumerable.Range(0, 20).Select(_ => director.Place([.. Silos])).ToArray();
        Assert.Equal((10, 10), (next.Count(silo => silo.Equals(Silos[0])), next.Count(silo => silo.Equals(Silos[1]))));
        Assert.Equal(3, asked);
        counts[Silos[2]] = 0; // it answers again
        time.Advance(TimeSpan.FromSeconds(1));
        director.Place([.. Silos]);
        await Wait.Until(() => director.Known(Silos[2]) < 1_000_000);
        Assert.Equal(Silos[2], director.Place([.. Silos]));
    }
}
