using SuRnnStream.Evaluation.Mixing;

namespace SuRnnStream.Training.Data;

/// <summary>
/// A few seconds of made-up stream as the network will meet it, frame by frame. In each frame the network may answer either of two labels:
/// the same one twice where the answer is clear, two where both will do.
/// </summary>
sealed class Segment(int frames, int bands)
{
    public float[] Features { get; } = new float[frames * bands]; // [frames, bands]
    public byte[] Answer { get; } = new byte[frames];
    public byte[] OrAnswer { get; } = new byte[frames];
    public int[] Kind { get; } = [.. Enumerable.Repeat(-1, frames)]; // the word said, of all words there are, where its label must stand; -1 in other frames
    public bool[] InEvent { get; } = new bool[frames];            // in a word, a little before or after it, or in running speech: switches may open here
    public int Frames => frames;
}

/// <summary>How segments are put together.</summary>
sealed record SegmentOptions
{
    public double Seconds { get; init; } = 3;
    public double NoiseOnly { get; init; } = 0.13;      // part of the segments
    public double SpeechOnly { get; init; } = 0.12;
    public double HardNegatives { get; init; } = 0.10;  // of the sounds given as such; none of them: ordinary segments instead
    public double UnknownWords { get; init; } = 0.33;   // part of the words
    public double NearMisses { get; init; }             // part of the unknown words that are taken from folders of near misses
    public double OwnClips { get; init; }               // part of the words taken from the data folder, not from extra ones; 0: as many as there are
    public double SameWordTwice { get; init; } = 0.12;  // part of the words
    public double FirstAnswer { get; init; } = 0.45;    // part of the word that passes before its label may hold
    public double SureAnswer { get; init; } = 0.70;     // ... and before it must stand
    public double AnswerAfter { get; init; } = 0.08;    // seconds after the word in which the label must still stand
    public double AnswerGone { get; init; } = 0.26;     // ... and after which it must be gone
    public LastingOptions? Lasting { get; init; }       // of sounds that last: their labels hold while they go on; null: words
}

/// <summary>
/// Makes segments: words at random places over backgrounds at many levels, segments of noise alone, of running speech, of digital silence.
/// Segment n of epoch e is the same in every run of a seed, whichever thread makes it.
/// </summary>
sealed partial class SegmentMaker : ISegmentSource
{
    readonly Corpus _corpus;
    readonly FrontEndConfig _frontEnd;
    readonly SegmentOptions _options;
    readonly int _seed, _rate;
    readonly Clip[][] _words, _own; // by label, from 1
    readonly Clip[] _near;
    readonly LastingLabels? _lasting;

    public SegmentMaker(Corpus corpus, FrontEndConfig frontEnd, SegmentOptions options, int seed)
    {
        (_corpus, _frontEnd, _options, _seed, _rate) = (corpus, frontEnd, options, seed, frontEnd.SampleRate);
        Frames = (int)(options.Seconds * _rate / frontEnd.HopLength);
        Samples = (Frames - 1) * frontEnd.HopLength + frontEnd.WindowLength;
        _words = [.. Enumerable.Range(0, corpus.Labels.Count).Select(label => corpus.Training.Where(clip => clip.Label == label).ToArray())];
        _own = [.. _words.Select(clips => clips.Where(clip => !clip.IsExtra).ToArray())];
        if (options.Lasting is { } lasting) _lasting = new LastingLabels(lasting, corpus.Labels, frontEnd);
        _near = [.. _words[1].Where(clip => corpus.Kinds[clip.Kind].StartsWith(WordSounds.Nearly, StringComparison.Ordinal))];
    }

    public int Frames { get; }
    public int Samples { get; }

    /// <summary>Segments that use about as many words as there are training clips.</summary>
    public int PerEpoch => (int)(_corpus.Training.Count / (_options.Seconds * 0.75));

    public Segment Make(int epoch, int number)
    {
        var random = new Random(HashCode(_seed, epoch, number));
        var segment = new Segment(Frames, _frontEnd.Bands);
        var samples = new float[Samples];
        var kind = random.NextDouble();
        if (kind < _options.NoiseOnly) Background(samples, random, MathF.Pow(10, -4.2f + 3.4f * random.NextSingle()), true);
        else if (kind < _options.NoiseOnly + _options.SpeechOnly && _corpus.TrainingSpeech.Count > 0) RunningSpeech(samples, segment, random, _corpus.TrainingSpeech);
        else if (kind > 1 - _options.HardNegatives && _corpus.HardNegatives.Count > 0) RunningSpeech(samples, segment, random, _corpus.HardNegatives);
        else Words(samples, segment, random);
        for (var i = 0; i < samples.Length; i++) samples[i] = Math.Clamp(samples[i], -1, 1);
        if (random.NextDouble() < 0.7) for (var i = 0; i < samples.Length; i++) samples[i] = MathF.Round(samples[i] * 32768) / 32768; // as 16 bits hold it
        Transform(samples, segment);
        Mask(segment, random);
        return segment;
    }

    internal static int HashCode(int a, int b, int c) => unchecked(((a * 31 + b) * 1_000_003 + c) * (int)2654435761);

    void Transform(ReadOnlySpan<float> samples, Segment segment)
    {
        var frontEnd = new MelFrontEnd(_frontEnd);
        for (var t = 0; t < Frames; t++)
            if (!frontEnd.TryNext(ref samples, segment.Features.AsSpan(t * _frontEnd.Bands, _frontEnd.Bands))) throw new InvalidOperationException("The segment is short.");
    }

    /// <summary>SpecAugment: a few bands, and a few frames, at the segment's mean instead of their value.</summary>
    void Mask(Segment segment, Random random)
    {
        var bands = _frontEnd.Bands;
        var mean = segment.Features.Sum() / segment.Features.Length;
        for (var n = random.Next(3); n > 0; n--)
        {
            var width = random.Next(bands / 6 + 1);
            var first = random.Next(bands - width);
            for (var t = 0; t < Frames; t++)
            {
                var frame = segment.Features.AsSpan(t * bands, bands);
                if (frame.ContainsAnyExcept(0f)) frame.Slice(first, width).Fill(mean); // digital silence stays what it is
            }
        }
        for (var n = random.Next(4); n > 0; n--)
        {
            var length = random.Next(1, 5);
            var first = random.Next(Frames - length);
            for (var t = first; t < first + length; t++)
            {
                var frame = segment.Features.AsSpan(t * bands, bands);
                if (frame.ContainsAnyExcept(0f)) frame.Fill(mean);
            }
        }
    }

    void Words(float[] samples, Segment segment, Random random)
    {
        if (_lasting is not null)
        {
            Lasting(samples, segment, random);
            return;
        }
        var level = MathF.Pow(10, -2.1f + 1.6f * random.NextSingle()); // of speech, RMS: -42 to -10 dB
        var at = random.Next((int)(0.6 * _rate));
        for (Clip? again = null; ;)
        {
            var clip = again ?? Choose(random);
            var (sound, start, end) = Perform(clip, random);
            if (at + end > samples.Length) break;
            var loudness = Waveform.Rms(sound.AsSpan(start, end - start));
            var gain = level * MathF.Pow(10, 0.3f * (random.NextSingle() - 0.5f)) / Math.Max(loudness, 1e-5f);
            if (loudness > 1e-5f)
            {
                Waveform.Add(samples.AsSpan(at), sound, gain);
                Label(segment, clip, at + start, at + end);
            }
            again = again is null && random.NextDouble() < _options.SameWordTwice ? clip : null;
            var gap = again is not null ? 0.25 + 0.35 * random.NextDouble() : 0.05 + 0.9 * random.NextDouble() * random.NextDouble();
            at += (again is not null ? end : sound.Length) + (int)(gap * _rate);
        }
        var background = random.NextDouble();
        if (background < 0.1) return; // digital silence between the clips
        var noise = background < 0.3 ? 1e-4f * random.NextSingle() : level * MathF.Pow(10, -(random.NextSingle() * 1.6f)); // 0 to 32 dB below
        Background(samples, random, noise, false);
    }

    Clip Choose(Random random)
    {
        var label = _words[1].Length > 0 && random.NextDouble() < _options.UnknownWords ? 1 : random.Next(2, _words.Length);
        var from = _words[label];
        if (label == 1 && _near.Length > 0 && _options.NearMisses > 0)
        {
            if (random.NextDouble() < _options.NearMisses) from = _near;
        }
        else if (_own[label].Length > 0 && _options.OwnClips > 0 && random.NextDouble() < _options.OwnClips) from = _own[label];
        return from[random.Next(from.Length)];
    }

    /// <summary>A clip, or the audible part of it with a little around, changed at random. Start and end of the sound move along.</summary>
    (float[] Sound, int Start, int End) Perform(Clip clip, Random random)
    {
        int from = 0, to = clip.Samples.Length;
        if (random.NextDouble() < 0.6)
        {
            from = Math.Max(0, clip.Start - (int)(random.NextDouble() * 0.2 * _rate));
            to = Math.Min(to, clip.End + (int)(random.NextDouble() * 0.2 * _rate));
        }
        var factor = 1.0;
        var sound = clip.Samples.AsSpan(from, to - from).ToArray();
        if (random.NextDouble() < 0.8) sound = Augment.Speed(sound, factor = Math.Exp(0.16 * (2 * random.NextDouble() - 1)));
        if (random.NextDouble() < 0.4) Augment.Tilt(sound, (float)Math.Exp(1.2 * (random.NextDouble() - 0.5)) - 1);
        if (random.NextDouble() < 0.25) Augment.Reverb(sound, random, (int)((0.1 + 0.4 * random.NextDouble()) * _rate), 0.8f * random.NextSingle());
        return (sound, (int)((clip.Start - from) / factor), Math.Min(sound.Length, (int)((clip.End - from) / factor)));
    }

    /// <summary>Marks the frames of a word: what may be answered early, what must be answered near its end, and when it must be gone.</summary>
    void Label(Segment segment, Clip clip, int start, int end)
    {
        int FrameAt(double sample) => Math.Clamp((int)Math.Ceiling((sample - _frontEnd.WindowLength) / _frontEnd.HopLength), 0, Frames);
        var length = end - start;
        var may = FrameAt(start + _options.FirstAnswer * length);
        var must = FrameAt(start + _options.SureAnswer * length);
        var after = FrameAt(end + _options.AnswerAfter * _rate + _frontEnd.WindowLength / 2);
        var gone = FrameAt(end + _options.AnswerGone * _rate + _frontEnd.WindowLength / 2);
        for (var t = FrameAt(start - 0.06 * _rate); t < gone; t++)
        {
            segment.InEvent[t] = true;
            var sure = t >= must && t < after;
            segment.Answer[t] = (byte)(sure ? clip.Label : 0);
            segment.OrAnswer[t] = (byte)(t >= may ? clip.Label : 0);
            segment.Kind[t] = sure ? clip.Kind : -1;
        }
    }

    void RunningSpeech(float[] samples, Segment segment, Random random, List<float[]> from)
    {
        var speech = from[random.Next(from.Count)];
        var sound = speech.AsSpan(random.Next(Math.Max(1, speech.Length - samples.Length))).ToArray();
        if (random.NextDouble() < 0.5) sound = Augment.Speed(sound.AsSpan(0, Math.Min(sound.Length, (int)(samples.Length * 1.2))), Math.Exp(0.15 * (2 * random.NextDouble() - 1)));
        sound = sound[..Math.Min(sound.Length, samples.Length)];
        var level = MathF.Pow(10, -2.1f + 1.6f * random.NextSingle());
        Waveform.Add(samples, sound, level / Math.Max(1e-5f, Waveform.Rms(sound)));
        Background(samples, random, level * MathF.Pow(10, -0.5f - 2.5f * random.NextSingle()), false);
        for (var t = 0; t < Frames; t++)
        {
            var inside = t * _frontEnd.HopLength < sound.Length;
            segment.InEvent[t] = inside;
            segment.OrAnswer[t] = (byte)(inside ? 1 : 0); // no word of ours: silence or unknown, as the network likes
        }
    }

    /// <summary>Adds recorded or made-up noise, or far-off babble, at this RMS level.</summary>
    void Background(float[] samples, Random random, float level, bool mayChange)
    {
        var noise = new float[samples.Length];
        var kind = random.NextDouble();
        var recorded = kind < 0.55 && _corpus.TrainingNoise.Count > 0;
        if (recorded)
        {
            var recording = _corpus.TrainingNoise[random.Next(_corpus.TrainingNoise.Count)];
            if (recording.Length > noise.Length) recording.AsSpan(random.Next(recording.Length - noise.Length), noise.Length).CopyTo(noise);
            else recording.CopyTo(noise, 0);
            if (random.NextDouble() < 0.3) Augment.Tilt(noise, 2 * random.NextSingle() - 0.8f);
        }
        else if (kind < 0.62 && _corpus.TrainingSpeech.Count > 0 && !mayChange)
        {
            for (var voices = random.Next(4, 8); voices > 0; voices--)
            {
                var speech = _corpus.TrainingSpeech[random.Next(_corpus.TrainingSpeech.Count)];
                Waveform.Add(noise, speech.AsSpan(random.Next(Math.Max(1, speech.Length - noise.Length))), 1);
            }
            level *= 0.5f;
        }
        else noise = Augment.Noise(random, noise.Length, _rate);
        // As recorded half of the time: the noise's own level, if it has one.
        var gain = mayChange && recorded && random.NextDouble() < 0.5 ? random.NextSingle() : level / Math.Max(1e-5f, Waveform.Rms(noise));
        Waveform.Add(samples, noise, gain, 1);
        if (mayChange && random.NextDouble() < 0.15) samples.AsSpan(random.Next(samples.Length)).Clear(); // and then digital silence
    }
}
