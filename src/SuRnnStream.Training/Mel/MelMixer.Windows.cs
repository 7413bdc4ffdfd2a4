using static TorchSharp.torch;

namespace SuRnnStream.Training.Mel;

sealed partial class MelMixer
{
    /// <summary>In place of a sound's number: running speech, or noise alone.</summary>
    public const int SpeechWindow = -1, NoiseWindow = -2;

    const double AfterOther = 0.25, AtPause = 0.6;
    const int LeastEnd = 1, MostEnd = 15; // frames from a word's end to its window's: what follows a burst, and by how much its end differs from the word's

    /// <summary>Part of the windows of words with a talker in the background, 12 to 32 dB below them.</summary>
    public double Talker { get; init; }

    /// <summary>Windows as a word space sees candidates: each with one word that ends shortly before its end, or with running speech, or noise. [sounds, frames, bands]</summary>
    /// <param name="sounds">Numbers in <see cref="Table"/>, <see cref="SpeechWindow"/> or <see cref="NoiseWindow"/>.</param>
    /// <param name="frames">In a window.</param>
    /// <param name="random">Draws everything.</param>
    public Tensor MakeWindows(IReadOnlyList<int> sounds, int frames, Random random)
    {
        var options = new MelMixOptions { Frames = frames, NoNoise = 0.12 };
        var plans = new Plan[sounds.Count];
        for (var b = 0; b < plans.Length; b++)
        {
            plans[b] = new Plan { Sequence = b };
            if (sounds[b] == NoiseWindow) Noise(plans[b], random, frames);
            else if (sounds[b] == SpeechWindow) SpeechPiece(plans[b], random, options);
            else Word(plans[b], sounds[b], random, options);
        }
        return Render(plans, frames, random);
    }

    /// <summary>Anywhere in running speech, more often where it pauses: there a burst ends.</summary>
    void SpeechPiece(Plan plan, Random random, MelMixOptions options)
    {
        var steps = options.Frames;
        plan.SpeechAt = random.Next(_speech.Length - steps);
        var pause = steps - random.Next(LeastEnd, MostEnd + 1);
        if (random.NextDouble() < AtPause)
            for (var end = Math.Min(plan.SpeechAt + 300, _speech.Length - steps); plan.SpeechAt < end && !(_speech.IsAudible(plan.SpeechAt + pause - 1) && !_speech.IsAudible(plan.SpeechAt + pause) && !_speech.IsAudible(plan.SpeechAt + pause + 3));) plan.SpeechAt++;
        var own = _speech.Loudness(plan.SpeechAt, steps);
        var loudness = FullScale - (10 + 32 * random.NextSingle()) * Decibel;
        plan.SpeechGain = loudness - own;
        Voice(plan, random);
        Under(plan, random, options, loudness);
    }

    void Word(Plan plan, int index, Random random, MelMixOptions options)
    {
        var (steps, sound) = (options.Frames, _table.Sounds[index]);
        var speed = MathF.Exp(0.17f * (2 * random.NextSingle() - 1));
        var end = steps - LeastEnd - (MostEnd - LeastEnd) * random.NextSingle();
        var start = end - (sound.End - sound.Start) / speed;
        var whole = random.NextDouble() < 0.4;
        (plan.Sound[0], plan.Speed[0], plan.Place[0]) = (index, speed, end - sound.End / speed);
        (plan.From[0], plan.To[0]) = whole ? (0, _table.Longest) : (Math.Max(0, sound.Start - 10 * random.NextSingle()), sound.End + 10 * random.NextSingle());
        var loudness = random.Next(2) == 0 ? sound.Loudness + (8 - 20 * random.NextSingle()) * Decibel : FullScale - (10 + 32 * random.NextSingle()) * Decibel;
        plan.Gain[0] = loudness - sound.Loudness;
        Voice(plan, random);
        var gap = start - 3 - 20 * random.NextSingle();
        if (gap > 8 && random.NextDouble() < AfterOther)
        {
            (plan.SpeechAt, plan.SpeechEnds) = (random.Next(_speech.Length - steps), (int)gap);
            plan.SpeechGain = loudness + (12 * random.NextSingle() - 8) * Decibel - _speech.Loudness(plan.SpeechAt, (int)gap);
        }
        else if (Talker > 0 && random.NextDouble() < Talker) AddTalker(plan, random, steps, loudness);
        Under(plan, random, options, loudness);
        if (random.NextDouble() < 0.05) plan.LowPass = 26 + 6 * random.NextSingle(); // as over a telephone
    }

    /// <summary>Windows of real sound, changed: level, for half of them bands that are moved and tilted and for half more noise, and masks. [windows, frames, bands]</summary>
    public Tensor Change(Tensor windows, Random random)
    {
        using var scope = NewDisposeScope();
        var (size, steps) = ((int)windows.shape[0], (int)windows.shape[1]);
        var loud = ((windows / _scale).exp().mean([1, 2]).log() * _scale).data<float>().ToArray();
        var plans = new Plan[size];
        for (var b = 0; b < size; b++)
        {
            plans[b] = new Plan { Sequence = b, NoiseAt = random.Next(_noise.Length - steps) };
            plans[b].Gain[0] = (12 * random.NextSingle() - 6) * Decibel;
            if (random.Next(2) == 0) Voice(plans[b], random);
            if (random.Next(2) == 0) plans[b].NoiseGain = loud[b] + plans[b].Gain[0] - (5 + 35 * random.NextSingle()) * Decibel - _noise.Loudness(plans[b].NoiseAt, steps);
        }
        Tensor Column(Func<Plan, float> of) => tensor(plans.Select(of).ToArray(), [size, 1, 1]);
        var band = arange(_bands, dtype: ScalarType.Float32);
        var source = (band * Column(p => p.Warp) + Column(p => p.Shift)).clamp(0, _bands - 1) * (2f / (_bands - 1)) - 1; // [B, 1, bands]
        var time = (arange(steps, dtype: ScalarType.Float32) * (2f / (steps - 1)) - 1).view(1, steps, 1);
        var grid = stack([source.expand(size, steps, _bands), time.expand(size, steps, _bands)], 3);
        var drawn = nn.functional.grid_sample(windows.unsqueeze(1), grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Border, true).squeeze(1);
        Tensor Energy(Tensor features, Tensor gain) => ((nn.functional.relu(features + gain) * (features > 0).to_type(ScalarType.Float32)) / _scale).exp() - 1;
        var energy = Energy(drawn, Column(p => p.Gain[0]) + Column(p => p.Tilt) * (band - _bands / 2f) / (_bands / 2f))
            + Energy(Windows(_noise.Plane, plans.Select(p => p.NoiseAt), steps), Column(p => float.IsFinite(p.NoiseGain) ? p.NoiseGain : -100));
        return Masked((energy + 1).log() * _scale, random, steps, size).MoveToOuterDisposeScope();
    }
}
