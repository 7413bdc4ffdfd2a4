using SuRnnStream.Evaluation;
using SuRnnStream.Tests.Support;
using SuRnnStream.Wyoming;
using Xunit;

namespace SuRnnStream.Tests.Packages;

public sealed class PublicSurfaceTest
{
    [Theory]
    [InlineData(typeof(StreamingDetector), "SuRnnStream")]
    [InlineData(typeof(DetectorPipeline), "SuRnnStream.Pipeline")]
    [InlineData(typeof(IDetectionSink), "SuRnnStream.Hosting")]
    [InlineData(typeof(LiveSensor), "SuRnnStream.Sensors")]
    [InlineData(typeof(DetectionOperators), "SuRnnStream.Reactive")]
    [InlineData(typeof(WyomingServer), "SuRnnStream.Wyoming")]
    [InlineData(typeof(Evaluator), "SuRnnStream.Evaluation")]
    [InlineData(typeof(WaveInSource), "SuRnnStream.NAudio")]
    [InlineData(typeof(SoundCodecs), "SuRnnStream.Codecs")]
    public void Package_PublicSurface_IsTheApprovedOne(Type member, string package) => PublicSurface.AssertApproved(member.Assembly, package);
}
