using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

public sealed class DetectAsyncTest : IDisposable
{
    static readonly SuRnnModel Model = ToneModel.Build();
    readonly TemporaryFolder _folder = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OfAFile_AtAnotherRate_GivesWhatADetectorGives()
    {
        var sound = ToneModel.Tones(4, 22_050);
        WavWriter.Write(_folder.File("tones.wav"), sound, 22_050);
        ModelFile.Save(_folder.File("tones.surnn"), Model);
        var detections = await Read(DetectorPipeline.DetectFileAsync(_folder.File("tones.wav"), _folder.File("tones.surnn"), cancellation: Cancellation));
        Assert.Equal(["low", "high", "low", "high"], detections.Select(one => one.Label));
        Assert.All(detections, one => Assert.Equal(_folder.File("tones.wav"), one.Source));
        File.Delete(_folder.File("tones.wav")); // it is closed
        await Assert.ThrowsAsync<FileNotFoundException>(() => Read(DetectorPipeline.DetectFileAsync(_folder.File("tones.wav"), Model, cancellation: Cancellation)));
    }

    [Fact]
    public async Task OfARecordingOfSensors_ReadsItsTable()
    {
        var (rate, channel) = (PulseModel.Sensor.SampleRate, PulseModel.Sensor.Channels[0].Name);
        File.WriteAllLines(_folder.File("heart.csv"), [$"time,{channel}", .. Enumerable.Range(0, 500).Select(i => FormattableString.Invariant($"{i / rate:0.######},0.1"))]);
        Assert.Empty(await Read(DetectorPipeline.DetectFileAsync(_folder.File("heart.csv"), PulseModel.Build(), cancellation: Cancellation)));
    }

    [Fact]
    public async Task WhoStopsReading_StopsTheStream_WhichIsThenNoLongerInUse()
    {
        var source = new EndlessTones();
        await foreach (var detection in new DetectorPipeline(source, Model).DetectAsync(Cancellation))
            if (detection.Label == "high") break;
        var reads = source.Reads;
        await Task.Yield();
        Assert.Equal(reads, source.Reads);
    }

    [Fact]
    public async Task Cancelled_ItThrowsThat_AndWhatTheSourceThrowsComesAfterItsDetections()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in new DetectorPipeline(new EndlessTones(), Model).DetectAsync(stop.Token)) await stop.CancelAsync();
        });
        var heard = new List<string>();
        var broken = new ScriptedSource().Play(ToneModel.Tones(2)).Do(() => throw new InvalidDataException("it is broken"));
        var error = await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (var detection in new DetectorPipeline(broken, Model).DetectAsync(Cancellation)) heard.Add(detection.Label);
        });
        Assert.Equal(("it is broken", "low high"), (error.Message, string.Join(' ', heard)));
        var pipeline = new DetectorPipeline(new ArraySource(new float[100], ToneModel.Rate), Model);
        await pipeline.RunAsync(Cancellation);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Read(pipeline.DetectAsync(Cancellation)));
    }

    public void Dispose() => _folder.Dispose();

    static async Task<List<Detection>> Read(IAsyncEnumerable<Detection> detections)
    {
        var heard = new List<Detection>();
        await foreach (var one in detections) heard.Add(one);
        return heard;
    }

    sealed class EndlessTones : ISampleSource
    {
        readonly float[] _tones = ToneModel.Tones(2);
        int _at, _reads;

        public int SampleRate => ToneModel.Rate;
        public int Reads => Volatile.Read(ref _reads);

        public int Read(Span<float> samples)
        {
            Interlocked.Increment(ref _reads);
            var count = Math.Min(samples.Length, _tones.Length - _at);
            _tones.AsSpan(_at, count).CopyTo(samples);
            _at = (_at + count) % _tones.Length;
            return count;
        }
    }
}
