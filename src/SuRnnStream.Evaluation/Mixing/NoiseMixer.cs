using System.Globalization;

namespace SuRnnStream.Evaluation.Mixing;

/// <summary>
/// Mixes recordings of noise into sounds at a signal-to-noise ratio. The signal is the RMS of the events' samples, or of the whole sound where
/// there are no events, so that silence between events does not count; the noise is the RMS of all that is mixed in. Immutable: any number of
/// threads may share one.
/// </summary>
public sealed class NoiseMixer
{
    const double FadeSeconds = 0.05;

    readonly SoundFolder _noise;
    readonly double _snr;
    readonly int _rate;

    /// <param name="folder">Recordings of noise, in any format that <see cref="AudioFile"/> reads; folders inside it count. They stay in memory.</param>
    /// <param name="snr">Signal-to-noise ratio in dB, -200 to 200.</param>
    /// <param name="sampleRate">Samples per second of the sounds, above zero.</param>
    /// <param name="seed">Chooses recordings and where in them to begin.</param>
    /// <exception cref="ArgumentOutOfRangeException">The ratio is no number in its range.</exception>
    /// <exception cref="IOException">The folder is missing or has no sound, or a file cannot be read or is silent; the message names it.</exception>
    public NoiseMixer(string folder, double snr, int sampleRate, int seed = 1)
    {
        Waveform.RequireRatio(snr);
        (_noise, _snr, _rate, Folder) = (new SoundFolder(folder, sampleRate, seed), snr, sampleRate, folder);
    }

    /// <summary>Where the noise comes from.</summary>
    public string Folder { get; }

    /// <summary>Adds noise from the first to the last sample: one recording, from a random place on, over and over if it is the shorter.</summary>
    /// <param name="name">The sound's name: the same name gets the same noise in every run.</param>
    /// <param name="samples">Changed in place. Where its signal is digital silence it stays as it is.</param>
    /// <param name="events">Events in it; none: the whole sound is the signal.</param>
    public void Mix(string name, Span<float> samples, IReadOnlyCollection<LabelledEvent> events)
    {
        var signal = Signal(samples, events, _rate);
        if (signal == 0) return;
        var (sound, random) = _noise.Draw(name);
        var noise = new float[samples.Length];
        var start = random.Next(sound.Length);
        new Loop(sound, (int)(FadeSeconds * _rate)).Fill(noise, start);
        var level = Waveform.Rms(noise);
        if (level == 0) new Loop(sound, 0).Fill(noise, Loudest(sound)); // the segment was silent, the recording is not
        var gain = (float)(signal / (level == 0 ? Waveform.Rms(noise) : level) / Waveform.Gain(_snr));
        for (var i = 0; i < noise.Length; i++) samples[i] += gain * noise[i];
    }

    /// <summary>How a report calls it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"noise of {Folder} ({_noise.Count} recordings), {_snr:0.##} dB below the events");

    /// <summary>RMS of the events' samples, or of all where there are no events.</summary>
    internal static double Signal(ReadOnlySpan<float> samples, IReadOnlyCollection<LabelledEvent> events, int sampleRate)
    {
        if (events.Count == 0) return Waveform.Rms(samples);
        var (energy, count) = (0.0, 0);
        foreach (var one in events)
        {
            var from = Sample(one.Start, sampleRate, samples.Length);
            var part = samples[from..Math.Max(from, Sample(one.End, sampleRate, samples.Length))];
            foreach (var x in part) energy += (double)x * x;
            count += part.Length;
        }
        return count == 0 ? 0 : Math.Sqrt(energy / count);
    }

    static int Sample(TimeSpan time, int sampleRate, int length) => (int)Math.Clamp(Math.Round(time.TotalSeconds * sampleRate), 0, length);

    static int Loudest(float[] sound)
    {
        var peak = 0;
        for (var i = 0; i < sound.Length; i++) if (Math.Abs(sound[i]) > Math.Abs(sound[peak])) peak = i;
        return peak;
    }
}
