using Xunit;

namespace SuRnnStream.Training.Tests.Events;

public sealed class MomentJudgeTest
{
    static readonly SensorFrontEndConfig Sensor = new() { Channels = [new() { Name = "a" }], SampleRate = 100, HopLength = 2 };
    static readonly MomentTimes Times = new();

    /// <summary>An event at moment m is answered in frames m / 2 to m / 2 + 9: 20 to 200 ms after it.</summary>
    [Fact]
    public void Given_CallsEachEventByItsOwnFrames_WhateverElseIsDetected()
    {
        float[][] scores = [.. Enumerable.Range(0, 200).Select(_ => new float[] { 0.98f, 0.01f, 0.01f })];
        void Say(int moment, float beat, float ventricular) => scores.AsSpan(moment / 2 + 2, 5).Fill([1 - beat - ventricular, beat, ventricular]);
        Say(20, 0.9f, 0.1f);     // right
        Say(60, 0.2f, 0.1f);     // right, though below any threshold
        Say(100, 0.6f, 0.3f);    // ventricular, called a beat
        Say(140, 0.1f, 0.8f);    // ventricular, right
        Say(180, 0.1f, 0.8f);    // a beat, called ventricular
        Say(220, 0.1f, 0.8f);    // either
        Say(300, 0.1f, 0.8f);    // nothing happened
        StreamEvent[] events = [new(20, 1, 1), new(60, 1, 1), new(100, 2, 2), new(140, 2, 2), new(180, 1, 1), new(220, 1, 2), new(399, 2, 2)];
        var counts = MomentJudge.Given(scores, events, 3, Sensor, Times);
        Assert.Equal([default, new MomentScores(2, 1, 1), new MomentScores(1, 1, 1)], counts); // the last one is where the recording ends
    }
}
