using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>
/// Looks at a microphone's sound for some seconds, best while somebody speaks, and says what is wrong with it: one sentence for each thing, with the remedy.
/// Not thread-safe.
/// </summary>
public sealed unsafe class LevelCheck
{
    const double TooQuietBelow = -50;       // dBFS of the loudest tenth of the time
    const double ClippedFrom = 0.99;        // of full scale
    const int ClippedInARow = 3;            // samples: music and clean speech touch full scale once
    const double OffsetFrom = 0.01;         // of full scale
    const double HoleBelow = -85;           // dBFS: quieter than any converter of a microphone
    const double SoundFrom = -65;           // dBFS
    const double NarrowBelow = -50;         // dB of the mean power above 4.4 kHz below that under 3.5 kHz, of loud frames
    const int FftLength = 512;

    readonly int _rate, _hop;
    readonly RealFft _fft = RealFft.Create(MelTransform.Hann(FftLength));
    readonly AlignedBuffer _power = new(FftLength / 2 + 1);
    readonly float[] _frame;                // [hop] samples
    readonly int[] _levels = new int[121];  // frames by level: 0 to -120 dBFS
    int _filled;
    double _sum, _low, _high;
    long _samples, _clipped, _atLimit, _frames, _loud, _holes;
    bool _inSound;

    /// <param name="sampleRate">Samples per second, 1,000 or more.</param>
    public LevelCheck(int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1_000);
        (_rate, _hop) = (sampleRate, Math.Max(FftLength, sampleRate / 50));
        _frame = new float[_hop];
    }

    /// <summary>Length of the sound that was looked at.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)_samples / _rate);

    /// <summary>Level of the loudest tenth of the frames, in dBFS: of speech, if somebody spoke. -120 for silence.</summary>
    public double SpeechLevel => Percentile(0.9);

    /// <summary>Level that a tenth of the frames stay below, in dBFS: the noise.</summary>
    public double NoiseLevel => Percentile(0.1);

    /// <summary>Looks at more sound of one channel, in [-1, 1].</summary>
    public void Take(ReadOnlySpan<float> samples)
    {
        foreach (var sample in samples)
        {
            _samples++;
            _sum += float.IsFinite(sample) ? sample : 0;
            _atLimit = Math.Abs(sample) >= ClippedFrom ? _atLimit + 1 : 0;
            if (_atLimit == ClippedInARow) _clipped += ClippedInARow;
            else if (_atLimit > ClippedInARow) _clipped++;
            _frame[_filled++] = sample;
            if (_filled < _hop) continue;
            _filled = 0;
            AddFrame();
        }
    }

    /// <summary>What to change; empty where nothing is wrong.</summary>
    /// <param name="others">The same of the device's other channels, at the same time or just before. None: it has one channel, or they were not read.</param>
    public IReadOnlyList<LevelAdvice> Advise(params IReadOnlyList<LevelCheck> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        if (_frames == 0) return [];
        var (advice, speech) = (new List<LevelAdvice>(), SpeechLevel);
        void Add(LevelFault fault, FormattableString sentence) => advice.Add(new LevelAdvice(fault, FormattableString.Invariant(sentence)));
        if (speech <= -115)
        {
            if (others.Any(other => other.SpeechLevel > SoundFrom)) Add(LevelFault.DeadChannel, $"This channel gives nothing while another one does: use the other one (Channel, --channel), because the mean of both is half as loud.");
            else Add(LevelFault.Silent, $"Only digital silence came: switch the microphone on, unmute it in the mixer (alsamixer, F4), or allow this program to use it.");
            return advice;
        }
        if (speech < TooQuietBelow) Add(LevelFault.TooQuiet, $"The loudest parts reach only {speech:0} dBFS: raise the capture level until speech reaches -40 to -15 dBFS, or move the microphone closer.");
        if (_clipped > _samples * 1e-5) Add(LevelFault.Clipped, $"{100.0 * _clipped / _samples:0.###} % of the samples are clipped at full scale: lower the capture level, or switch the microphone boost off.");
        var offset = _sum / _samples;
        if (Math.Abs(offset) >= OffsetFrom) Add(LevelFault.Offset, $"The mean of the samples is {100 * offset:0.#} % of full scale instead of 0: use another input or a high-pass filter, because the offset takes room from the sound.");
        if (_rate < 9_000) Add(LevelFault.NarrowBand, $"The device gives {_rate} samples per second, so there is nothing above {_rate / 2} Hz: ask it for 16000 (--rate 16000).");
        else if (_loud >= 25 && 10 * Math.Log10(_high / Math.Max(_low, 1e-30) + 1e-30) < NarrowBelow) Add(LevelFault.NarrowBand, $"There is nothing above 4 kHz: use the headset's own microphone profile or another microphone, because this one sends telephone sound.");
        if (_holes >= Math.Max(3, Duration.TotalSeconds / 4)) Add(LevelFault.Holes, $"The sound is cut to silence {_holes} times in {Duration.TotalSeconds:0} s: switch the noise suppression or noise gate off, because it cuts off the beginnings of words.");
        return advice;
    }

    void AddFrame()
    {
        var energy = 0.0;
        foreach (var sample in _frame) energy += float.IsFinite(sample) ? (double)sample * sample : 0;
        var level = Math.Clamp(10 * Math.Log10(energy / _hop + 1e-12), -120, 0);
        _levels[(int)Math.Round(-level)]++;
        _frames++;
        if (level >= SoundFrom) _inSound = true;
        else if (level <= HoleBelow && _inSound) (_inSound, _holes) = (false, _holes + 1);
        if (level < TooQuietBelow || !float.IsFinite((float)energy)) return;
        _loud++;
        if (_fft.Load(_frame.AsSpan(0, FftLength)) > 1e30) return;
        _fft.PowerSpectrum(_power.Pointer);
        (_low, _high) = (_low + Mean(300, 3_500), _high + Mean(4_400, Math.Min(7_600, 0.45 * _rate)));
    }

    double Mean(double fromHz, double toHz)
    {
        var (from, to, sum) = ((int)(fromHz * FftLength / _rate), (int)(toHz * FftLength / _rate), 0.0);
        for (var bin = from; bin <= to; bin++) sum += _power.Pointer[bin];
        return to < from ? 0 : sum / (to - from + 1);
    }

    double Percentile(double part)
    {
        var (wanted, below) = ((long)(part * _frames), 0L);
        for (var level = 120; level > 0; level--)
        {
            below += _levels[level];
            if (below > wanted) return -level;
        }
        return _frames == 0 ? -120 : 0;
    }
}
