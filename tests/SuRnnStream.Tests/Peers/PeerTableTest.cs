using SuRnnStream.Peers;
using Xunit;

namespace SuRnnStream.Tests.Peers;

public class PeerTableTest
{
    static readonly PeerRow[] Rows =
    [
        new("ours", Job.Layer, "speech", 2, 0.02, 0.125),
        new("theirs", Job.Layer, "speech", 300, 1, null), // 50 frames a call
        new("ours", Job.Layer, "noise", 0.5, 0.02, 0),
        new("theirs", Job.Layer, "noise", 300, 1, null),
        new("whole", Job.Detector, "speech", 8, 0.02, null),
        new("vad", Job.Detector, "speech", 160, 0.032, null),
    ];

    static readonly Dictionary<Job, string> Ours = new() { [Job.Layer] = "ours", [Job.Detector] = "whole" };

    [Fact]
    public void Row_ComparesBySecondsOfAudio_WhateverAStepIs()
    {
        Assert.Equal((100, 10_000), (Rows[0].MicrosecondsPerAudioSecond, Rows[0].StreamsPerCore));
        Assert.Equal((5_000, 200), (Rows[5].MicrosecondsPerAudioSecond, Rows[5].StreamsPerCore));
    }

    [Fact]
    public void Ratio_IsToOursOfTheSameJobOnTheSameSound()
    {
        double[] ratios = [.. Rows.Select(row => PeerTable.Ratio(row, Rows, Ours))];
        Assert.Equal([1, 3, 1, 12, 1, 12.5], ratios);
    }

    [Fact]
    public void Lines_AreATableASoundAndJob()
    {
        string[] lines = [.. PeerTable.Lines(Rows, Ours)];
        Assert.Equal(3, lines.Count(line => line.StartsWith("|---")));
        Assert.Contains("| ours (12.5 % open) | 20 | 2.00 | 100 | 10,000 | 1.0 |", lines);
        Assert.Contains("| theirs | 1000 | 300.00 | 300 | 3,333 | 12.0 |", lines);
        Assert.Contains("| vad | 32 | 160.00 | 5,000 | 200 | 12.5 |", lines);
        Assert.Equal(["recurrent layer, speech", "recurrent layer, noise", "detector, speech"], lines.Where(line => line.Contains("µs a step")).Select(line => line.Split('|')[1].Trim()));
    }
}
