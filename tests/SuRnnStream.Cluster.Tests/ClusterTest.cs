using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Serialization;
using SuRnnStream.Cluster.Tests.Support;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Cluster.Tests;

/// <summary>Streams on three silos: whatever happens to the silos and the store, every stream's detections are those of one detector.</summary>
public sealed class ClusterTest
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Streams_OnThreeSilos_DetectWhatOneDetectorEachDoes()
    {
        await using var cluster = await TestSilos.StartAsync(3);
        var run = new Run(cluster, streams: 24, seconds: 6);
        await run.WriteAsync();
        var ends = await run.EndAsync();
        run.AssertExact();
        Assert.All(ends, end => Assert.Equal((run.Length, run.Length, 0, true), (end.Position, end.Processed, end.Lost, end.Ended)));
        Assert.True(ends.Select(end => end.Silo).Distinct().Count() > 1, "All streams went to one silo.");
        Assert.Empty(cluster.Disk.Rows); // an ended stream leaves nothing
    }

    [Fact]
    public async Task Streams_OpenedTogether_AreSpreadByHowManyASiloHas()
    {
        await using var cluster = await TestSilos.StartAsync(3, producer: new ProducerOptions { Interval = TimeSpan.FromMilliseconds(5), OpenAtATime = 8 });
        var streams = Enumerable.Range(0, 90).Select(i => cluster.Producer.Add($"hall {i}", Speech.Settings)).ToArray();
        await Wait.Until(() => streams.All(stream => stream.Silo is not null), seconds: TestSilos.Patience.TotalSeconds);
        var counts = streams.GroupBy(stream => stream.Silo).Select(group => group.Count()).Order().ToArray();
        Assert.True(counts is [>= 15, _, <= 45], string.Join(", ", counts)); // by chance alone one of 3,000 runs would miss this
    }

    [Fact]
    public async Task Streams_ThatAreMovedAllTheTime_DetectTheSame_AndNothingIsSentAgain()
    {
        await using var cluster = await TestSilos.StartAsync(3);
        var (run, random, moves) = (new Run(cluster, streams: 12, seconds: 8), new Random(5), 0);
        var silos = cluster.Silos.Silos.Select(silo => silo.SiloAddress.ToParsableString()).ToArray();
        await run.WriteAsync(async piece =>
        {
            if (piece % 4 != 0) return;
            await run.ProcessedAsync(piece - 1); // somewhere in the middle, and with something on its way
            await cluster.Stream(run.Name(random.Next(12))).MoveAsync(silos[random.Next(3)]);
            moves++;
        });
        await run.EndAsync();
        run.AssertExact();
        Assert.True(moves >= 20, $"{moves} moves");
        Assert.Equal(0, run.Streams.Sum(stream => stream.SentAgain));
    }

    [Fact]
    public async Task Streams_WhoseSiloIsKilled_GoOnElsewhere_BitForBit()
    {
        await using var cluster = await TestSilos.StartAsync(3);
        var run = new Run(cluster, streams: 12, seconds: 8);
        await run.WriteAsync(async piece =>
        {
            if (piece != 40) return;
            await run.ProcessedAsync(30);
            await cluster.Silos.KillSiloAsync(cluster.Silos.Silos[1]);
        });
        var ends = await run.EndAsync();
        run.AssertExact();
        Assert.All(ends, end => Assert.Equal(0, end.Lost));
    }

    [Fact]
    public async Task Streams_WhoseSiloStops_GoOnElsewhere_AndNothingIsSentAgain()
    {
        await using var cluster = await TestSilos.StartAsync(3);
        var run = new Run(cluster, streams: 12, seconds: 8);
        await run.WriteAsync(async piece =>
        {
            if (piece != 40) return;
            await run.ProcessedAsync(39);
            await cluster.Silos.StopSiloAsync(cluster.Silos.Silos[1]);
        });
        await run.EndAsync();
        run.AssertExact();
        Assert.Equal(0, run.Streams.Sum(stream => stream.SentAgain));
    }

    [Theory, InlineData("lost"), InlineData("late")]
    public async Task Saves_ThatFail_AreNoHarm_WhetherOrNotTheyWereWritten(string fault)
    {
        await using var cluster = await TestSilos.StartAsync(2);
        var run = new Run(cluster, streams: 8, seconds: 8);
        var writes = new ConcurrentDictionary<string, int>();
        await run.WriteAsync(async piece =>
        {
            if (piece == 10)
            {
                await run.ProcessedAsync(9);
                cluster.Disk.OnWrite = stream => writes.AddOrUpdate(stream, 1, (_, before) => before + 1) is 1 or 2 or 4 ? fault : null;
            }
            if (piece == 60) await Wait.Until(() => writes.Count >= 8 && writes.Values.All(count => count >= 3));
        });
        await run.EndAsync();
        run.AssertExact();
        Assert.Equal(0, run.Streams.Sum(stream => stream.SentAgain)); // no stream fell back
    }

    [Fact]
    public async Task Streams_ThatAreMoved_WhileTheStoreIsAway_GoOnBeforeItIsBack()
    {
        await using var cluster = await TestSilos.StartAsync(2);
        var run = new Run(cluster, streams: 6, seconds: 8);
        var silos = cluster.Silos.Silos.Select(silo => silo.SiloAddress.ToParsableString()).ToArray();
        await run.WriteAsync(async piece =>
        {
            if (piece == 20)
            {
                await run.ProcessedAsync(19);
                cluster.Disk.OnWrite = _ => "away";
                for (var i = 0; i < 6; i++) await cluster.Stream(run.Name(i)).MoveAsync(run.Streams[i].Silo == silos[0] ? silos[1] : silos[0]);
            }
            if (piece != 40) return;
            await run.ProcessedAsync(39).WaitAsync(TimeSpan.FromMinutes(5), Cancellation); // without the store
            cluster.Disk.OnWrite = _ => null;
            cluster.Disk.Back.SetResult();
        });
        await run.EndAsync();
        run.AssertExact();
        Assert.Equal(0, run.Streams.Sum(stream => stream.SentAgain));
    }

    [Fact]
    public async Task Streams_ThatEnd_WhileASaveIsOnItsWay_KeepTheirEnd()
    {
        await using var cluster = await TestSilos.StartAsync(1, options => options.SaveEvery = TimeSpan.FromMilliseconds(100));
        cluster.Disk.OnWrite = _ => "slow"; // so that one always is
        var run = new Run(cluster, streams: 8, seconds: 3);
        await run.WriteAsync();
        var ends = await run.EndAsync();
        run.AssertExact(least: 1);
        Assert.All(ends, end => Assert.Equal((run.Length, run.Length, true), (end.Position, end.Processed, end.Ended)));
        Assert.Empty(cluster.Disk.Rows);
    }

    [Fact]
    public async Task AStream_ThatAnotherHasTakenFromTheStore_IsFencedHere_AndOverwritesNothing()
    {
        await using var cluster = await TestSilos.StartAsync(1);
        var run = new Run(cluster, streams: 1, seconds: 8);
        var (writes, epoch, fenced) = (0, Guid.NewGuid(), Guid.Empty);
        await run.WriteAsync(async piece =>
        {
            // A stream that ends before its next save would never have met the other owner.
            if (piece == 40) await run.Until(() => Volatile.Read(ref cluster.Disk.Writes) > writes);
            if (piece != 20) return;
            await run.ProcessedAsync(19);
            fenced = (await cluster.Stream(run.Name(0)).StatusAsync()).Epoch;
            var serializer = cluster.Silos.Client.ServiceProvider.GetRequiredService<Serializer>();
            lock (cluster.Disk)
            {
                var row = cluster.Disk.Rows[run.Name(0)];
                var theirs = serializer.Deserialize<StreamRecord>(row.State)! with { Epoch = epoch };
                cluster.Disk.Rows[run.Name(0)] = (serializer.SerializeToArray(theirs), "theirs");
                writes = cluster.Disk.Writes;
            }
        });
        var end = Assert.Single(await run.EndAsync()); // it was taken up again from there, and went on
        run.AssertExact();
        Assert.DoesNotContain(end.Epoch, (Guid[])[fenced, epoch]); // how much is sent again depends on when its saves were
    }

    [Fact]
    public async Task ARecording_ThatIsSentAgainFromItsStart_IsProcessedOnce()
    {
        await using var cluster = await TestSilos.StartAsync(2);
        var (sound, heard) = (Speech.From(3, 8), new List<Detection>());
        var options = new ClusterStreamOptions { Live = false, OnDetection = heard.Add };
        var first = cluster.Producer.Add("talk", Speech.Settings, options);
        await first.WriteAsync(sound.AsMemory(0, 64_000), Cancellation);
        await Wait.Until(() => first.Saved >= 48_000);
        await cluster.Producer.DisposeAsync(); // that program is gone

        await using var next = new ClusterProducer(cluster.Grains);
        var again = next.Add("talk", Speech.Settings, options);
        await again.WriteAsync(sound, Cancellation);
        var end = await again.Complete().WaitAsync(TestSilos.Patience, Cancellation);
        Assert.Equal((sound.Length, sound.Length), (end.Position, end.Processed));
        Assert.Equal(Speech.Expected("talk", sound), heard);
        Assert.NotEmpty(heard);
    }

    [Fact]
    public async Task ALiveStream_OfANewProducer_FollowsOnWithAGap()
    {
        await using var cluster = await TestSilos.StartAsync(1);
        var first = cluster.Producer.Add("hall", Speech.Settings);
        first.Write(new float[16_000]);
        await Wait.Until(() => first.Saved >= 16_000);
        await cluster.Producer.DisposeAsync();
        await using var next = new ClusterProducer(cluster.Grains);
        var stream = next.Add("hall", Speech.Settings);
        stream.Write(new float[8_000]);
        var end = await stream.Complete().WaitAsync(TestSilos.Patience, Cancellation);
        Assert.Equal(24_000, end.Processed);
        Assert.True(end.Lost > 0);
        Assert.Equal(end.Processed + end.Lost, end.Position);
    }

    [Fact]
    public async Task ASource_ThatLosesSamples_IsAGapLikeAnyOther()
    {
        await using var cluster = await TestSilos.StartAsync(1);
        var (sound, heard) = (Speech.From(0, 6), new List<Detection>());
        var stream = cluster.Producer.Add("hall", Speech.Settings, new ClusterStreamOptions { OnDetection = heard.Add });
        stream.Write(sound.AsSpan(0, 40_000));
        stream.Lose(5_000);
        stream.Write(sound.AsSpan(40_000));
        stream.Lose(1_000); // at the end nobody will ever know
        var end = await stream.Complete().WaitAsync(TestSilos.Patience, Cancellation);
        var (expected, direct) = (new List<Detection>(), new StreamingDetector(Speech.Model));
        direct.Process(sound.AsSpan(0, 40_000), expected.Add);
        direct.FinishBefore(45_000, expected.Add);
        direct.Reset(45_000);
        direct.Process(sound.AsSpan(40_000), expected.Add);
        direct.Finish(expected.Add);
        Assert.Equal(expected.Select(d => d with { Source = "hall" }), heard);
        Assert.Equal((sound.Length, 5_000), (end.Processed, end.Lost));
    }

    [Fact]
    public async Task Sensors_AsFloats_DetectWhatOneDetectorDoes_MissingValuesIncluded()
    {
        await using var cluster = await TestSilos.StartAsync(2);
        var model = ModelFile.Load(Repository.File("models", "heartbeat.surnn"));
        var file = SensorFile.Open(Repository.File("samples", "sensors", "ecg.csv"), model.Config.Sensor!);
        var (samples, all) = (new float[4_096], new List<float>());
        for (int n; (n = file.Read(samples)) > 0;) all.AddRange(samples.AsSpan(0, n));
        for (var i = 1_000; i < 1_020; i++) all[i] = float.NaN;
        var (expected, heard) = (new List<Detection>(), new List<Detection>());
        var direct = new StreamingDetector(model);
        direct.Process(all.ToArray(), d => expected.Add(d with { Source = "heart" }));
        direct.Finish(d => expected.Add(d with { Source = "heart" }));
        var stream = cluster.Producer.Add("heart", new StreamSettings { Model = "heartbeat", Format = SampleFormat.Float32 }, new ClusterStreamOptions
        {
            SamplesPerSecond = model.Config.RequireTiming().SamplesPerSecond,
            Live = false,
            OnDetection = heard.Add,
        });
        for (var i = 0; i < all.Count; i += 500)
        {
            await stream.WriteAsync(all.Skip(i).Take(500).ToArray(), Cancellation);
            if (i == 3_000)
            {
                await Wait.Until(() => stream.Processed >= 2_000);
                await cluster.Stream("heart").MoveAsync(null);
            }
        }
        await stream.Complete().WaitAsync(TestSilos.Patience, Cancellation);
        Assert.Equal(expected, heard);
        Assert.True(heard.Count > 50 && heard[0].Landmark is not null);
    }

    [Fact]
    public async Task Streams_ThatCannotBeOpened_SayWhy()
    {
        await using var cluster = await TestSilos.StartAsync(1);
        var commands = new StreamSettings { Model = "commands" };
        (StreamSettings Settings, double Rate, string[] Said)[] wrong =
        [
            (commands with { Model = "comands" }, 16_000, ["There is no model 'comands'", "commands"]),
            (commands with { Model = "heartbeat" }, 360, ["takes sensors", "Float32"]),
            (commands with { Threshold = 1.5f }, 16_000, ["Threshold is 1.5", "(0, 1)"]),
            (commands, 8_000, ["said to have 8000 samples a second", "'commands' takes 16000"]),
        ];
        for (var i = 0; i < wrong.Length; i++)
        {
            var stream = cluster.Producer.Add($"hall {i}", wrong[i].Settings, new ClusterStreamOptions { SamplesPerSecond = wrong[i].Rate });
            var refused = await Assert.ThrowsAsync<ArgumentException>(() => stream.Ended.WaitAsync(TestSilos.Patience, Cancellation));
            Assert.All(wrong[i].Said, part => Assert.Contains(part, refused.Message));
            Assert.Throws<InvalidOperationException>(() => stream.Write(new float[16]));
        }
        foreach (var rate in (double[])[0, -1, double.NaN, double.PositiveInfinity])
            Assert.Contains("SamplesPerSecond", Assert.Throws<ArgumentException>(() => cluster.Producer.Add("hall", commands, new ClusterStreamOptions { SamplesPerSecond = rate })).Message);
    }

    [Fact]
    public async Task Detections_CanBePulledWithACursor_ThatTheStreamKeeps()
    {
        await using var cluster = await TestSilos.StartAsync(2);
        var (sound, settings) = (Speech.From(0, 20), Speech.Settings);
        var grain = cluster.Stream("hall");
        var opening = await grain.OpenAsync(settings);
        var inlet = cluster.Grains.GetGrain<IInletGrain>(InletPlacement.Key(opening.Silo, 1));
        var shorts = sound.Select(sample => (short)MathF.Round(sample * 32_768)).ToArray();
        for (var at = 0L; at < shorts.Length;)
        {
            var piece = shorts.AsSpan((int)at, Math.Min(4_000, shorts.Length - (int)at));
            var block = new StreamBlock(opening.Ticket, at, false, System.Runtime.InteropServices.MemoryMarshal.AsBytes(piece).ToArray(), 0); // takes none of them
            at = (await inlet.PushManyAsync(new Immutable<StreamBlock[]>([block])))[0].Next;
        }
        var expected = Speech.Expected("hall", sound, ends: false);
        var all = await grain.ReadAsync(0);
        Assert.Equal(expected, all.Select(one => one.ToDetection("hall")));
        Assert.Equal(all.Skip(1), await grain.ReadAsync(all[0].Cursor));
        await grain.MoveAsync(null);
        Assert.Equal(all.Skip(1), await grain.ReadAsync(all[0].Cursor));
        Assert.Empty(await grain.ReadAsync(all[^1].Cursor));
        Assert.Equal(0, (await grain.StatusAsync()).Waiting);
    }
}
