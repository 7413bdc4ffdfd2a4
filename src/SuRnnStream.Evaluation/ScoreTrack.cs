using System.Runtime.InteropServices;

namespace SuRnnStream.Evaluation;

/// <summary>
/// The scores and open switches of every frame of a stream, so that the event gate can decide again with other options while the network has run
/// once. A frame whose scores are held from the one before costs nothing: runs of equal frames are kept as one.
/// </summary>
sealed class ScoreTrack(SuRnnConfig config)
{
    readonly List<float[]> _scores = [];    // [runs][Labels]
    readonly List<int> _open = [];          // [runs] open switches
    readonly List<int> _lengths = [];       // [runs] frames
    int? _end;                              // frames before the stream's end

    /// <summary>From one frame to the next.</summary>
    public TimeSpan Hop => config.RequireTiming().Hop;

    /// <summary>Frames in all.</summary>
    public int Frames { get; private set; }

    /// <summary>Frames that are kept.</summary>
    public int Runs => _lengths.Count;

    /// <summary>Writes the scores exactly.</summary>
    public void Write(BinaryWriter to)
    {
        to.Write7BitEncodedInt(Runs);
        to.Write7BitEncodedInt(_end ?? Frames);
        for (var run = 0; run < Runs; run++)
        {
            to.Write7BitEncodedInt(_lengths[run]);
            to.Write7BitEncodedInt(_open[run]);
            to.Write(MemoryMarshal.AsBytes<float>(_scores[run]));
        }
    }

    /// <summary>What <see cref="Write"/> wrote.</summary>
    public static ScoreTrack Read(BinaryReader from, SuRnnConfig config)
    {
        var track = new ScoreTrack(config);
        var (runs, end) = (from.Read7BitEncodedInt(), from.Read7BitEncodedInt());
        for (; runs > 0; runs--)
        {
            track._lengths.Add(from.Read7BitEncodedInt());
            track._open.Add(from.Read7BitEncodedInt());
            var scores = new float[config.Labels.Count];
            from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(scores.AsSpan()));
            track._scores.Add(scores);
            track.Frames += track._lengths[^1];
        }
        track._end = end;
        return track;
    }

    /// <summary>The stream has ended: frames from here on are those of <see cref="StreamingDetector.Finish"/>.</summary>
    public void End() => _end = Frames;

    /// <param name="scores">[Labels] of the frame.</param>
    /// <param name="open">Its open switches.</param>
    public void Add(ReadOnlySpan<float> scores, int open)
    {
        Frames++;
        if (Runs > 0 && open == _open[^1] && scores.SequenceEqual(_scores[^1])) _lengths[^1]++;
        else
        {
            _scores.Add(scores.ToArray());
            _open.Add(open);
            _lengths.Add(1);
        }
    }

    /// <summary>What a <see cref="StreamingDetector"/> with these options would have detected to its Finish, bit for bit.</summary>
    public List<Detection> Replay(DetectorOptions options)
    {
        var (gate, detections) = (new EventGate(options, config), new List<Detection>());
        for (var run = 0; run < Runs; run++)
            for (var i = 0; i < _lengths[run]; i++)
                if (gate.TryAdvance(_scores[run], _open[run], out var detection)) detections.Add(detection);
        if (Runs > 0) gate.RunOut(_scores[^1], Frames - (_end ?? Frames), detections.Add);
        return detections;
    }

    /// <summary>Goes through the scores [Labels] of every frame, and whether it is after the stream's end.</summary>
    /// <returns>The scores of the last frame; empty: there is none.</returns>
    public float[] Walk(Action<float[], bool> onFrame)
    {
        var frame = 0;
        for (var run = 0; run < Runs; run++)
            for (var i = 0; i < _lengths[run]; i++) onFrame(_scores[run], frame++ >= (_end ?? Frames));
        return Runs > 0 ? _scores[^1] : [];
    }
}
