namespace SuRnnStream.Cli;

/// <summary>
/// The last frames as a picture a few lines high: how loud each group of bands was, or the value of each of a sensor's first channels, and how many
/// switches were open. The detector's thread adds, another one looks.
/// </summary>
sealed class FrameHistory
{
    public const int Columns = 64, Rows = 8, FramesPerColumn = 3, Levels = 8;
    const float LevelsPerFeature = 2; // a loud voice has features of 3 to 4
    const float Middle = Levels / 2;  // of a sensor's value 0; one of 4, in its scale, is at the edge

    readonly Lock _lock = new();                        // held for a frame's worth of copying
    readonly byte[] _bands = new byte[Columns * Rows];  // [Columns, Rows] from the lowest band up, 0 to Levels - 1; a ring
    readonly float[] _open = new float[Columns];        // part of the switches, 0 to 1
    readonly float[] _scores;                           // [Labels]
    readonly int _layers, _switches, _bandsPerFrame;
    readonly int _channels, _newest;                    // of sensors: rows in use, and where in a frame their newest values are
    long _frames;
    bool _busy;

    public FrameHistory(SuRnnConfig config)
    {
        _scores = new float[config.Labels.Count];
        (_layers, _switches) = (config.Layers.Count, config.Layers.Sum(layer => layer.Hidden));
        _bandsPerFrame = config.FrameLength;
        if (config.Sensor is not { } sensor) return;
        _channels = Math.Min(Rows, sensor.Channels.Count);
        _newest = sensor.Channels.Count * (sensor.Content == FrameContent.Samples ? sensor.HopLength - 1 : 0);
    }

    /// <summary>A <see cref="FrameObserver"/>.</summary>
    public void Add(in FrameView frame)
    {
        var open = 0;
        for (var layer = 0; layer < _layers; layer++) open += frame.Open(layer).Count(true);
        lock (_lock)
        {
            var column = (int)(_frames / FramesPerColumn % Columns);
            var cells = _bands.AsSpan(column * Rows, Rows);
            if (_frames++ % FramesPerColumn == 0)
            {
                cells.Clear();
                _open[column] = 0;
            }
            if (_channels == 0) for (var row = 0; row < Rows; row++) cells[row] = Math.Max(cells[row], Level(frame.Features, row));
            for (var row = 0; row < _channels; row++) cells[row] = (byte)Math.Clamp(Middle + frame.Features[_newest + row], 0, Levels - 1);
            _open[column] = Math.Max(_open[column], (float)open / _switches);
            frame.Scores.CopyTo(_scores);
            _busy |= open > 0;
        }
    }

    /// <summary>True: a switch has opened since this was last asked.</summary>
    public bool TakeBusy()
    {
        lock (_lock)
        {
            var busy = _busy;
            _busy = false;
            return busy;
        }
    }

    /// <summary>Copies the picture, its oldest column first.</summary>
    /// <param name="bands">[Columns, Rows]; of a sensor the first rows, a channel each.</param>
    /// <param name="open">[Columns]</param>
    /// <param name="scores">[Labels]</param>
    public void CopyTo(Span<byte> bands, Span<float> open, Span<float> scores)
    {
        lock (_lock)
        {
            var oldest = (int)(((_frames + FramesPerColumn - 1) / FramesPerColumn) % Columns);
            _bands.AsSpan(oldest * Rows).CopyTo(bands);
            _bands.AsSpan(0, oldest * Rows).CopyTo(bands[((Columns - oldest) * Rows)..]);
            _open.AsSpan(oldest).CopyTo(open);
            _open.AsSpan(0, oldest).CopyTo(open[(Columns - oldest)..]);
            _scores.CopyTo(scores);
        }
    }

    /// <summary>Of the loudest band in the row.</summary>
    byte Level(ReadOnlySpan<float> features, int row)
    {
        var (from, to) = (row * _bandsPerFrame / Rows, Math.Max(row * _bandsPerFrame / Rows + 1, (row + 1) * _bandsPerFrame / Rows));
        var loudest = 0f;
        for (var band = from; band < to; band++) loudest = Math.Max(loudest, features[band]);
        return (byte)Math.Clamp(loudest * LevelsPerFeature, 0, Levels - 1);
    }
}
