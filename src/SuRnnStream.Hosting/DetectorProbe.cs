using System.Diagnostics.Metrics;

namespace SuRnnStream;

/// <summary>Watches a detector, a block at a time: when it last had samples, what it drops, how open its switches are. Allocates nothing.</summary>
sealed class DetectorProbe
{
    static readonly TimeSpan Segment = TimeSpan.FromSeconds(1);

    readonly TimeProvider _time;
    readonly KeyValuePair<string, object?>[] _tags;
    readonly Histogram<double> _openRatio, _frameTime;
    readonly DropWindow _drops;
    readonly Func<(long Read, long Dropped)> _flow;
    long _lastBlock;            // timestamp
    ComputeStats _segment;      // the detector's: of a second that is not full yet

    /// <param name="metrics">Where the histograms are.</param>
    /// <param name="tags">Of this detector.</param>
    /// <param name="flow">Samples that its pipeline has read and dropped.</param>
    /// <param name="time">The host's clock.</param>
    public DetectorProbe(HostMetrics metrics, KeyValuePair<string, object?>[] tags, Func<(long Read, long Dropped)> flow, TimeProvider time)
    {
        (_time, _tags, _flow, _lastBlock, _drops) = (time, tags, flow, time.GetTimestamp(), new DropWindow(time));
        (_openRatio, _frameTime) = (metrics.OpenRatio, metrics.FrameTime);
    }

    /// <summary>Time since the last block, or since the start.</summary>
    public TimeSpan Age => _time.GetElapsedTime(Volatile.Read(ref _lastBlock));

    /// <summary>From now on the detector is expected to get samples.</summary>
    public void Touch() => Volatile.Write(ref _lastBlock, _time.GetTimestamp());

    /// <summary>Samples dropped in the last minute, as a part of those that came.</summary>
    public double DropRate => _drops.Rate(_flow());

    /// <summary>The detector's thread has taken a block.</summary>
    public void OnBlock(ComputeStats stats)
    {
        Volatile.Write(ref _lastBlock, _time.GetTimestamp());
        if (_drops.IsDue) _drops.Look(_flow());
        if (!_openRatio.Enabled) return;
        _segment += stats;
        if (_segment.StreamTime < Segment) return;
        _openRatio.Record(_segment.OpenRatio, _tags);
        _segment = default;
    }

    /// <summary>It has timed a frame.</summary>
    public void OnTimed(TimeSpan took)
    {
        if (_frameTime.Enabled) _frameTime.Record(took.TotalSeconds, _tags);
    }
}
