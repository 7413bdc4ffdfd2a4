using SuRnnStream.Evaluation.Mixing;

namespace SuRnnStream.Training.Data;

/// <summary>Segments of sounds that last.</summary>
sealed partial class SegmentMaker
{
    /// <summary>One to three sounds, or parts of them, over a background: speech now and then.</summary>
    void Lasting(float[] samples, Segment segment, Random random)
    {
        var level = MathF.Pow(10, -2.3f + 1.6f * random.NextSingle()); // RMS: -46 to -14 dB
        var at = (int)(_rate * 1.5 * random.NextDouble() * random.NextDouble());
        while (at < samples.Length - _rate / 2)
        {
            var clip = Choose(random);
            var sound = Part(clip, random);
            if (at + sound.Length > samples.Length) sound = sound[..(samples.Length - at)];
            var loudness = Waveform.Rms(sound);
            if (loudness > 1e-5f)
            {
                _lasting!.Mark(segment, clip.Label, sound, at, clip.Kind);
                Waveform.Add(samples.AsSpan(at), sound, level * MathF.Pow(10, 0.4f * (random.NextSingle() - 0.5f)) / loudness);
            }
            at += sound.Length + (int)(_rate * (0.6 + 2.5 * random.NextDouble()));
        }
        var background = random.NextDouble();
        if (background < 0.1) return; // digital silence between the sounds
        var noise = background < 0.3 ? 1e-4f * random.NextSingle() : level * MathF.Pow(10, -0.15f - random.NextSingle() * 1.5f); // 3 to 33 dB below
        Background(samples, random, noise, false);
        float Below() => level * MathF.Pow(10, -0.2f - 0.8f * random.NextSingle()); // 4 to 20 dB
        var meanwhile = random.NextDouble();
        if (meanwhile < 0.3 && _corpus.TrainingSpeech.Count > 0) Meanwhile(samples, segment, random, _corpus.TrainingSpeech[random.Next(_corpus.TrainingSpeech.Count)], Below());
        else if (meanwhile is >= 0.3 and < 0.6 && _words[1].Length > 0) Meanwhile(samples, segment, random, _words[1][random.Next(_words[1].Length)].Samples, Below());
    }

    /// <summary>Somebody speaks, or something else makes a sound meanwhile: that is none of the labels', and theirs stay what they are.</summary>
    void Meanwhile(float[] samples, Segment segment, Random random, float[] speech, float level)
    {
        var from = random.Next(samples.Length / 2);
        var sound = speech.AsSpan(random.Next(Math.Max(1, speech.Length - samples.Length)));
        Waveform.Add(samples.AsSpan(from), sound, level / Math.Max(1e-5f, Waveform.Rms(sound[..Math.Min(sound.Length, samples.Length - from)])));
        for (var t = from / _frontEnd.HopLength; t < Math.Min(Frames, (from + sound.Length) / _frontEnd.HopLength); t++)
        {
            segment.InEvent[t] = true;
            if (segment.Answer[t] == 0 && segment.OrAnswer[t] == 0) segment.OrAnswer[t] = 1;
        }
    }

    /// <summary>A part of the clip of a second or more, or all of it, changed at random.</summary>
    float[] Part(Clip clip, Random random)
    {
        var (from, to) = (0, clip.Samples.Length);
        if (random.NextDouble() < 0.5 && to > 1.2 * _rate)
        {
            var length = (int)(_rate + random.NextDouble() * (to - _rate));
            from = random.Next(to - length + 1);
            to = from + length;
        }
        var sound = clip.Samples.AsSpan(from, to - from).ToArray();
        if (random.NextDouble() < 0.8) sound = Augment.Speed(sound, Math.Exp(0.14 * (2 * random.NextDouble() - 1)));
        if (random.NextDouble() < 0.5) Augment.Tilt(sound, (float)Math.Exp(1.6 * (random.NextDouble() - 0.5)) - 1);
        if (random.NextDouble() < 0.4) Augment.Reverb(sound, random, (int)((0.1 + 0.5 * random.NextDouble()) * _rate), random.NextSingle());
        return sound;
    }
}
