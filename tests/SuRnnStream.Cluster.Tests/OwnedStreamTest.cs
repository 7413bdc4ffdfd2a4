using System.Runtime.InteropServices;
using SuRnnStream.Cluster.Tests.Support;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Cluster.Tests;

/// <summary>What a silo does with blocks that come twice, late, early or in part, and with detections that nobody has taken.</summary>
public sealed class OwnedStreamTest : IAsyncLifetime
{
    readonly ClusterModel _model = new("commands", Repository.File("models", "commands.surnn"), new PoolOptions { Workers = 1, Overflow = OverflowPolicy.Wait });

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _model.DisposeAsync();

    [Fact]
    public async Task Take_OfWhatCameBefore_ChangesNothing()
    {
        var (stream, sound) = (New(), Speech.From(0, 1));
        Assert.Equal(1_600, await TakeAsync(stream, 0, sound.AsMemory(0, 1_600)));
        Assert.Equal(1_600, await TakeAsync(stream, 0, sound.AsMemory(0, 1_600)));
        Assert.Equal(1_600, await TakeAsync(stream, 300, sound.AsMemory(300, 500)));
        Assert.Equal(2_400, await TakeAsync(stream, 800, sound.AsMemory(800, 1_600))); // half of it is new
        Assert.Equal(1_600 + 800, (await stream.SnapshotAsync(Guid.Empty, default, drained: true)).Processed);
    }

    [Fact]
    public async Task Take_OfWhatComesTooEarly_AsksForWhatIsMissing_UnlessThereIsNothing()
    {
        var stream = New();
        Assert.Equal(0, await TakeAsync(stream, 1_600, new float[1_600]));
        Assert.Equal(3_200, await TakeAsync(stream, 1_600, new float[1_600], gap: true));
        var record = await stream.SnapshotAsync(Guid.Empty, default, drained: true);
        Assert.Equal((3_200, 1_600), (record.Position, record.Processed));
    }

    [Fact]
    public async Task Take_OfMoreThanThereIsRoomFor_TakesTheFirstPart()
    {
        var next = await TakeAsync(New(), 0, new float[16_000]);
        Assert.InRange(next, 1, 15_999);
    }

    [Fact]
    public async Task Detections_StayUntilTheirCursorComes_AlsoWhereRepliesAreLost()
    {
        var (stream, sound) = (New(), Speech.From(0, 30));
        await WriteAsync(stream, sound);
        var expected = Speech.Expected("hall", sound, ends: false);
        var all = stream.Answer(0).Detections!;
        Assert.Equal(expected, all.Select(one => one.ToDetection("hall")));
        Assert.Equal(all, stream.Answer(0).Detections); // the reply was lost
        await TakeAsync(stream, sound.Length, ReadOnlyMemory<float>.Empty, heard: all[1].Cursor);
        Assert.Equal(all.Skip(2), stream.Answer(all[1].Cursor).Detections);
        var record = await stream.SnapshotAsync(Guid.Empty, default, drained: true);
        Assert.Equal((all[1].Cursor, all[^1].Cursor, all.Length), (record.Heard, record.Cursor, record.Detections));
        Assert.Equal(all.Skip(2), record.Outbox);
    }

    [Fact]
    public async Task Cursors_AreTheSameAgain_WhereverTheStreamGoesOn()
    {
        var (stream, sound, random) = (New(), Speech.From(0, 30), new Random(2));
        var (seen, at) = (new List<ClusterDetection>(), 0L);
        while (at < sound.Length)
        {
            for (var i = random.Next(1, 8); i > 0 && at < sound.Length; i--) at = await TakeAsync(stream, at, sound.AsMemory((int)at, Math.Min(1_600, sound.Length - (int)at)), heard: random.Next(2) * (seen is [.., var last] ? last.Cursor : 0));
            var record = await stream.SnapshotAsync(Guid.Empty, default);
            seen.AddRange(stream.Answer(seen is [.., var newest] ? newest.Cursor : 0).Detections ?? []);
            stream.Dispose(); // what came after the snapshot is made again
            stream = new OwnedStream("hall", _model, record, record.Position, 100);
            at = record.Position;
        }
        seen.AddRange((await stream.FinishAsync(Guid.Empty, default)).Outbox.Where(one => one.Cursor > seen[^1].Cursor));
        Assert.Equal(Speech.Expected("hall", sound), seen.Select(one => one.ToDetection("hall")));
    }

    /// <summary>Where labels are released, where samples are missing and how many frames agree is the same again, with the same cursors, wherever the stream goes on.</summary>
    [Fact]
    public async Task Marks_AreTheSameAgain_WhereverTheStreamGoesOn()
    {
        var (sound, random, settings) = (Speech.From(0, 30), new Random(3), Speech.Settings with { Marks = true, AgreesFrom = 0.6f });
        async Task<List<ClusterDetection>> HearAsync(bool moves)
        {
            var stream = new OwnedStream("hall", _model, new StreamRecord { Settings = settings }, 0, 1_000);
            var (seen, at) = (new List<ClusterDetection>(), 0L);
            while (at < sound.Length)
            {
                for (var i = random.Next(1, 8); i > 0 && at < sound.Length; i--)
                {
                    if (at == 160_000) at = 168_000; // what is between was never sent
                    at = await TakeAsync(stream, at, sound.AsMemory((int)at, Math.Min(1_600, (at < 160_000 ? 160_000 : sound.Length) - (int)at)), gap: true);
                }
                if (!moves) continue;
                var record = await stream.SnapshotAsync(Guid.Empty, default);
                seen.AddRange(stream.Answer(seen is [.., var newest] ? newest.Cursor : 0).Detections ?? []);
                stream.Dispose(); // what came after the snapshot is made again
                stream = new OwnedStream("hall", _model, record, record.Position, 1_000);
                at = record.Position;
            }
            seen.AddRange((await stream.FinishAsync(Guid.Empty, default)).Outbox.Where(one => seen.Count == 0 || one.Cursor > seen[^1].Cursor));
            return seen;
        }
        var once = await HearAsync(moves: false);
        Assert.Equal(once, await HearAsync(moves: true));
        Assert.Equal(1, once.Count(one => one is { EndedBy: EventEnd.Gap, Label: "", Time.TotalSeconds: 10 }));
        var labels = once.Where(one => one.EndedBy == EventEnd.Released).Select(one => one.Label).ToArray();
        Assert.NotEmpty(labels);
        Assert.All(once.Where(one => one.Phase == EventPhase.Whole), one => Assert.True(one.Agreeing >= 0));
        Assert.Contains(once, one => one.Agreeing > 0);
    }

    [Fact]
    public async Task AStream_WhoseDetectionsNobodyTakes_TakesNoMoreSamples()
    {
        var (stream, sound) = (New(capacity: 1), Speech.From(0, 30));
        var at = await WriteAsync(stream, sound, most: 1_000);
        Assert.True(at < sound.Length);
        var one = Assert.Single(stream.Answer(0).Detections!);
        await TakeAsync(stream, at, ReadOnlyMemory<float>.Empty, heard: one.Cursor);
        Assert.True(await TakeAsync(stream, at, sound.AsMemory((int)at, 1_600), heard: one.Cursor) > at);
    }

    [Fact]
    public async Task AClosedStream_IsNotHere()
    {
        var stream = New();
        stream.Close();
        stream.Take(new StreamBlock(stream.Ticket, 0, false, new byte[3_200], 0), new PoolWriter(), new Countdown());
        Assert.False(stream.Answer(0).Here);
        Assert.Equal(0, (await stream.SnapshotAsync(Guid.Empty, default, drained: true)).Position);
    }

    [Fact]
    public async Task ATicket_IsOfOneStayOfAStream()
    {
        var options = new StreamClusterOptions { Workers = 1 };
        options.Models["commands"] = Repository.File("models", "commands.surnn");
        await using var streams = new SiloStreams(options, AppContext.BaseDirectory);
        var record = new StreamRecord { Settings = Speech.Settings };
        var first = streams.Add("hall", record, 0);
        Assert.Same(first, streams.Find(first.Ticket));
        streams.Remove(first);
        var second = streams.Add("hall", record, 0);
        Assert.Null(streams.Find(first.Ticket)); // a block that was on its way to the first is not the second's
        Assert.Same(second, streams.Find(second.Ticket));
    }

    [Fact]
    public void AState_OfAnotherProcessorsArithmetic_IsSaid_WhereWeightsAreFloats()
    {
        Assert.True(_model.SameBits("another"));
        using var model = new ClusterModelOf("commands-float32");
        Assert.Equal((true, false), (model.Model.SameBits(ClusterModel.Kernel), model.Model.SameBits("another")));
    }

    sealed class ClusterModelOf(string name) : IDisposable
    {
        public ClusterModel Model { get; } = new(name, Repository.File("models", $"{name}.surnn"), new PoolOptions { Workers = 1 });

        public void Dispose() => Model.DisposeAsync().AsTask().Wait();
    }

    OwnedStream New(int capacity = 100) => new("hall", _model, new StreamRecord { Settings = Speech.Settings }, 0, capacity);

    /// <returns>Place of the next sample that it needs.</returns>
    static async Task<long> WriteAsync(OwnedStream stream, float[] sound, int most = int.MaxValue)
    {
        var at = 0L;
        for (var i = 0; i < most && at < sound.Length; i++) at = await TakeAsync(stream, at, sound.AsMemory((int)at, Math.Min(1_600, sound.Length - (int)at)));
        return at;
    }

    static async Task<long> TakeAsync(OwnedStream stream, long position, ReadOnlyMemory<float> samples, bool gap = false, long heard = 0)
    {
        var (shorts, waiter, writer) = (samples.ToArray().Select(sample => (short)(sample * 32_768)).ToArray(), new Countdown(), new PoolWriter());
        stream.Take(new StreamBlock(stream.Ticket, position, gap, MemoryMarshal.AsBytes<short>(shorts).ToArray(), heard), writer, waiter);
        writer.Flush();
        await waiter.WaitAsync(TimeSpan.FromMinutes(5));
        return stream.Answer(heard).Next;
    }
}
