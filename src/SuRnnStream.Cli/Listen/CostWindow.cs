namespace SuRnnStream.Cli;

/// <summary>What the last ten seconds of a stream cost.</summary>
sealed class CostWindow
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(10), Step = TimeSpan.FromSeconds(1);

    readonly Queue<ComputeStats> _seconds = [];     // running totals, about a second apart
    ComputeStats _newest;

    /// <summary>One line; empty before there is anything to tell.</summary>
    public string Text { get; private set; } = "";

    /// <param name="total">Since the start of the stream.</param>
    public void Add(ComputeStats total)
    {
        if (_seconds.Count > 0 && total.StreamTime - _newest.StreamTime < Step) return;
        _newest = total;
        _seconds.Enqueue(total);
        while (total.StreamTime - _seconds.Peek().StreamTime > Window) _seconds.Dequeue();
        var then = _seconds.Peek();
        var frames = total.Frames - then.Frames;
        if (frames == 0) return;
        var time = total.FrontEndTime + total.NetworkTime - then.FrontEndTime - then.NetworkTime;
        var (stream, skipped) = (total.StreamTime - then.StreamTime, total.FramesSkipped - then.FramesSkipped);
        var (done, possible) = (total.MultiplyAdds - then.MultiplyAdds, total.MultiplyAddsDense - then.MultiplyAddsDense);
        Text = Words.Text($"{time.TotalMicroseconds / frames:0} us a frame, {100 * (time / stream):0.00} % of a core") +
            Words.Text($"; {100.0 * skipped / frames:0} % of the frames skipped, {100 - 100.0 * done / possible:0.0} % of the work saved");
    }
}
