using SuRnnStream.Evaluation.Mixing;

namespace SuRnnStream.Training.Data;

/// <summary>
/// Sounds of beepers, made from their published patterns: the alarm of smoke detectors (temporal three, ISO 8201: three pulses of 0.5 s with 0.5 s
/// between them, then 1.5 s of quiet), that of carbon monoxide detectors (temporal four, UL 2034: four pulses of 0.1 s with 0.1 s between them, then
/// 5 s), that of digital clocks (two to five short beeps, again and again; no standard), and beeps that are none of these: of ovens, keys, reversing vehicles,
/// and a detector's own chirp for a new battery.
/// </summary>
static class AlarmSound
{
    const double Tolerance = 0.04; // of the times
    const int Vehicle = 1;         // that reverses

    /// <summary>Seconds of a pulse, of the quiet after it, the number of pulses, and seconds of quiet after the last.</summary>
    internal readonly record struct Pattern(double On, double Off, int Pulses, double Pause);

    internal static readonly Pattern TemporalThree = new(0.5, 0.5, 3, 1.5), TemporalFour = new(0.1, 0.1, 4, 5);

    /// <summary>What makes a beeper sound like itself.</summary>
    /// <param name="Hertz">Its note.</param>
    /// <param name="Overtones">Level of the second, third, ... partial against the first.</param>
    /// <param name="Rise">Seconds until a pulse is at its level.</param>
    /// <param name="Fall">Seconds in which it is gone.</param>
    internal readonly record struct Beeper(double Hertz, float[] Overtones, double Rise, double Fall);

    /// <summary>An alarm of two or three cycles, in a room, with its peak at 0.5.</summary>
    /// <param name="pattern">Its times, which are kept to 4 %; the standards allow 10 %.</param>
    /// <param name="random">Draws beeper, room and length.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="heldBack">True: a beeper of a note that is kept for judging, else one of the others.</param>
    public static float[] Alarm(Pattern pattern, Random random, int sampleRate, bool heldBack)
    {
        return InRoom(Play(Draw(random, heldBack, low: random.Next(5) == 0), Loosely(pattern, random), random.Next(2, 4), sampleRate), random, sampleRate);
    }

    /// <summary>The alarm of a digital clock: groups of two to five beeps of 40 to 80 ms, 0.4 to 0.7 s apart, for 3 to 6 s. Its beeper is as <see cref="Alarm"/> draws it, 1.9 to 4.2 kHz.</summary>
    /// <param name="random">Draws beeper, times, room and length.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="heldBack">As for <see cref="Alarm"/>.</param>
    public static float[] Clock(Random random, int sampleRate, bool heldBack)
    {
        var (pattern, cycles) = DrawClock(random);
        var beeper = Draw(random, heldBack, low: false);
        while (true) // every third semitone is kept for judging here, too
        {
            var hertz = 1_900 * Math.Pow(4_200.0 / 1_900, random.NextDouble());
            if (IsKept(hertz) == heldBack) return InRoom(Play(beeper with { Hertz = hertz }, pattern, cycles, sampleRate), random, sampleRate);
        }
    }

    /// <summary>The times of a clock's alarm, and how many groups there are.</summary>
    internal static (Pattern Pattern, int Cycles) DrawClock(Random random)
    {
        double Between(double from, double to) => from + (to - from) * random.NextDouble();
        var pattern = new Pattern(Between(0.04, 0.08), Between(0.04, 0.08), random.Next(2, 6), Between(0.4, 0.7));
        return (pattern, (int)Math.Ceiling(Between(3, 6) / (pattern.Pulses * (pattern.On + pattern.Off) + pattern.Pause)));
    }

    /// <summary>Beeps that are no alarm.</summary>
    /// <param name="random">Draws what beeps.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="heldBack">As for <see cref="Alarm"/>.</param>
    public static float[] Other(Random random, int sampleRate, bool heldBack)
    {
        var beeper = Draw(random, heldBack, low: false);
        double Between(double from, double to) => from + (to - from) * random.NextDouble();
        var kind = random.Next(5);
        var (pattern, cycles) = kind switch
        {
            0 => (new Pattern(Between(0.7, 1.1), Between(0.6, 1.1), random.Next(1, 6), 1), 1),            // an oven
            Vehicle => (new Pattern(Between(0.4, 0.6), Between(0.4, 0.6), random.Next(6, 12), 0), 1),     // no pause after the third
            2 => (new Pattern(Between(0.02, 0.06), 0, 1, 2), 1),                                          // a battery that is low
            3 => (new Pattern(Between(0.1, 0.25), Between(0.1, 0.25), random.Next(1, 4), 1.5), 1),        // a key
            _ => (new Pattern(Between(0.8, 4), 0, 1, 1), 1),                                              // one long tone
        };
        // A vehicle that reverses beeps as T3 does until the pause: only its note, 0.9 to 1.5 kHz, is another from the beginning.
        if (kind == Vehicle) beeper = beeper with { Hertz = 900 * Math.Pow(1.6, random.NextDouble()) };
        else if (random.Next(2) == 0) beeper = beeper with { Hertz = 900 * Math.Pow(4, random.NextDouble()) };
        return InRoom(Play(beeper, pattern, cycles, sampleRate), random, sampleRate);
    }

    /// <summary>A beeper of its own; every third semitone is kept for judging.</summary>
    internal static Beeper Draw(Random random, bool heldBack, bool low)
    {
        for (; ; )
        {
            var hertz = low ? 480 + 80 * random.NextDouble() : 2_700 * Math.Pow(3_700.0 / 2_700, random.NextDouble());
            if (IsKept(hertz) != heldBack) continue;
            // A disc rings nearly pure; the low sounder is driven by a square wave.
            float[] overtones = low
                ? [0, 0.33f, 0, 0.2f, 0, 0.14f]
                : [(float)(0.3 * random.NextDouble() * random.NextDouble()), (float)(0.2 * random.NextDouble() * random.NextDouble())];
            return new Beeper(hertz, overtones, 0.002 + 0.012 * random.NextDouble(), 0.004 + 0.03 * random.NextDouble());
        }
    }

    static bool IsKept(double hertz) => Math.Floor(12 * Math.Log2(hertz / 440)) % 3 == 0;

    static Pattern Loosely(Pattern pattern, Random random)
    {
        double Near(double time) => time * (1 + Tolerance * (2 * random.NextDouble() - 1));
        return new Pattern(Near(pattern.On), Near(pattern.Off), pattern.Pulses, Near(pattern.Pause));
    }

    /// <summary>Cycles of the pattern, one after the other, at level 0.5.</summary>
    internal static float[] Play(Beeper beeper, Pattern pattern, int cycles, int sampleRate)
    {
        var cycle = pattern.Pulses * pattern.On + (pattern.Pulses - 1) * pattern.Off + pattern.Pause;
        var samples = new float[(int)(cycles * cycle * sampleRate)];
        for (var c = 0; c < cycles; c++)
            for (var p = 0; p < pattern.Pulses; p++)
                Pulse(samples, beeper, c * cycle + p * (pattern.On + pattern.Off), pattern.On, sampleRate);
        return samples;
    }

    static void Pulse(float[] samples, Beeper beeper, double begin, double length, int sampleRate)
    {
        var first = (int)(begin * sampleRate);
        for (var i = first; i < samples.Length; i++)
        {
            var t = (double)(i - first) / sampleRate;
            var level = t < length ? Math.Min(1, t / beeper.Rise) : 1 - (t - length) / beeper.Fall;
            if (level <= 0 && t >= length) return;
            var x = Math.Sin(2 * Math.PI * beeper.Hertz * t);
            for (var n = 0; n < beeper.Overtones.Length; n++)
                if (beeper.Hertz * (n + 2) < 0.5 * sampleRate) x += beeper.Overtones[n] * Math.Sin(2 * Math.PI * beeper.Hertz * (n + 2) * t);
            samples[i] += (float)(0.5 * level * x);
        }
    }

    static float[] InRoom(float[] samples, Random random, int sampleRate)
    {
        var room = new float[samples.Length + sampleRate / 2];
        samples.CopyTo(room, 0);
        if (random.Next(4) > 0) Augment.Reverb(room, random, (int)((0.15 + 0.6 * random.NextDouble()) * sampleRate), 0.3f + 0.7f * random.NextSingle());
        var peak = Math.Max(1e-6f, room.Max(Math.Abs));
        Waveform.Scale(room, 0.5f / peak);
        return room;
    }
}
