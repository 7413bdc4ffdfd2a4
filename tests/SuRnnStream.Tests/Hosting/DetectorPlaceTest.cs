using Microsoft.Extensions.DependencyInjection;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

/// <summary>Detectors that work where somebody else says, by public members alone.</summary>
public class DetectorPlaceTest
{
    static readonly float[] Sound = ToneModel.Tones(6);

    [Fact]
    public async Task APlace_MakesTheHostsDetectors_WhichDetectTheSame()
    {
        using var host = new TestHost(("Detectors:door:Model", "tones.surnn"), ("Detectors:door:Threshold", "0.6"), ("StopWhenDone", "true"));
        var (sink, place) = (new MemorySink(), new Place());
        host.Builder.Services.AddSingleton<IDetectorPlace>(place);
        host.Builder.Services.AddSuRnnStream().AddSource("hall", _ => new ArraySource(Sound, ToneModel.Rate), source => source.Live = false).AddSink(_ => sink);
        await host.RunAsync();

        Assert.Equal(("door", false, 0.6f), (place.Order!.Detector, place.Order.Live, place.Order.Options.ToOptions(place.Order.Model).Threshold));
        Assert.NotNull(place.Order.Pipeline.OnBlock);
        Assert.Equal(6, sink.Heard.Count);
        Assert.All(sink.Heard, heard => Assert.Equal("hall", heard.Detection.Source));
        Assert.Equal((Sound.Length, 0L), (host.Status.Counters.SamplesRead, host.Status.Counters.SamplesDropped));
        Assert.Equal((Sound.Length, 0L), ((IRunningDetector)place.Made!).Flow);
    }

    [Fact]
    public async Task WhatKeepsSound_IsRefusedWithAPlace()
    {
        using var host = new TestHost(("Detectors:door:Model", "tones.surnn"), ("Detectors:door:Sound:Folder", "kept"), ("StopWhenDone", "true"));
        var place = new Place();
        host.Builder.Services.AddSingleton<IDetectorPlace>(place);
        host.Builder.Services.AddSuRnnStream().AddSource("hall", _ => new ArraySource(Sound, ToneModel.Rate), source => source.Live = false);
        await host.RunAsync();
        Assert.Null(place.Order);
        Assert.Contains(host.Log.GetSnapshot(), one => one.Exception?.Message.Contains("door keeps Sound, which takes a detector in the host itself", StringComparison.Ordinal) == true);
    }

    sealed class Place : IDetectorPlace
    {
        public DetectorOrder? Order { get; private set; }
        public Running? Made { get; private set; }

        public IRunningDetector Make(DetectorOrder order)
        {
            Order = order;
            return Made = new Running(new DetectorPipeline(order.Samples, order.Model, order.Options.ToOptions(order.Model), order.Pipeline));
        }
    }

    /// <summary>What anybody has to write.</summary>
    sealed class Running(DetectorPipeline pipeline) : IRunningDetector
    {
        public IObservable<Detection> Detections => pipeline.Detections;
        public PipelineCounters Counters => pipeline.Counters;
        public IReadOnlyList<LabelCandidates> Candidates => pipeline.Candidates;
        public IReadOnlyList<string> DescribeDecisions() => pipeline.DescribeDecisions();
        public void Swap(SuRnnModel model, DetectorOptions? options) => pipeline.Swap(model, options);
        public void Retune(DetectorOptions options) => pipeline.Retune(options);
        public Task RunAsync(CancellationToken cancellation) => pipeline.RunAsync(cancellation);
    }
}
