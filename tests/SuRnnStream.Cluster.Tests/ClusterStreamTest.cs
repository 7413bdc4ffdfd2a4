using SuRnnStream.Cluster.Tests.Support;
using Xunit;

namespace SuRnnStream.Cluster.Tests;

/// <summary>Where a live stream begins that the cluster knows already.</summary>
public sealed class ClusterStreamTest
{
    static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    static ClusterStream Opened(long next, bool live = true)
    {
        var stream = new ClusterStream("hall", Speech.Settings, new ClusterStreamOptions { Live = live }, TimeSpan.FromSeconds(30));
        stream.Write(new float[800]);
        stream.Opened(new StreamOpening { Silo = "a", Next = next, LastSeen = Now - TimeSpan.FromSeconds(2), SamplesPerSecond = 16_000 }, Now);
        return stream;
    }

    [Fact]
    public void ALiveStream_FollowsOnWhatAnotherProducerHasSent_AfterTheTimeBetween() => Assert.Equal((100_000 + 32_000, 132_800), (Opened(100_000).Origin, Opened(100_000).Written));

    /// <summary>Its first opening was not answered in time, and it was saved and moved before the next one: nobody has ever sent anything.</summary>
    [Fact]
    public void ALiveStream_ThatHasMovedBeforeItsFirstSample_LosesNothing() => Assert.Equal((0, 800), (Opened(0).Origin, Opened(0).Written));

    [Fact]
    public void ARecording_IsCountedFromItsBeginning() => Assert.Equal((0, 800), (Opened(100, live: false).Origin, Opened(100, live: false).Written));

    [Fact]
    public async Task Samples_AreTakenAsFarAsThereIsRoom_AndRoomComesWithWhatIsSaved()
    {
        var stream = new ClusterStream("hall", Speech.Settings, new ClusterStreamOptions { Live = false }, TimeSpan.FromSeconds(1));
        stream.Opened(new StreamOpening { Silo = "a" }, Now);
        Assert.Equal((10_000, 6_000, 0), (stream.TryWrite(new float[10_000]), stream.TryWrite(new float[10_000]), stream.TryWrite(new float[1])));
        var room = stream.RoomAsync(TestContext.Current.CancellationToken);
        Assert.False(room.IsCompleted);
        stream.Answered(default, new BlockAnswer(true, 16_000, 10_000, null), 0);
        await room.WaitAsync(TestSilos.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(10_000, stream.TryWrite(new float[20_000]));
        _ = stream.Complete();
        Assert.Equal(0, stream.TryWrite(new float[1]));
    }
}
