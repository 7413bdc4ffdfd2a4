using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

/// <summary>The stages one by one detect what the detector does.</summary>
public sealed class DetectorStagesTest
{
    static readonly SuRnnModel Model = ToneModel.Build();

    [Fact]
    public void Stages_MakeTheDetectorsEvents_AgainAfterAReset()
    {
        var (sound, stages) = (ToneModel.Tones(6), new DetectorStages(Model));
        var expected = ToneModel.Detect(Model, sound).Select(Essence).ToList();
        Assert.NotEmpty(expected);
        for (var twice = 0; twice < 2; twice++)
        {
            var (heard, stats) = (new List<Detection>(), new ComputeStats());
            ReadOnlySpan<float> samples = sound;
            while (stages.TryNextFrame(ref samples))
            {
                stats += stages.Step();
                if (stages.TryDetect(out var detection)) heard.Add(detection);
            }
            Assert.Equal(expected, heard.Select(Essence));
            Assert.Equal((sound.Length - ToneModel.FrontEnd.WindowLength) / ToneModel.FrontEnd.HopLength + 1, stats.Frames);
            stages.Reset();
        }

        static (string, float, TimeSpan, TimeSpan) Essence(Detection detection) => (detection.Label, detection.Score, detection.Start, detection.Time);
    }

    [Fact]
    public void AModel_OfSensors_IsRefused() => Assert.Throws<ArgumentException>(() => new DetectorStages(SensorModels.Build()));
}
