using SuRnnStream.Cli;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

public class ClipClassifierTest
{
    [Fact]
    public void Classify_NamesTheLabelWithTheHighestPeak()
    {
        var classifier = new ClipClassifier(ToneModel.Build());
        Assert.Equal("low", classifier.Classify([.. ToneModel.Quiet(0.3), .. ToneModel.Tone(ToneModel.Low, 0.2), .. ToneModel.Quiet(0.3)]).Label);
        Assert.Equal("high", classifier.Classify(ToneModel.Tone(ToneModel.High, 0.5)).Label);
        Assert.Equal("unknown", classifier.Classify(ToneModel.Loud(0.5)).Label);
        Assert.Equal("silence", classifier.Classify(ToneModel.Quiet(0.5)).Label);
        Assert.Equal("silence", classifier.Classify(new float[8_000]).Label);
    }

    [Fact]
    public void Classify_IsTheSameWhateverWasHeardBefore()
    {
        var classifier = new ClipClassifier(ToneModel.Build());
        var clip = ToneModel.Tones(1);
        var first = classifier.Classify(clip);
        classifier.Classify(ToneModel.Loud(0.123));
        var again = classifier.Classify(clip);
        Assert.Equal((first.Label, first.Score, first.Stats.MultiplyAdds), (again.Label, again.Score, again.Stats.MultiplyAdds));
    }

    [Fact]
    public void Classify_SmoothsByHalf_WhateverTheDetectorDoes()
    {
        SuRnnModel With(float smoothing) => ToneModel.Build(new DetectorOptions { Smoothing = smoothing, DecisionWindow = TimeSpan.FromMilliseconds(400) });
        var clip = ToneModel.Tones(1);
        var detection = Assert.Single(ToneModel.Detect(With(0.5f), [.. clip, .. ToneModel.Quiet(0.3)]));
        Assert.Equal(detection.Score, new ClipClassifier(With(0.5f)).Classify(clip).Score);
        Assert.Equal(detection.Score, new ClipClassifier(With(0.8f)).Classify(clip).Score);
    }

    [Fact]
    public void Classify_BelowTheLevel_IsSilence()
    {
        var clip = ToneModel.Tones(1);
        var score = new ClipClassifier(ToneModel.Build()).Classify(clip).Score;
        Assert.Equal("low", new ClipClassifier(ToneModel.Build(), silenceBelow: score).Classify(clip).Label);
        Assert.Equal(("silence", score), Read(new ClipClassifier(ToneModel.Build(), silenceBelow: MathF.BitIncrement(score)).Classify(clip)));
    }

    [Fact]
    public void Classify_WithoutASilenceLabel_NamesAnother()
    {
        var model = ToneModel.Build(labels: ["nothing", "unknown", "low", "high"]);
        Assert.Equal("nothing", new ClipClassifier(model).Classify(ToneModel.Quiet(0.5)).Label);
    }

    [Theory, InlineData(0), InlineData(100)]
    public void Classify_AClipShorterThanAFrame_IsSilence(int samples)
    {
        var result = new ClipClassifier(ToneModel.Build()).Classify(new float[samples]);
        Assert.Equal(("silence", 0f), Read(result));
        Assert.Equal(0, result.Stats.Frames);
    }

    [Fact]
    public void Classify_Dense_GivesTheSameAtFullCost()
    {
        float[] clip = [.. new float[4_000], .. ToneModel.Tone(ToneModel.Low, 0.3)];
        var sparse = new ClipClassifier(ToneModel.Build()).Classify(clip);
        var dense = new ClipClassifier(ToneModel.Build(), dense: true).Classify(clip);
        Assert.Equal(Read(sparse), Read(dense));
        Assert.True(sparse.Stats.MultiplyAdds < dense.Stats.MultiplyAdds);
        Assert.True(sparse.Stats.FramesSkipped > 20);
    }

    [Theory, InlineData(-0.1f), InlineData(1.1f), InlineData(float.NaN)]
    public void Level_OutOfRange_IsRefused(float level) =>
        Assert.Throws<ArgumentException>(() => new ClipClassifier(ToneModel.Build(), level));

    [Fact]
    public void Report_CountsTruthsAndAnswers()
    {
        var report = new ClipReport(["silence", "low", "high"]);
        report.Add("low", new ClipResult("low", 1, new ComputeStats { Frames = 2 }));
        report.Add("low", new ClipResult("silence", 0, new ComputeStats { Frames = 3 }));
        report.Add("silence", new ClipResult("silence", 0, new ComputeStats()));
        Assert.Equal((3, 2, 5), (report.Clips, report.Correct, report.Stats.Frames));
        Assert.Equal(2 / 3.0, report.Accuracy);
        Assert.Equal((0.5, 1.0, null), (report.Recall("low"), report.Recall("silence"), report.Recall("high")));
        Assert.Equal([1, 1, 0], report.Confusion[1]);
        Assert.Contains("'middle'", Assert.Throws<ArgumentException>(() => report.Add("middle", default)).Message);
    }

    static (string, float) Read(ClipResult result) => (result.Label, result.Score);
}
