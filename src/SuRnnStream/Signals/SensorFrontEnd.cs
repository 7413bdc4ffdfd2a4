using System.Runtime.InteropServices;

namespace SuRnnStream;

/// <summary>
/// Samples of sensors to frames, in a stream: of interleaved channels, a moment's samples following each other. One instance per stream.
/// Training and running share this one implementation.
/// </summary>
sealed class SensorFrontEnd : IFrontEnd
{
    const int LongestLookBack = 1 << 20; // moments

    readonly SensorFrontEndConfig _config;
    readonly int _channels, _within;   // _within: moments among which a landmark is looked for
    readonly double _resetAfter;       // moments
    readonly bool _mean;

    readonly SensorTrack[] _tracks;
    readonly float[] _moment;          // [channels] samples of the moment that is being filled
    readonly float[] _before;          // [channels] values that the next ones' differences are taken to; NaN: none
    readonly float[] _made;            // [FrameLength] of the frame that is being filled
    readonly double[] _sums;           // [channels] of that frame, where it holds means
    RhythmTrack _rhythm;               // of the first channel
    float[] _size;                     // a ring by number of the moment: size of the first channel's filtered value; empty without landmarks
    int _filled;                       // samples in _moment
    int _ignored;                      // samples to come that belong to a moment whose first ones are lost
    int _moments;                      // whole ones in the frame that is being filled
    long _next;                        // number of the moment that is being filled
    double _away = double.NaN;         // moments since the last one that had any value; NaN: there was none yet
    bool _restarts;                    // such a moment came after too many without

    /// <exception cref="ArgumentException">A setting is outside its range.</exception>
    public SensorFrontEnd(SensorFrontEndConfig config) : this(config, config.HopLength) { }

    /// <param name="config">How samples become frames.</param>
    /// <param name="lookBack">Moments that an event's frame may lie back when its landmark is asked for.</param>
    internal SensorFrontEnd(SensorFrontEndConfig config, long lookBack)
    {
        _config = config.Validate();
        _channels = config.Channels.Count;
        (_mean, _resetAfter) = (config.Content == FrameContent.Mean, config.MomentsIn(config.ResetAfter));
        _tracks = [.. config.Channels.Select(channel => new SensorTrack(channel, config))];
        (_moment, _before, _made) = (new float[_channels], new float[_channels], new float[config.FrameLength]);
        _sums = new double[_mean ? _channels : 0];
        _rhythm = new RhythmTrack(config);
        _within = (int)Math.Round(config.MomentsIn(config.LandmarkWithin));
        Array.Fill(_before, float.NaN);
        _size = [];
        LookBack(lookBack);
    }

    /// <summary>Remembers where the last values were large for long enough that an event's frame may lie this many moments back.</summary>
    public void LookBack(long moments)
    {
        var length = _within == 0 ? 0 : _within + (int)Math.Min(moments + _config.HopLength, LongestLookBack);
        if (length <= _size.Length) return;
        var longer = new float[length];
        for (var moment = Math.Max(0, _next - _size.Length); moment < _next; moment++) longer[moment % length] = _size[moment % _size.Length];
        _size = longer;
    }

    /// <summary>Samples that were missing and have been held from before, since the start; not those that were skipped.</summary>
    public long SamplesHeld { get; private set; }

    /// <summary>Those of them that were there, but so far from all others that no sensor gives them.</summary>
    public long SamplesWild { get; private set; }

    /// <summary>True: the last frame is the first with a value after all channels were away for longer than <see cref="SensorFrontEndConfig.ResetAfter"/>.</summary>
    public bool Restarted { get; private set; }

    /// <summary>True: after a loss of this number of samples the first value restarts.</summary>
    public bool ForgetsOver(long samples) => _away + samples / _channels > _resetAfter;

    bool IFrontEnd.KnowsGaps => true;

    int IFrontEnd.Pending => Pending;

    int Pending => _moments * _channels + _filled - _ignored;

    ReadOnlySpan<float> IFrontEnd.NextAtEnd(int frames, bool rests)
    {
        if (Pending <= 0) return [];
        var missing = new float[_config.HopLength * _channels - Pending];
        Array.Fill(missing, float.NaN);
        SamplesHeld -= missing.Length; // the stream has ended: these are not missing
        return missing;
    }

    /// <summary>
    /// Takes samples off the front of <paramref name="samples"/>, which may be cut anywhere, until a frame is complete. True:
    /// <paramref name="frame"/> [FrameLength] holds it, call again. False: all samples are taken and the next frame needs more.
    /// </summary>
    public bool TryNext(ref ReadOnlySpan<float> samples, Span<float> frame)
    {
        if (_ignored > 0)
        {
            var ignored = Math.Min(_ignored, samples.Length);
            _ignored -= ignored;
            samples = samples[ignored..];
        }
        while (!samples.IsEmpty)
        {
            var moment = samples[..Math.Min(samples.Length, _channels - _filled)];
            samples = samples[moment.Length..];
            if (moment.Length < _channels)
            {
                moment.CopyTo(_moment.AsSpan(_filled));
                _filled += moment.Length;
                if (_filled < _channels) return false;
                moment = _moment;
                _filled = 0;
            }
            Take(moment);
            if (_moments < _config.HopLength) continue;
            Finish(frame);
            return true;
        }
        return false;
    }

    void Take(ReadOnlySpan<float> moment)
    {
        var missing = 0;
        for (var c = 0; c < moment.Length; c++)
        {
            var there = float.IsFinite(moment[c]);
            if (there && _tracks[c].IsWild(moment[c], _resetAfter))
            {
                there = false;
                SamplesWild++;
            }
            var (filtered, scaled) = there ? _tracks[c].Take(moment[c], _resetAfter) : _tracks[c].Hold();
            if (!there) missing++;
            else if (_tracks[c].IsFirst) _before[c] = float.NaN;
            if (c == 0 && _config.KnowsRhythm) Beat(there, filtered);
            if (c == 0 && _size.Length > 0) _size[_next % _size.Length] = there ? Math.Abs(filtered) : 0;
            if (_mean) _sums[c] += scaled;
            else Put(_moments * _channels + c, c, scaled);
        }
        if (missing > 0) Miss(missing);
        if (missing == moment.Length) _away++;
        else
        {
            _restarts |= _away > _resetAfter;
            _away = 0;
        }
        _next++;
        _moments++;
    }

    void Beat(bool there, float filtered)
    {
        if (there && _tracks[0].IsFirst) _rhythm.Forget();
        _rhythm.Take(there ? filtered : null);
    }

    void Miss(int samples)
    {
        SamplesHeld += samples;
        if (_config.FlagMissing) _made[^1] = 1;
    }

    /// <summary>A value of channel c at its place in the frame, and its difference.</summary>
    void Put(int place, int c, float value)
    {
        _made[place] = value;
        if (_config.Derivatives) _made[_config.ValuesPerFrame + place] = float.IsNaN(_before[c]) ? 0 : value - _before[c];
        _before[c] = value;
    }

    void Finish(Span<float> frame)
    {
        for (var c = 0; c < _sums.Length; c++) Put(c, c, (float)(_sums[c] / _config.HopLength));
        if (_config.KnowsRhythm) _rhythm.Put(_made.AsSpan(_config.RhythmPlace, RhythmTrack.Length));
        _made.CopyTo(frame);
        (Restarted, _restarts) = (_restarts, false);
        Empty();
    }

    /// <summary>The next moment is the first of a frame.</summary>
    void Empty()
    {
        _moments = 0;
        Array.Clear(_sums);
        if (_config.FlagMissing) _made[^1] = 0;
    }

    /// <summary>Forgets everything; the next sample is the first of a stream.</summary>
    public void Reset() => ((IFrontEnd)this).Reset(0);

    long IFrontEnd.Reset(long position)
    {
        for (var c = 0; c < _tracks.Length; c++) _tracks[c].Forget();
        _rhythm.Forget();
        Array.Fill(_before, float.NaN);
        (_away, _restarts, Restarted) = (double.NaN, false, false);
        Array.Clear(_size);
        return GoTo(position);
    }

    long IFrontEnd.Skip(long position)
    {
        var before = _next;
        var next = GoTo(position);
        var lost = _next - before;
        for (var c = 0; c < _tracks.Length; c++) _tracks[c].Skip(lost);
        _rhythm.Skip(lost);
        _away += lost;
        for (var moment = Math.Max(before, _next - _size.Length); moment < _next; moment++) _size[moment % _size.Length] = 0;
        return next;
    }

    /// <summary>To the first whole moment from sample number <paramref name="position"/> on.</summary>
    long GoTo(long position)
    {
        Empty();
        _filled = 0;
        _next = (position + _channels - 1) / _channels;
        _ignored = (int)(_next * _channels - position);
        return _next * _channels;
    }

    /// <summary>When the event was whose score was highest in the frame that ends before sample number <paramref name="end"/>. Null: unknown.</summary>
    public TimeSpan? LandmarkBefore(long end)
    {
        var after = Math.Min(end / _channels, _next);
        var (largest, place) = (0f, -1L);
        for (var moment = Math.Max(Math.Max(0, after - _within), _next - _size.Length); moment < after; moment++)
        {
            var size = _size[moment % _size.Length];
            if (size > largest) (largest, place) = (size, moment);
        }
        return place < 0 ? null : _config.TimeOf(place);
    }

    void IFrontEnd.Save(BinaryWriter to)
    {
        to.Write(_next);
        to.Write(_moments);
        to.Write(_filled);
        to.Write(_ignored);
        to.Write(_away);
        to.Write(_restarts);
        to.Write(SamplesHeld);
        to.Write(SamplesWild);
        foreach (var track in _tracks) track.Save(to);
        if (_config.KnowsRhythm) _rhythm.Save(to);
        foreach (var numbers in Numbers()) to.Write(MemoryMarshal.AsBytes(numbers.AsSpan()));
        to.Write(MemoryMarshal.AsBytes(_sums.AsSpan()));
        for (var age = _size.Length; age > 0; age--) to.Write(_size[(_next + _size.Length - age) % _size.Length]);
    }

    void IFrontEnd.Restore(BinaryReader from)
    {
        (_next, _moments, _filled, _ignored) = (from.ReadInt64(), from.ReadInt32(), from.ReadInt32(), from.ReadInt32());
        (_away, _restarts, SamplesHeld, SamplesWild) = (from.ReadDouble(), from.ReadBoolean(), from.ReadInt64(), from.ReadInt64());
        if (_next < 0 || _next > long.MaxValue / 2 / _channels || _moments < 0 || _moments >= _config.HopLength || _filled < 0 || _filled >= _channels
            || _ignored < 0 || _ignored >= _channels || SamplesWild < 0 || SamplesHeld < SamplesWild || double.IsInfinity(_away))
            throw new InvalidDataException("A saved sensor front end has a position that cannot be.");
        for (var c = 0; c < _tracks.Length; c++) _tracks[c].Restore(from);
        if (_config.KnowsRhythm) _rhythm.Restore(from);
        foreach (var numbers in Numbers())
        {
            from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(numbers.AsSpan()));
            if (Array.Exists(numbers, number => numbers == _made ? !(Math.Abs(number) <= 2 * SensorTrack.Largest) : numbers == _before && Math.Abs(number) > SensorTrack.Largest)) throw new InvalidDataException("A saved sensor front end holds a frame of no numbers.");
        }
        from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(_sums.AsSpan()));
        if (Array.Exists(_sums, sum => !(Math.Abs(sum) < 1e10))) throw new InvalidDataException("A saved sensor front end holds a frame of no numbers.");
        for (var age = _size.Length; age > 0; age--) _size[(_next + _size.Length - age) % _size.Length] = from.ReadSingle();
        if (_away < 0 || Array.Exists(_size, size => !(size >= 0))) throw new InvalidDataException("A saved sensor front end holds a size or a time below zero.");
    }

    float[][] Numbers() => [_moment, _before, _made];
}
