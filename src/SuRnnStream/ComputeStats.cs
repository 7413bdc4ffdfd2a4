using System.Diagnostics;

namespace SuRnnStream;

/// <summary>What a segment of stream cost. Values add up with +.</summary>
public readonly record struct ComputeStats
{
    /// <summary>Frames made by the front end and given to the network.</summary>
    public long Frames { get; init; }

    /// <summary>Frames in which every switch was shut: only what the switches look at was worked out, no recurrent step and no head.</summary>
    public long FramesSkipped { get; init; }

    /// <summary>Switches that were open, summed over frames and neurons.</summary>
    public long SwitchesOpen { get; init; }

    /// <summary>
    /// Switches of one frame as bursts count them: those that were open. A memory that holds opens few, and its frame switch opens for everything loud; there all count in a heard
    /// frame in which silence is not likelier than all other labels together, and one in any other heard frame.
    /// </summary>
    internal int OpenForBursts { get; init; }

    /// <summary>Switches that there were, summed over frames and neurons.</summary>
    public long Switches { get; init; }

    /// <summary>Multiply-adds that the network did (switches included, front end not).</summary>
    public long MultiplyAdds { get; init; }

    /// <summary>Multiply-adds of the same network with every switch open in every frame.</summary>
    public long MultiplyAddsDense { get; init; }

    /// <summary>Bytes of weights that the network read.</summary>
    public long WeightBytes { get; init; }

    /// <summary>Bytes of weights that it would have read with every switch open in every frame.</summary>
    public long WeightBytesDense { get; init; }

    /// <summary>Time spent turning samples into frames. A long stream's is estimated: one frame in 16 is timed and counts for all of them.</summary>
    public TimeSpan FrontEndTime { get; init; }

    /// <summary>Time spent in the network and the event gate, estimated likewise.</summary>
    public TimeSpan NetworkTime { get; init; }

    /// <summary>Length of the stream that the frames advanced over.</summary>
    public TimeSpan StreamTime { get; init; }

    /// <summary>Bursts that the second look was asked about; not among the counts above, as all of its costs.</summary>
    public long Candidates { get; init; }

    /// <summary>Those of them that were detected.</summary>
    public long Accepted { get; init; }

    /// <summary>Multiply-adds of the second look.</summary>
    public long VerifierMultiplyAdds { get; init; }

    /// <summary>Time spent in the second look.</summary>
    public TimeSpan VerifierTime { get; init; }

    /// <summary>Open switches as a part of all, 0 to 1; 0 before the first frame.</summary>
    public double OpenRatio => Switches == 0 ? 0 : (double)SwitchesOpen / Switches;

    /// <summary>Wholly skipped frames as a part of all, 0 to 1; 0 before the first frame.</summary>
    public double SkippedRatio => Frames == 0 ? 0 : (double)FramesSkipped / Frames;

    /// <summary>Compute time per second of stream: 0.01 is 1 % of one core; 0 before the first frame.</summary>
    public double RealTimeFactor => StreamTime == TimeSpan.Zero ? 0 : (FrontEndTime + NetworkTime + VerifierTime) / StreamTime;

    /// <summary>The cost of both together, stage by stage.</summary>
    public static ComputeStats operator +(ComputeStats a, ComputeStats b) => new()
    {
        Frames = a.Frames + b.Frames,
        FramesSkipped = a.FramesSkipped + b.FramesSkipped,
        SwitchesOpen = a.SwitchesOpen + b.SwitchesOpen,
        Switches = a.Switches + b.Switches,
        MultiplyAdds = a.MultiplyAdds + b.MultiplyAdds,
        MultiplyAddsDense = a.MultiplyAddsDense + b.MultiplyAddsDense,
        WeightBytes = a.WeightBytes + b.WeightBytes,
        WeightBytesDense = a.WeightBytesDense + b.WeightBytesDense,
        FrontEndTime = a.FrontEndTime + b.FrontEndTime,
        NetworkTime = a.NetworkTime + b.NetworkTime,
        StreamTime = a.StreamTime + b.StreamTime,
        Candidates = a.Candidates + b.Candidates,
        Accepted = a.Accepted + b.Accepted,
        VerifierMultiplyAdds = a.VerifierMultiplyAdds + b.VerifierMultiplyAdds,
        VerifierTime = a.VerifierTime + b.VerifierTime,
    };
}

/// <summary>Adds up the counts of many frames, without their times, in place.</summary>
struct FrameCounts
{
    long _frames, _skipped, _open, _switches, _done, _dense, _bytes, _bytesDense;

    public void Add(in ComputeStats frame)
    {
        _frames += frame.Frames;
        _skipped += frame.FramesSkipped;
        _open += frame.SwitchesOpen;
        _switches += frame.Switches;
        _done += frame.MultiplyAdds;
        _dense += frame.MultiplyAddsDense;
        _bytes += frame.WeightBytes;
        _bytesDense += frame.WeightBytesDense;
    }

    public readonly ComputeStats With(TimeSpan frontEnd, TimeSpan network, TimeSpan hop) => new()
    {
        Frames = _frames,
        FramesSkipped = _skipped,
        SwitchesOpen = _open,
        Switches = _switches,
        MultiplyAdds = _done,
        MultiplyAddsDense = _dense,
        WeightBytes = _bytes,
        WeightBytesDense = _bytesDense,
        FrontEndTime = frontEnd,
        NetworkTime = network,
        StreamTime = new TimeSpan(hop.Ticks * _frames),
    };
}

/// <summary>A stopwatch read once a stage.</summary>
struct Lap()
{
    long _last = Stopwatch.GetTimestamp();

    public TimeSpan Next()
    {
        var now = Stopwatch.GetTimestamp();
        var lap = Stopwatch.GetElapsedTime(_last, now);
        _last = now;
        return lap;
    }
}
