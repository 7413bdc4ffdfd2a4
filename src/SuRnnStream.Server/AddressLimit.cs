using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace SuRnnStream.Server;

/// <summary>How many of something one network address may have at a time, so that one cannot take everybody's places.</summary>
/// <param name="most">Of each address.</param>
sealed class AddressLimit(int most) : IAsyncDisposable
{
    const int Subscriber = 8; // bytes of an IPv6 address that are one network's: it has 2^64 addresses of its own

    readonly PartitionedRateLimiter<IPAddress> _limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address =>
        RateLimitPartition.GetConcurrencyLimiter(address, _ => new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 }));

    public int Most => most;

    /// <summary>A place for one more, which is given back with the lease; one that is not acquired says that there is none.</summary>
    /// <param name="address">Null: an address that is not of the internet, such as a socket of this machine's files.</param>
    public RateLimitLease Enter(IPAddress? address) => _limiter.AttemptAcquire(NetworkOf(address ?? IPAddress.Loopback));

    static IPAddress NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(Subscriber).Clear();
        return new IPAddress(bytes);
    }

    public ValueTask DisposeAsync() => _limiter.DisposeAsync();
}
