using System.Text;
using Xunit;

namespace SuRnnStream.Server.Tests;

public class OutboxTest
{
    readonly List<int> _dropped = [];

    static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static async Task<List<string>> DrainAsync(Outbox outbox)
    {
        var all = new List<string>();
        while (await outbox.TakeAsync() is { } message) all.Add(Encoding.UTF8.GetString(message.Bytes.Span));
        return all;
    }

    [Fact]
    public async Task Frames_BeyondTheQueue_DropTheOldest_AndDetectionsStay()
    {
        var outbox = new Outbox(2, _dropped.Add);
        outbox.PutFrames(Bytes("a"), 5);
        outbox.PutFrames(Bytes("b"), 4);
        for (var i = 0; i < 3; i++) outbox.Put(Bytes($"word {i}"));
        outbox.PutFrames(Bytes("c"), 5);
        outbox.Complete(Bytes("end"));
        outbox.Put(Bytes("too late"));
        Assert.Equal(["word 0", "word 1", "word 2", "b", "c", "end"], await DrainAsync(outbox));
        Assert.Equal([5], _dropped);
        Assert.Equal(5, outbox.FramesDropped);
    }

    [Fact]
    public async Task Complete_WithoutALastMessage_ForgetsFramesOnly()
    {
        var outbox = new Outbox(9, _dropped.Add);
        outbox.PutFrames(Bytes("a"), 5);
        outbox.Put(Bytes("word"));
        outbox.Complete();
        Assert.Equal(["word"], await DrainAsync(outbox));
    }

    [Fact]
    public async Task Take_WaitsForWhatIsPut()
    {
        var outbox = new Outbox(9, _dropped.Add);
        var first = outbox.TakeAsync().AsTask();
        Assert.False(first.IsCompleted);
        outbox.PutFrames(Bytes("a"), 5);
        Assert.Equal("a", Encoding.UTF8.GetString((await first)!.Value.Bytes.Span));
        var end = outbox.TakeAsync().AsTask();
        outbox.Complete();
        Assert.Null(await end);
    }

    [Fact]
    public async Task Put_WithoutEnd_IsRefusedOnce_AndNothingWaitsAnyMore()
    {
        var outbox = new Outbox(9, _dropped.Add);
        outbox.PutFrames(Bytes("a"), 5);
        var taken = Enumerable.Range(0, 2_000).Select(_ => outbox.Put(Bytes("word"))).ToList();
        Assert.Equal(Outbox.MostUrgent, taken.IndexOf(false));
        Assert.Single(taken, one => !one);
        Assert.Empty(await DrainAsync(outbox));
    }
}
