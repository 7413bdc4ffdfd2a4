using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>A tone that ends with its stream, or just before a gap, is detected however the stream is run.</summary>
public sealed class EndOfStreamTest
{
    static readonly SuRnnModel Model = ToneModel.Build();
    static readonly float[] CutOff = [.. ToneModel.Quiet(0.3), .. ToneModel.Tone(ToneModel.Low, 0.08)]; // shorter than a decision window

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static async Task<List<Detection>> Run(ScriptedSource source, PipelineOptions? options = null, Type? throws = null)
    {
        var pipeline = new DetectorPipeline(source, Model, options: options);
        var recorder = new Recorder();
        using var subscription = pipeline.Detections.Subscribe(recorder);
        if (throws is null) await pipeline.RunAsync(Cancellation);
        else await Assert.ThrowsAsync(throws, () => pipeline.RunAsync(Cancellation));
        Assert.Equal(recorder.Heard.Count, pipeline.Counters.Detections);
        return recorder.Heard;
    }

    [Fact]
    public async Task Pipeline_AtTheEnd_DecidesWhatIsPending() =>
        Assert.Equal("low", Assert.Single(await Run(new ScriptedSource().Play(CutOff))).Label);

    [Fact]
    public async Task Pipeline_WhoseSourceFails_DecidesBeforeItThrows() =>
        Assert.Single(await Run(new ScriptedSource().Play(CutOff).Do(() => throw new IOException("unplugged")), throws: typeof(IOException)));

    [Theory, InlineData(1_600), InlineData(160)]
    public async Task Pipeline_AtAGap_DecidesBeforeItForgets_AndNoLaterThanTheGapEnds(int lost)
    {
        var heard = await Run(new ScriptedSource().Play(CutOff).Lose(lost).Play(ToneModel.Quiet(0.5)));
        var detection = Assert.Single(heard);
        Assert.True(detection.Time <= TimeSpan.FromSeconds((CutOff.Length + lost) / 16_000.0));
        Assert.True(detection.End <= detection.Time);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Pool_Complete_DecidesWhatIsPending_AndDisposeDoesNot(bool turnBefore)
    {
        var pool = new DetectorPool(Model, null, new() { Backlog = TimeSpan.FromSeconds(1) }, null, start: false);
        var (worker, heard) = (pool.NewWorker(), new List<Detection>());
        using var subscription = pool.Detections.Subscribe(heard.Add);
        var (completed, disposed) = (pool.Add("completed"), pool.Add("disposed"));
        foreach (var stream in new[] { completed, disposed }) Assert.Equal(CutOff.Length, stream.Write(CutOff));
        while (turnBefore && pool.TryTurn(worker)) { }
        completed.Complete();
        disposed.Dispose();
        while (pool.TryTurn(worker)) { }
        Assert.Equal(("completed", "low"), Assert.Single(heard.Select(one => (one.Source!, one.Label))));
        Assert.True(completed.Completion.IsCompleted && disposed.Completion.IsCompleted);
        Assert.Equal(1, completed.Counters.Detections);
        Assert.Equal(0, pool.Counters.Streams);
    }

    [Fact]
    public void Pool_AtAGap_DecidesBeforeItForgets()
    {
        var pool = new DetectorPool(Model, null, new() { Backlog = TimeSpan.FromSeconds(2) }, null, start: false);
        var (worker, heard, stream) = (pool.NewWorker(), new List<Detection>(), pool.Add("door"));
        using var subscription = pool.Detections.Subscribe(heard.Add);
        stream.Write(CutOff);
        stream.Lose(8_000);
        stream.Write(ToneModel.Quiet(0.5));
        while (pool.TryTurn(worker)) { }
        Assert.Equal("low", Assert.Single(heard).Label);
    }
}
