namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>The rules by which a recording of one word is accepted: the same for files, for guided recording and for a page.</summary>
public sealed record TakeCheck
{
    const double SilentBelow = -70;        // dBFS of the loudest sample
    const double ClippedFrom = 0.99;       // of full scale
    const int ClippedInARow = 3;           // samples
    internal const int LeastRate = 9_000;  // samples a second
    static readonly TimeSpan Edge = TimeSpan.FromMilliseconds(40);

    /// <summary>Least mean level of the word, in dBFS, -90 to 0.</summary>
    public double LeastLevel { get; init; } = -50;

    /// <summary>Least distance between the levels of word and background, in dB, 0 to 90.</summary>
    public double LeastDistance { get; init; } = 8;

    /// <summary>Shortest word, above zero.</summary>
    public TimeSpan Shortest { get; init; } = TimeSpan.FromMilliseconds(120);

    /// <summary>Longest word: a burst that is longer is looked at in pieces.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(1.6);

    /// <summary>Judges a recording in which one word is said.</summary>
    /// <param name="samples">One channel, in [-1, 1].</param>
    /// <param name="sampleRate">Samples per second, from 1,000.</param>
    public TakeVerdict Judge(ReadOnlySpan<float> samples, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1_000);
        TakeVerdict Verdict(TakeFault fault, FormattableString sentence, int start = 0, int end = 0, double level = -120, double noise = -120) =>
            new(fault, FormattableString.Invariant(sentence), TimeSpan.FromSeconds((double)start / sampleRate), TimeSpan.FromSeconds((double)end / sampleRate), level, noise);

        var peak = 0f;
        foreach (var sample in samples) peak = MathF.Max(peak, MathF.Abs(sample));
        if (samples.Length < sampleRate / 20 || 20 * Math.Log10(peak + 1e-9) < SilentBelow) return Verdict(TakeFault.Silent, $"nothing is detected in it: check the microphone and say the word again");
        var (start, end) = AudiblePart.Of(samples, sampleRate);
        var level = Level(samples[start..end]);
        var noise = Around(samples, start, end);
        TakeVerdict At(TakeFault fault, FormattableString sentence) => Verdict(fault, sentence, start, end, level, noise);
        var seconds = (double)(end - start) / sampleRate;
        if (Clipped(samples)) return At(TakeFault.Clipped, $"it is clipped at full scale: lower the capture level or move away from the microphone");
        if (level < LeastLevel) return At(TakeFault.TooQuiet, $"the word reaches only {level:0} dBFS: come closer or raise the capture level");
        if (seconds < Shortest.TotalSeconds) return At(TakeFault.TooShort, $"what is audible lasts {seconds:0.00} s, which is no word: say the whole word");
        if (level - noise < LeastDistance) return At(TakeFault.TooNoisy, $"the word is only {level - noise:0} dB above the background: find a quieter place or come closer");
        if (start < Edge.TotalSeconds * sampleRate || end > samples.Length - Edge.TotalSeconds * sampleRate) return At(TakeFault.CutOff, $"the word {(start < Edge.TotalSeconds * sampleRate ? "begins" : "ends")} at the recording's edge: leave half a second before and after it");
        if (seconds > Longest.TotalSeconds) return At(TakeFault.TooLong, $"what is audible lasts {seconds:0.0} s, a word at most {Longest.TotalSeconds:0.0} s: say it alone");
        if (sampleRate < LeastRate || IsTelephone(samples[start..end], sampleRate)) return At(TakeFault.Telephone, $"there is nothing above 4 kHz in it: record at 16000 samples a second, not over a telephone or a headset in call mode");
        return At(TakeFault.None, $"good: {seconds:0.00} s, {level:0} dBFS, {level - noise:0} dB above the background");
    }

    static bool Clipped(ReadOnlySpan<float> samples)
    {
        var row = 0;
        foreach (var sample in samples)
        {
            row = Math.Abs(sample) >= ClippedFrom ? row + 1 : 0;
            if (row >= ClippedInARow) return true;
        }
        return false;
    }

    static double Level(ReadOnlySpan<float> samples)
    {
        var sum = 0.0;
        foreach (var sample in samples) sum += (double)sample * sample;
        return 10 * Math.Log10(sum / Math.Max(1, samples.Length) + 1e-12);
    }

    /// <summary>Of what lies outside the word, with a twentieth of the recording on either side of it left out.</summary>
    static double Around(ReadOnlySpan<float> samples, int start, int end)
    {
        var margin = samples.Length / 20;
        var before = samples[..Math.Max(0, start - margin)];
        var after = samples[Math.Min(samples.Length, end + margin)..];
        if (before.Length + after.Length == 0) return -120;
        return 10 * Math.Log10((before.Length * Math.Pow(10, Level(before) / 10) + after.Length * Math.Pow(10, Level(after) / 10)) / (before.Length + after.Length) + 1e-12);
    }

    /// <summary>By the rule of <see cref="LevelCheck"/>, which asks for some loud frames: the word is looked at more than once.</summary>
    static bool IsTelephone(ReadOnlySpan<float> word, int sampleRate)
    {
        var check = new LevelCheck(sampleRate);
        for (var n = 0; n < 4 && check.Duration < TimeSpan.FromSeconds(2); n++) check.Take(word); // it asks for some loud frames
        return check.Advise().Any(advice => advice.Fault == LevelFault.NarrowBand);
    }
}
