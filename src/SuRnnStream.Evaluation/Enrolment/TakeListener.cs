namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>
/// Cuts takes out of a microphone's sound while it comes: a word begins where the level rises above the background, and ends where it has stayed down for half a second. Not thread-safe.
/// </summary>
public sealed class TakeListener
{
    const double Rise = 9;                                  // dB above the background
    const double LeastRise = -60;                           // dBFS
    const int FrameMilliseconds = 20;
    const int FramesToBegin = 3, FramesToEnd = 30;          // above, below
    const int FramesKept = 25;                              // before the beginning
    const int FramesAtMost = 250;                           // of a take
    const double Adapts = 0.05;                             // of the background's level, a frame

    readonly int _frame;
    readonly List<float> _sound = [];                       // since what is kept before a beginning
    readonly float[] _filling;
    int _filled, _above, _below;
    double _background = double.NaN;
    bool _speaks;

    /// <param name="sampleRate">Samples per second, from 1,000.</param>
    public TakeListener(int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1_000);
        SampleRate = sampleRate;
        _frame = sampleRate * FrameMilliseconds / 1_000;
        _filling = new float[_frame];
    }

    /// <summary>Samples per second.</summary>
    public int SampleRate { get; }

    /// <summary>Level of the last 20 ms, in dBFS: for a meter.</summary>
    public double Level { get; private set; } = -120;

    /// <summary>Level of the background as far as it is known, in dBFS.</summary>
    public double Background => double.IsNaN(_background) ? -120 : _background;

    /// <summary>True: somebody speaks.</summary>
    public bool IsSpeaking => _speaks;

    /// <summary>Takes the next sound of one channel, in [-1, 1]; at most one take comes of each call of up to half a second.</summary>
    /// <returns>A take with half a second before and after its audible part, for <see cref="TakeCheck.Judge"/>; null: none is complete.</returns>
    public float[]? Listen(ReadOnlySpan<float> samples)
    {
        float[]? take = null;
        foreach (var sample in samples)
        {
            _filling[_filled++] = float.IsFinite(sample) ? sample : 0;
            if (_filled < _frame) continue;
            _filled = 0;
            take = Advance() ?? take;
        }
        return take;
    }

    /// <summary>Forgets the sound so far, but not how loud the background is: after a prompt was played, or a pause.</summary>
    public void Reset()
    {
        _sound.Clear();
        (_filled, _above, _below, _speaks) = (0, 0, 0, false);
    }

    float[]? Advance()
    {
        var sum = 0.0;
        foreach (var sample in _filling) sum += (double)sample * sample;
        Level = Math.Max(-120, 10 * Math.Log10(sum / _frame + 1e-12));
        _sound.AddRange(_filling);
        if (double.IsNaN(_background)) _background = Level;
        var isLoud = Level > Math.Max(LeastRise, _background + Rise);
        if (!_speaks)
        {
            if (!isLoud) _background += Adapts * (Level - _background) * (Level < _background ? 4 : 1);
            _above = isLoud ? _above + 1 : 0;
            if (_above >= FramesToBegin) (_speaks, _below) = (true, 0);
            else if (_sound.Count > (FramesKept + FramesToBegin) * _frame) _sound.RemoveRange(0, _sound.Count - (FramesKept + FramesToBegin) * _frame);
            return null;
        }
        _below = isLoud ? 0 : _below + 1;
        if (_below < FramesToEnd && _sound.Count < FramesAtMost * _frame) return null;
        var take = _sound.ToArray();
        _sound.Clear();
        (_speaks, _above, _below) = (false, 0, 0);
        return take;
    }
}
