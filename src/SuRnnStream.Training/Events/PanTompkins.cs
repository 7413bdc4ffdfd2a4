namespace SuRnnStream.Training.Events;

/// <summary>
/// The QRS detector of Pan and Tompkins (IEEE Transactions on Biomedical Engineering 32, 1985, 230-236), written from the paper: integer filters
/// at 200 Hz, squared slope, moving window, two adaptive thresholds, search back, T waves told by their slope. What the paper leaves open is
/// our choice: a peak is a largest value within 200 ms, and the levels begin with the first two seconds.
/// </summary>
static class PanTompkins
{
    const int Rate = 200;
    const int Window = 30;                  // samples of the moving integration: 150 ms
    const int Refractory = 40;              // 200 ms
    const int TWave = 72;                   // 360 ms
    const int LowDelay = 5, HighDelay = 16, SlopeDelay = 2;

    /// <summary>Times of the beats in seconds.</summary>
    /// <param name="ecg">One lead; NaN counts as the value before it.</param>
    /// <param name="rate">Its samples per second.</param>
    public static List<double> Detect(float[] ecg, int rate)
    {
        float[] held = [.. ecg];
        for (var i = 0; i < held.Length; i++) if (!float.IsFinite(held[i])) held[i] = i == 0 ? 0 : held[i - 1];
        var x = Resampler.To(new ArraySource(held, rate), Rate);
        var samples = new List<float>();
        var some = new float[1_024];
        for (int got; (got = x.Read(some)) > 0;) samples.AddRange(some.AsSpan(0, got));
        return Beats([.. samples.Select(value => (double)value - samples[0])]);
    }

    static List<double> Beats(double[] x)
    {
        var (low, band, slope, energy) = (new double[x.Length], new double[x.Length], new double[x.Length], new double[x.Length]);
        static double At(double[] signal, int n) => n < 0 ? 0 : signal[n];
        double sum = 0, all = 0;
        for (var n = 0; n < x.Length; n++)
        {
            low[n] = 2 * At(low, n - 1) - At(low, n - 2) + (At(x, n) - 2 * At(x, n - 6) + At(x, n - 12)) / 36;
            all += low[n] - At(low, n - 32);
            band[n] = At(low, n - 16) - all / 32;
            slope[n] = (2 * At(band, n) + At(band, n - 1) - At(band, n - 3) - 2 * At(band, n - 4)) / 8;
            sum += slope[n] * slope[n] - At(slope, n - Window) * At(slope, n - Window);
            energy[n] = Math.Max(0, sum) / Window;
        }
        return new Decision(band, slope, energy).Run();
    }

    /// <summary>The two thresholds and the rules.</summary>
    sealed class Decision(double[] band, double[] slope, double[] energy)
    {
        readonly List<int> _beats = [];                        // places of energy peaks
        readonly List<int> _steady = [];                       // RR intervals between 92 and 116 % of their mean
        double _signal, _noise, _bandSignal, _bandNoise;       // running estimates of peaks

        double Threshold => _noise + 0.25 * (_signal - _noise);
        double BandThreshold => _bandNoise + 0.25 * (_bandSignal - _bandNoise);

        public List<double> Run()
        {
            var learnt = Math.Min(2 * Rate, energy.Length);
            if (learnt == 0) return [];
            (_signal, _noise) = (energy[..learnt].Max() / 3, energy[..learnt].Average() / 2);
            (_bandSignal, _bandNoise) = (band[..learnt].Max() / 3, band[..learnt].Average(Math.Abs) / 2);
            foreach (var peak in Peaks())
            {
                SearchBack(peak);
                Take(peak);
            }
            const int Delay = LowDelay + HighDelay + SlopeDelay;
            return [.. _beats.Select(beat => (double)Math.Max(0, BandPeak(beat).Place - LowDelay - HighDelay) / Rate).Where(time => time * Rate < energy.Length - Delay)];
        }

        /// <summary>Places where the energy is larger than within 200 ms around.</summary>
        List<int> Peaks()
        {
            var peaks = new List<int>();
            for (var n = 1; n + 1 < energy.Length; n++)
            {
                if (!(energy[n] > energy[n - 1] && energy[n] >= energy[n + 1])) continue;
                if (peaks.Count > 0 && n - peaks[^1] < Refractory)
                {
                    if (energy[n] > energy[peaks[^1]]) peaks[^1] = n;
                }
                else peaks.Add(n);
            }
            return peaks;
        }

        /// <summary>The largest value of the filtered signal under the moving window that made this peak of energy.</summary>
        (double Size, int Place) BandPeak(int peak)
        {
            var (size, place) = (0.0, peak);
            for (var n = Math.Max(0, peak - Window - SlopeDelay); n <= peak; n++)
                if (Math.Abs(band[n]) > size) (size, place) = (Math.Abs(band[n]), n);
            return (size, place);
        }

        double SteepestSlope(int peak) => Enumerable.Range(Math.Max(0, peak - Window), Math.Min(Window, peak) + 1).Max(n => Math.Abs(slope[n]));

        void Take(int peak)
        {
            var (height, inBand) = (energy[peak], BandPeak(peak).Size);
            var early = _beats.Count > 0 ? peak - _beats[^1] : int.MaxValue;
            var isT = early < TWave && SteepestSlope(peak) < 0.5 * SteepestSlope(_beats[^1]);
            if (height > Threshold && inBand > BandThreshold && early >= Refractory && !isT)
            {
                _signal = 0.125 * height + 0.875 * _signal;
                _bandSignal = 0.125 * inBand + 0.875 * _bandSignal;
                Beat(peak);
                return;
            }
            _noise = 0.125 * height + 0.875 * _noise;
            _bandNoise = 0.125 * inBand + 0.875 * _bandNoise;
        }

        void Beat(int peak)
        {
            if (_beats.Count > 0)
            {
                var interval = peak - _beats[^1];
                if (_steady.Count == 0 || (interval >= 0.92 * Mean && interval <= 1.16 * Mean)) _steady.Add(interval);
                else if (_beats.Count >= 8 && Enumerable.Range(_beats.Count - 7, 7).All(i => _beats[i] - _beats[i - 1] is var rr && (rr < 0.92 * Mean || rr > 1.16 * Mean)))
                {
                    _steady.Clear(); // the rhythm has changed
                    for (var i = _beats.Count - 7; i < _beats.Count; i++) _steady.Add(_beats[i] - _beats[i - 1]);
                }
            }
            _beats.Add(peak);
        }

        /// <summary>Of the last eight steady intervals.</summary>
        double Mean => _steady.TakeLast(8).Average();

        /// <summary>No beat for 166 % of the interval: the largest peak since then above half the thresholds was one.</summary>
        void SearchBack(int now)
        {
            while (_steady.Count > 0 && now - _beats[^1] > 1.66 * Mean)
            {
                var from = _beats[^1] + Refractory;
                var (best, height) = (-1, Threshold / 2);
                for (var n = from; n < now - Refractory; n++)
                    if (energy[n] > height && energy[n] >= energy[n - 1] && energy[n] >= energy[n + 1]) (best, height) = (n, energy[n]);
                if (best < 0 || BandPeak(best).Size <= BandThreshold / 2) return;
                _signal = 0.25 * height + 0.75 * _signal;
                _bandSignal = 0.25 * BandPeak(best).Size + 0.75 * _bandSignal;
                Beat(best);
            }
        }
    }
}
