using Spectre.Console;
using Spectre.Console.Rendering;
using static SuRnnStream.Cli.Words;

namespace SuRnnStream.Cli;

/// <summary>
/// What is heard, for people: level, spectrogram, open switches, scores, detections, cost. <see cref="Update"/> makes the lines, and
/// neighbours of one colour are one piece of text, so that a picture costs little.
/// </summary>
sealed class ListenView : IRenderable
{
    const int LastDetections = 8, LabelWidth = 10, BarWidth = 16, Left = LabelWidth + BarWidth + 8;
    static readonly string[] Eighths = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    static readonly string[] Blocks = [.. Enumerable.Range(0, FrameHistory.Columns + 1).Select(n => new string('█', n))];
    static readonly string[] Spaces = [.. Enumerable.Range(0, 200).Select(n => new string(' ', n))];
    static readonly Style[] Heat = [.. new byte[] { 0, 17, 54, 90, 126, 161, 208, 227 }.Select(Ink)]; // [Levels] of 256 colours
    static readonly Style Faint = Ink(244), Strong = Ink(15), Green = Ink(41), Amber = Ink(214), Plain = Style.Plain;

    readonly ListenInput _input;
    readonly DetectorPipeline _pipeline;
    readonly LevelMeter _level;
    readonly FrameHistory _history;
    readonly (int Index, string Label)[] _labels;           // those that can be detected
    readonly string _low, _high;                            // edges of the spectrogram
    readonly CostWindow _cost = new();
    readonly Lock _lock = new();                            // guards the next one
    readonly Queue<Detection> _detections = [];

    readonly byte[] _bands = new byte[FrameHistory.Columns * FrameHistory.Rows];
    readonly float[] _open = new float[FrameHistory.Columns];
    readonly float[] _scores;
    List<Segment> _segments = [];                           // replaced by Update

    public ListenView(ListenInput input, SuRnnConfig config, DetectorPipeline pipeline, LevelMeter level, FrameHistory history)
    {
        (_input, _pipeline, _level, _history, _scores) = (input, pipeline, level, history, new float[config.Labels.Count]);
        _labels = [.. config.Labels.Index().Where(label => !config.Background.Contains(label.Item)).Take(12)];
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

    public Measurement Measure(RenderOptions options, int maxWidth) => new(FrameHistory.Columns, maxWidth);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => _segments;

    /// <summary>Makes the picture of this moment.</summary>
    public void Update()
    {
        _history.CopyTo(_bands, _open, _scores);
        var counters = _pipeline.Counters;
        _cost.Add(counters.Compute);
        _segments = new List<Segment>(_segments.Count + 50);
        Head(counters);
        Level();
        Spectrogram();
        Switches();
        Scores();
        Cost(counters);
    }

    void Head(PipelineCounters counters)
    {
        var status = _input.Status?.Invoke();
        Put("surnn listen  ", Strong);
        Put(Text($"{_input.Name}, {_input.Source.SampleRate / 1000.0:0.###} kHz  "), Plain);
        Put(Text($"{counters.Compute.StreamTime:hh\\:mm\\:ss}  "), Faint);
        if (status is not null) Put(status.State.ToString().ToLowerInvariant(), status.State == CaptureState.Running ? Green : Amber);
        EndLine();
    }

    void Level()
    {
        var (mean, peak) = _level.Take() ?? (-100, -100);
        var bar = (int)Math.Clamp((mean + 60) / 60 * FrameHistory.Columns, 0, FrameHistory.Columns);
        Name("level");
        Put(Blocks[bar], peak > -1 ? Amber : Green);
        Put(Spaces[FrameHistory.Columns - bar], Plain);
        Put(Text($" {mean,4:0} dB"), Faint);
        EndLine();
    }

    void Spectrogram()
    {
        for (var row = FrameHistory.Rows - 1; row >= 0; row--)
        {
            Name(row == FrameHistory.Rows - 1 ? _high : row == 0 ? _low : "");
            for (var column = 0; column < FrameHistory.Columns;)
            {
                var (from, level) = (column, Cell(column, row));
                while (column < FrameHistory.Columns && Cell(column, row) == level) column++;
                Put(level == 0 ? Spaces[column - from] : Blocks[column - from], Heat[level]);
            }
            EndLine();
        }

        byte Cell(int column, int row) => _bands[column * FrameHistory.Rows + row];
    }

    void Switches()
    {
        Name("open");
        var bar = string.Concat(_open.Select(open => Eighths[open == 0 ? 0 : 1 + (int)(open * 7.99f)]));
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
            else Put(Spaces[Left], Plain);
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
        var bar = (int)(score * BarWidth);
        Name(label.Label);
        Put(Blocks[bar], score > 0.5f ? Green : Faint);
        Put(Spaces[BarWidth - bar], Plain);
        Put(Text($"  {score:0.00}  "), score > 0.5f ? Strong : Faint);
    }

    void Cost(PipelineCounters counters)
    {
        Name("cost");
        Put(_cost.Text, Plain);
        EndLine();
        Name("sound");
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

    void Put(string text, Style style)
    {
        if (text.Length > 0) _segments.Add(new Segment(text, style));
    }

    void EndLine() => _segments.Add(Segment.LineBreak);

    static Style Ink(byte colour) => new(Color.FromInt32(colour));
}
