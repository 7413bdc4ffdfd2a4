namespace SuRnnStream.Wyoming;

/// <summary>
/// Begin and end of speech from the network's own switches, which open in speech and rest in noise: our own extension, which costs nothing beside the
/// detector. Speech begins with 4 frames in the last 8 in which a switch is open, and ends 700 ms after the last one. Of a model that holds, a frame
/// counts that is heard and in which silence has at most half of the score, for its switches open in loud noise too.
/// </summary>
/// <param name="silence">Place of silence in the labels of a model that holds; -1: of another model.</param>
/// <param name="tell">Called with true at a begin and false at an end, and its place in the stream.</param>
/// <param name="least">Frames of the last 8 that begin speech.</param>
sealed class VoiceTrack(int silence, Action<bool, TimeSpan> tell, int least = VoiceTrack.Least)
{
    public const int Least = 4;

    const int Window = 8;
    static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(700);

    byte _open;              // a bit for each of the last Window frames, the newest lowest
    bool _speaking;
    TimeSpan _last;          // end of the last frame with an open switch

    /// <summary>Number of the label <c>silence</c> of a model that holds; -1 for others.</summary>
    public static int SilenceOf(SuRnnConfig config) => config.Layers.Any(layer => layer.Cell == CellKind.Hold) ? config.Labels.ToList().IndexOf("silence") : -1;

    public void Observe(in FrameView frame) => Take(silence < 0 ? frame.Stats.SwitchesOpen > 0 : frame.Stats.FramesSkipped == 0 && frame.Scores[silence] <= 0.5f, frame.End);

    public void Take(bool open, TimeSpan end)
    {
        _open = (byte)((_open << 1) | (open ? 1 : 0));
        if (open) _last = end;
        if (!_speaking && System.Numerics.BitOperations.PopCount(_open) >= least)
        {
            _speaking = true;
            tell(true, end);
        }
        else if (_speaking && end - _last >= Rest)
        {
            End();
        }
    }

    /// <summary>The stream has ended.</summary>
    public void End()
    {
        if (!_speaking) return;
        (_speaking, _open) = (false, 0);
        tell(false, _last);
    }
}
