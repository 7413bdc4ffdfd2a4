using static SuRnnStream.Cli.Words;

namespace SuRnnStream.Cli;

/// <summary>What is heard, for people: level and spectrogram, or the channels of a sensor; open switches, scores, detections, cost.</summary>
sealed class ListenView
{
    const int LastDetections = 8, LabelWidth = 10, BarWidth = 16, Left = LabelWidth + BarWidth + 8, Right = 8;
    const byte Faint = 244, Strong = 15, Plain = 250, Green = 41, Amber = 214;      // of 256 colours
    static readonly byte[] Heat = [16, 17, 54, 90, 126, 161, 208, 227];             // [Levels] likewise
    const string Shades = " ··░░▒▓█";                                               // [Levels] where there are no colours
    const string Eighths = " ▁▂▃▄▅▆▇█";

    readonly AnsiPicture _picture;
    readonly ListenInput _input;
    readonly DetectorPipeline _pipeline;
    readonly LevelMeter _level;
    readonly FrameHistory _history;
    readonly (int Index, string Label)[] _labels;           // those that can be detected
    readonly string _low = "", _high = "";                  // edges of the spectrogram
    readonly string[] _channels = [];                       // names of a sensor's, as many as fit; none: sound
    readonly CostWindow _cost = new();
    readonly Lock _lock = new();                            // guards the next one
    readonly Queue<Detection> _detections = [];

    readonly byte[] _bands = new byte[FrameHistory.Columns * FrameHistory.Rows];
    readonly float[] _open = new float[FrameHistory.Columns];
    readonly float[] _scores;
    int _columns;                                           // of the picture that fit

    public ListenView(AnsiPicture picture, ListenInput input, SuRnnConfig config, DetectorPipeline pipeline, LevelMeter level, FrameHistory history)
    {
        (_picture, _input, _pipeline, _level, _history, _scores) = (picture, input, pipeline, level, history, new float[config.Labels.Count]);
        _labels = [.. config.Labels.Index().Where(label => !config.Background.Contains(label.Item)).Take(12)];
        if (config.Sensor is { } sensor)
        {
            _channels = [.. sensor.Channels.Take(FrameHistory.Rows).Select(channel => channel.Name)];
            return;
        }
        var frontEnd = config.RequireFrontEnd();
        (_low, _high) = (Text($"{frontEnd.LowHz:0} Hz"), Text($"{frontEnd.HighHz / 1000:0.0} kHz"));
    }

    public void Add(Detection detection)
    {
        lock (_lock)
        {
            _detections.Enqueue(detection);
            if (_detections.Count > LastDetections) _detections.Dequeue();
        }
    }

    /// <summary>Shows the picture of this moment.</summary>
    public void Draw()
    {
        _columns = Math.Clamp(_picture.Begin() - LabelWidth - Right, 1, FrameHistory.Columns);
        _history.CopyTo(_bands, _open, _scores);
        var counters = _pipeline.Counters;
        _cost.Add(counters.Compute);
        Head(counters);
        if (_channels.Length > 0) Channels();
        else
        {
            Level();
            Spectrogram();
        }
        Switches();
        Scores();
        NearMiss();
        Cost(counters);
        _picture.Show();
    }

    void Head(PipelineCounters counters)
    {
        var status = _input.Status?.Invoke();
        Put("surnn listen  ", Strong);
        Put(Text($"{_input.Name}, {(_channels.Length > 0 ? Text($"{_input.Source.Rate:0.###} Hz") : Text($"{_input.Source.SampleRate / 1000.0:0.###} kHz"))}  "), Plain);
        Put(Text($"{counters.Compute.StreamTime:hh\\:mm\\:ss}  "), Faint);
        if (status is not null) Put(status.State.ToString().ToLowerInvariant(), status.State == CaptureState.Running ? Green : Amber);
        EndLine();
    }

    void Level()
    {
        var (mean, peak) = _level.Take() ?? (-100, -100);
        Name("level");
        Bar((mean + 60) / 60, _columns, peak > -1 ? Amber : Green);
        Put(Text($" {mean,4:0} dB"), Faint);
        EndLine();
    }

    void Spectrogram()
    {
        for (var row = FrameHistory.Rows - 1; row >= 0; row--)
        {
            Name(row == FrameHistory.Rows - 1 ? _high : row == 0 ? _low : "");
            for (var column = FrameHistory.Columns - _columns; column < FrameHistory.Columns;) // neighbours of one colour are one piece
            {
                var (from, level) = (column, Cell(column, row));
                while (column < FrameHistory.Columns && Cell(column, row) == level) column++;
                Repeat(_picture.HasColours ? level == 0 ? ' ' : '█' : Shades[level], column - from, Heat[level]);
            }
            EndLine();
        }

        byte Cell(int column, int row) => _bands[column * FrameHistory.Rows + row];
    }

    /// <summary>A line for each: high where its value is.</summary>
    void Channels()
    {
        Span<char> line = stackalloc char[_columns];
        for (var row = 0; row < _channels.Length; row++)
        {
            Name(_channels[row]);
            for (var i = 0; i < _columns; i++) line[i] = Eighths[1 + _bands[(FrameHistory.Columns - _columns + i) * FrameHistory.Rows + row]];
            Put(line, Green);
            EndLine();
        }
    }

    void Switches()
    {
        Name("open");
        Span<char> bar = stackalloc char[_columns];
        for (var i = 0; i < _columns; i++)
        {
            var open = _open[FrameHistory.Columns - _columns + i];
            bar[i] = Eighths[open == 0 ? 0 : 1 + (int)(open * 7.99f)];
        }
        Put(bar, Amber);
        EndLine();
        EndLine();
    }

    void Scores()
    {
        Detection[] detections;
        lock (_lock) detections = [.. _detections];
        for (var row = 0; row < _labels.Length || row < detections.Length; row++)
        {
            if (row < _labels.Length) Score(_labels[row]);
            else Repeat(' ', Left, Plain);
            if (row < detections.Length)
            {
                var (label, score, _, _, time, _) = detections[detections.Length - 1 - row];
                Put(Text($"{time.TotalSeconds,9:0.000}  {label,-LabelWidth}  {score:0.00}"), row == 0 ? Strong : Faint);
            }
            EndLine();
        }
        EndLine();
    }

    void Score((int Index, string Label) label)
    {
        var score = _scores[label.Index];
        Name(label.Label);
        Bar(score, BarWidth, score > 0.5f ? Green : Faint);
        Put(Text($"  {score:0.00}  "), score > 0.5f ? Strong : Faint);
    }

    /// <summary>Why it did not fire: the last time that it nearly did.</summary>
    void NearMiss()
    {
        Name("nearly");
        var last = _pipeline.Candidates.Where(label => label.Last.Outcome is not (CandidateOutcome.Detected or CandidateOutcome.OtherLabel)).OrderBy(label => label.Last.Time).LastOrDefault();
        Put(last is null ? "-" : $"{last.Label} {CandidateSummary.Of(last.Last)}", last is null ? Faint : Plain);
        EndLine();
    }

    void Cost(PipelineCounters counters)
    {
        Name("cost");
        Put(_cost.Text, Plain);
        EndLine();
        Name(_channels.Length > 0 ? "data" : "sound");
        var status = _input.Status?.Invoke();
        Put(Text($"{Count(counters.SamplesDropped, "sample")} dropped, {counters.SamplesLost:N0} lost, {Count(counters.Gaps, "gap")}"),
            counters.Gaps > 0 ? Amber : Plain);
        if (status is not null) Put(LiveSummary.Text(status), status.Overruns + status.Losses > 0 ? Amber : Plain);
        EndLine();
        if (status is not { LastEventTime: { } when }) return;
        Name("");
        Put(Text($"{when.ToLocalTime():HH\\:mm\\:ss} {status.LastEvent}"), Faint);
        EndLine();
    }

    void Name(string name) => Put(name.Length > LabelWidth ? name[..LabelWidth] : name.PadRight(LabelWidth), Faint);

    void Bar(double part, int width, byte colour)
    {
        var filled = (int)Math.Clamp(part * width, 0, width);
        Repeat('█', filled, colour);
        Repeat(' ', width - filled, Plain);
    }

    void Repeat(char character, int count, byte colour)
    {
        Span<char> text = stackalloc char[FrameHistory.Columns];
        text[..count].Fill(character);
        Put(text[..count], colour);
    }

    void Put(ReadOnlySpan<char> text, byte colour) => _picture.Put(PlainText.Clean(text), colour);

    void EndLine() => _picture.EndLine();
}
