using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

/// <summary>What a stream of sound promises, a stream of sensors does too.</summary>
public sealed class StreamingDetectorSensorTest
{
    static readonly SuRnnModel Model = SensorModels.Build();
    static readonly DetectorOptions Eager = TinyModels.Eager;

    [Fact]
    public void Process_HoweverSamplesAreCut_GivesTheSameDetectionsAndCounts()
    {
        var detections = 0;
        foreach (var kind in Enum.GetValues<SwitchKind>().Where(kind => kind != SwitchKind.Increase))
        {
            foreach (var frontEnd in SensorModels.FrontEnds)
            {
                var (model, samples) = (SensorModels.Build(frontEnd, kind), SensorModels.Stream(4_000, seed: 3));
                var whole = Run(new(model, Eager), [samples]);
                detections += whole.Detections.Count;
                Assert.Equal(800, whole.Stats.Frames);
                Assert.Equal(whole, Run(new(model, Eager with { Dense = true }), [samples]) with { Stats = whole.Stats });
                for (var seed = 0; seed < 4; seed++) Assert.Equal(whole, Run(new(model, Eager), Pieces(samples, seed)));
            }
        }
        Assert.True(detections > 100, $"{detections} detections do not tell much");
    }

    [Fact]
    public void Process_AfterWarmUp_AllocatesNothing()
    {
        var (detector, samples, heard) = (new StreamingDetector(SensorModels.Build(SensorModels.Rhythm), Eager), SensorModels.Stream(3_000, seed: 5), 0);
        Action<Detection> count = _ => heard++;
        for (var i = 0; i < 3; i++) detector.Process(samples, count);
        heard = 0;
        Assert.Equal(0, Allocations.Of(() =>
        {
            detector.Process(samples, count);
            detector.Skip(1_001);
            detector.Process(samples, count);
            detector.Reset();
        }));
        Assert.True(heard > 5, $"{heard} detections");
    }

    [Fact]
    public void Process_OfZeros_LooksAtEveryFrame()
    {
        var stats = new StreamingDetector(Model, Eager).Process(new float[2_000], _ => { });
        Assert.Equal((200, 0), (stats.Frames, stats.FramesSkipped)); // to sound it would be digital silence
    }

    [Fact]
    public void SaveAndRestore_ChangeNothing()
    {
        foreach (var frontEnd in SensorModels.FrontEnds)
        {
            var (model, samples) = (SensorModels.Build(frontEnd), SensorModels.Stream(2_000, seed: 7));
            var whole = Run(new(model, Eager), [samples]);
            Assert.NotEmpty(whole.Detections);
            for (var at = 0; at < samples.Length; at += 333)
            {
                var before = new StreamingDetector(model, Eager);
                var first = Run(before, [samples[..at]]);
                var after = new StreamingDetector(model, Eager);
                after.Process(SensorModels.Stream(77, seed: 8), _ => { }); // of which nothing may be left
                after.Restore(Saved(before));
                Assert.Equal((before.Position, before.SamplesHeld), (after.Position, after.SamplesHeld));
                var second = Run(after, [samples[at..]]);
                Assert.Equal(whole.Detections, first.Detections.Concat(second.Detections));
                Assert.Equal(whole.Scores, second.Scores);
                Assert.Equal(whole.Held, second.Held);
            }
        }
    }

    [Fact]
    public void Restore_OfAnotherFrontEndsState_Throws()
    {
        var saved = Saved(new StreamingDetector(Model)).ToArray();
        var other = SensorModels.Build(SensorModels.FrontEnd with { SampleRate = 125.5 });
        Assert.Contains("another shape", Assert.Throws<InvalidDataException>(() => new StreamingDetector(other).Restore(new MemoryStream(saved))).Message);
    }

    [Fact]
    public void Landmark_IsTheLargestValueBeforeTheScoresPeak()
    {
        var config = SensorModels.FrontEnd with { Channels = [new() { Name = "a" }, new() { Name = "b" }], LandmarkWithin = TimeSpan.FromSeconds(0.4) };
        var (samples, found) = (SensorModels.Stream(6_000, seed: 4, missing: 0), 0);
        foreach (var detection in Enum.GetValues<SwitchKind>().Where(kind => kind != SwitchKind.Increase).SelectMany(kind => Run(new(SensorModels.Build(config, kind), Eager), [samples]).Detections))
        {
            var end = (int)Math.Round(detection.End.TotalSeconds * 125);
            var moments = Enumerable.Range(Math.Max(0, end - 50), Math.Min(50, end));
            Assert.Equal(moments.MaxBy(m => Math.Abs(samples[2 * m])) / 125.0, detection.Landmark!.Value.TotalSeconds, 1e-7);
            found++;
        }
        Assert.True(found > 10, $"{found} detections do not tell much");
        Assert.All(Run(new(SensorModels.Build(config with { LandmarkWithin = TimeSpan.Zero }), Eager), [samples]).Detections, detection => Assert.Null(detection.Landmark));
    }

    [Theory, InlineData(0), InlineData(1), InlineData(7), InlineData(12_345)]
    public void Position_CountsTheSamplesOfAllChannels_WhereverTheyAreCut(int samples)
    {
        var detector = new StreamingDetector(Model);
        detector.Process(new float[samples], _ => { });
        Assert.Equal(samples, detector.Position);
        detector.Skip(13);
        Assert.Equal(samples + 13, detector.Position);
        detector.Process(new float[1_002], _ => { });
        Assert.Equal(samples + 13 + 1_002, detector.Position);
        detector.Reset(33);
        Assert.Equal(33, detector.Position);
    }

    [Fact]
    public void Skip_OverALongGap_ForgetsEverythingAndKeepsTime()
    {
        float[] samples = SensorModels.Stream(2_000, seed: 6, missing: 0), before = SensorModels.Stream(333, seed: 2);
        var fresh = Run(new(Model, Eager), [samples]);
        Assert.NotEmpty(fresh.Detections);
        foreach (var lost in new[] { 1_234, 334 }) // ten seconds, and a little above one
        {
            var detector = new StreamingDetector(Model, Eager);
            detector.Process(before, _ => { });
            detector.Skip(lost);
            var shift = TimeSpan.FromSeconds((666 + lost) / 250.0);
            var behind = Run(detector, [samples]);
            Assert.Equal(fresh.Scores, behind.Scores);
            Assert.Equal(fresh.Detections.Select(d => d with { Start = d.Start + shift, End = d.End + shift, Time = d.Time + shift, Landmark = d.Landmark + shift }), behind.Detections);
        }
        var held = new StreamingDetector(Model, Eager);
        held.Process(before, _ => { });
        var memory = held.State.Hidden(0).ToArray();
        held.Skip(200); // less than a second
        held.Process(samples.AsSpan(0, 8), _ => { });
        Assert.Equal(memory, held.State.Hidden(0).ToArray());
        Assert.NotEqual(fresh.Scores, Run(held, [samples]).Scores);
    }

    readonly record struct Result(EquatableList<Detection> Detections, ComputeStats Stats, EquatableList<float> Scores, long Held);

    static Result Run(StreamingDetector detector, IEnumerable<float[]> pieces)
    {
        var (detections, stats) = (new EquatableList<Detection>(), new ComputeStats());
        foreach (var piece in pieces) stats += detector.Process(piece, detections.Add);
        return new(detections, stats with { FrontEndTime = default, NetworkTime = default }, [.. detector.State.Scores.ToArray()], detector.SamplesHeld);
    }

    static List<float[]> Pieces(float[] samples, int seed)
    {
        var (random, pieces) = (new Random(seed), new List<float[]>());
        for (var at = 0; at < samples.Length; at += pieces[^1].Length) pieces.Add(samples[at..Math.Min(samples.Length, at + random.Next(random.Next(3) == 0 ? 3 : 60))]);
        return pieces;
    }

    static MemoryStream Saved(StreamingDetector detector)
    {
        var stream = new MemoryStream();
        detector.Save(stream);
        stream.Position = 0;
        return stream;
    }

    sealed class EquatableList<T> : List<T>, IEquatable<EquatableList<T>>
    {
        public bool Equals(EquatableList<T>? other) => other is not null && this.SequenceEqual(other);
        public override bool Equals(object? other) => Equals(other as EquatableList<T>);
        public override int GetHashCode() => Count;
    }
}
