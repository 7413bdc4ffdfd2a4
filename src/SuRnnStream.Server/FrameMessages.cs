using System.Buffers.Binary;

namespace SuRnnStream.Server;

/// <summary>
/// Packs frames into binary messages (see PROTOCOL.md): some ten a second, and one sooner where the stream has a gap, so that the frames of
/// a message follow each other.
/// </summary>
sealed class FrameMessages
{
    public const int HeaderBytes = 28;
    public const float FullFeature = 4.5f; // a full-scale sine in the shipped models' front end is below it
    const byte Kind = 1;

    readonly SuRnnConfig _config;
    readonly Action<ReadOnlyMemory<byte>, int> _put;
    readonly int _most;             // frames in a message
    readonly int _recordBytes;
    byte[] _message;                // the one that is being filled
    int _frames;                    // in it
    uint _number;                   // of the next frame
    TimeSpan _end;                  // of the last one

    /// <param name="config">The model's.</param>
    /// <param name="put">Takes a message, whose memory is its own from then on, and the number of its frames.</param>
    public FrameMessages(SuRnnConfig config, Action<ReadOnlyMemory<byte>, int> put)
    {
        (_config, _put) = (config, put);
        _most = Math.Clamp((int)(0.1 / config.RequireTiming().Hop.TotalSeconds), 1, 100);
        _recordBytes = 4 + config.FrameLength + config.Labels.Count + (config.Layers.Sum(layer => layer.Hidden) + 7) / 8;
        _message = New();
    }

    /// <summary>What the stream has cost up to now, for the header.</summary>
    public Func<ComputeStats> Cost { get; set; } = () => default;

    public void Add(in FrameView frame)
    {
        if (_frames > 0 && frame.End > _end + 1.5 * _config.RequireTiming().Hop) Flush();
        if (_frames == 0) BinaryPrimitives.WriteDoubleLittleEndian(_message.AsSpan(8), frame.End.TotalSeconds);
        Write(frame, _message.AsSpan(HeaderBytes + _frames++ * _recordBytes, _recordBytes));
        _end = frame.End;
        if (_frames == _most) Flush();
    }

    public void Flush()
    {
        if (_frames == 0) return;
        var cost = Cost();
        var header = _message.AsSpan();
        (header[0], header[1]) = (Kind, (byte)_frames);
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], (ushort)_recordBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], _number);
        BinaryPrimitives.WriteDoubleLittleEndian(header[16..], (cost.FrontEndTime + cost.NetworkTime).TotalSeconds);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], (uint)cost.Frames);
        _put(_message.AsMemory(0, HeaderBytes + _frames * _recordBytes), _frames);
        _number += (uint)_frames;
        (_message, _frames) = (New(), 0);
    }

    byte[] New() => new byte[HeaderBytes + _most * _recordBytes];

    void Write(in FrameView frame, Span<byte> record)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)frame.Stats.MultiplyAdds);
        record = record[4..];
        foreach (var feature in frame.Features) record = Put(record, Math.Abs(feature) / FullFeature); // of sensors the size
        foreach (var score in frame.Scores) record = Put(record, score);
        var bit = 0;
        for (var layer = 0; layer < _config.Layers.Count; layer++)
        {
            foreach (var open in frame.Open(layer))
            {
                if (open) record[bit / 8] |= (byte)(1 << bit % 8);
                bit++;
            }
        }
    }

    static Span<byte> Put(Span<byte> record, float part)
    {
        record[0] = (byte)Math.Round(255 * Math.Clamp(part, 0, 1));
        return record[1..];
    }
}
