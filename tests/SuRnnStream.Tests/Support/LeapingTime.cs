using Microsoft.Extensions.Time.Testing;

namespace SuRnnStream.Tests.Support;

/// <summary>Virtual time whose wall clock can be set, forward and back, while the monotonic clock goes on as ever.</summary>
sealed class LeapingTime : FakeTimeProvider
{
    TimeSpan _leap;

    public LeapingTime() : base(new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero)) { }

    public void Leap(TimeSpan by) => _leap += by;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _leap;
}
