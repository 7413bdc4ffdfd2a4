using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>Sensors through pipeline and pool: the detections of one detector, gaps as the model wants them.</summary>
public sealed class SensorStreamTest
{
    static readonly SuRnnModel Model = SensorModels.Build();
    static readonly DetectorOptions Eager = TinyModels.Eager;
    static readonly float[] Samples = SensorModels.Stream(4_000, seed: 3);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, InlineData(1), InlineData(20), InlineData(333)]
    public async Task Pipeline_GivesTheDetectionsOfADetector(int blockMilliseconds)
    {
        var (expected, held) = Expected(Samples);
        var pipeline = new DetectorPipeline(new ArraySource(Samples, 125.0, 2), Model, Eager, new PipelineOptions { BlockDuration = TimeSpan.FromMilliseconds(blockMilliseconds) });
        var heard = pipeline.Subscribe();
        await pipeline.RunAsync(Cancellation);
        Assert.Equal(expected, await heard.ReadAllAsync(Cancellation).ToListAsync(Cancellation));
        Assert.Equal((Samples.Length, Samples.Length, held), (pipeline.Counters.SamplesRead, pipeline.Counters.SamplesProcessed, pipeline.Counters.SamplesHeld));
        Assert.True(held > 0 && expected.Count > 5);
    }

    [Fact]
    public async Task Pipeline_WithAShortGap_KeepsTheNetworksMemory()
    {
        var detector = new StreamingDetector(Model, Eager);
        var expected = new List<Detection>();
        detector.Process(Samples.AsSpan(0, 2_000), expected.Add);
        detector.Skip(100, expected.Add);
        detector.Process(Samples.AsSpan(2_000), expected.Add);
        detector.Finish(expected.Add);
        var source = new GappySource(Samples, 2_000, 100);
        var pipeline = new DetectorPipeline(source, Model, Eager); // whose policy is Reset
        var heard = pipeline.Subscribe();
        await pipeline.RunAsync(Cancellation);
        Assert.Equal(expected, await heard.ReadAllAsync(Cancellation).ToListAsync(Cancellation));
        Assert.Equal((1, 100), (pipeline.Counters.Gaps, pipeline.Counters.SamplesLost));
    }

    [Fact]
    public async Task Pool_GivesTheDetectionsOfADetector()
    {
        var (expected, held) = Expected(Samples);
        var pool = new DetectorPool(Model, Eager, new PoolOptions { Workers = 2, Overflow = OverflowPolicy.Wait });
        var recorder = new Recorder();
        using var subscription = pool.Detections.Subscribe(recorder);
        var stream = pool.Add("ecg");
        var random = new Random(1);
        for (var at = 0; at < Samples.Length;)
        {
            var written = stream.Write(Samples.AsSpan(at, Math.Min(random.Next(1, 40), Samples.Length - at)));
            if (written == 0) Thread.Yield();
            at += written;
        }
        stream.Complete();
        await stream.Completion.WaitAsync(TimeSpan.FromMinutes(5), Cancellation);
        await pool.StopAsync();
        Assert.Equal(expected, recorder.Heard.Select(detection => detection with { Source = null }));
        Assert.Equal(held, pool.Counters.Total.SamplesHeld);
    }

    [Fact]
    public void Pool_WhereHalfAMomentWasDropped_HearsTheNextWholeOne()
    {
        var pool = new DetectorPool(Model, Eager, new PoolOptions { Backlog = TimeSpan.FromSeconds(4) }, null, start: false);
        var (stream, worker) = (pool.Add("ecg"), pool.NewWorker());
        stream.Write(Samples.AsSpan(0, 1_999)); // the backlog holds 1,000
        stream.Write(Samples.AsSpan(1_999, 2));
        while (pool.TryTurn(worker)) ;
        var (counters, compute) = (stream.Counters, new StreamingDetector(Model, Eager).Process(Samples.AsSpan(1_002, 999), _ => { }));
        Assert.Equal((2_001, 1_001, 1_000, compute.Frames), (counters.SamplesRead, counters.SamplesDropped, counters.SamplesProcessed, counters.Compute.Frames));
    }

    [Fact]
    public void Pipeline_WithOtherChannelsOrRates_SaysSo()
    {
        static void Refused(SuRnnModel model, ISampleSource source, string says) =>
            Assert.Contains(says, Assert.Throws<ArgumentException>(() => new DetectorPipeline(source, model)).Message);
        Refused(Model, new ArraySource(Samples, 125), "The model takes 2 channels (I [mV], acc x [g]), but the source has 1");
        Refused(Model, new ArraySource(Samples, 125.5, 2), "The model takes sensors at 125 Hz, but the source has 125.5 Hz");
        Refused(TinyModels.Build(), new ArraySource(Samples, 16_000.0, 2), "one channel, but the source has 2");
        Assert.Contains("The model takes sensors (I [mV], acc x [g]), not sound", Assert.Throws<ArgumentException>(() => new ClipClassifier(Model)).Message);
    }

    static (List<Detection> Detections, long Held) Expected(float[] samples)
    {
        var (detector, detections) = (new StreamingDetector(Model, Eager), new List<Detection>());
        detector.Process(samples, detections.Add);
        return (detections, detector.SamplesHeld);
    }

    sealed class GappySource(float[] samples, int at, int lost) : ILossySource
    {
        int _read;

        public int SampleRate => 125;
        public int Channels => 2;
        public long SamplesLost { get; private set; }

        public int Read(Span<float> to)
        {
            var count = Math.Min(to.Length, (_read < at ? at : samples.Length) - _read);
            if (_read == at) SamplesLost = lost;
            samples.AsSpan(_read, count).CopyTo(to);
            _read += count;
            return count;
        }
    }
}
