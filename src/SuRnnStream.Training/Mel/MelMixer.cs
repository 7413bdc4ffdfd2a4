using SuRnnStream.Training.Data;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Mel;

/// <summary>
/// Makes segments in the mel plane, a batch at a time, in tensor operations: words warped in time and frequency apart, at many levels, over noise
/// that is added as energy. Batch n of epoch e is the same in every run of a seed.
/// </summary>
sealed partial class MelMixer : IDisposable
{
    /// <summary>What one decibel adds to a feature: Scale * ln(10) / 10 at the front end's scale of 0.2.</summary>
    public const float Decibel = 0.0460517f;

    const float FullScale = 3.72f;       // loudness of a noise at 0 dB full scale, RMS
    const int Slots = 2;

    readonly SoundTable _table;
    readonly MelStream _speech, _noise;
    readonly SpeechDistillation? _distillation;
    readonly int _bands, _labels, _seed;
    readonly float _scale;

    /// <param name="corpus">The sounds.</param>
    /// <param name="labels">Of the model.</param>
    /// <param name="frontEnd">Of the model.</param>
    /// <param name="seed">The same seed gives the same batches.</param>
    /// <param name="voicePart">Part of the words that is synthesised, where there are such.</param>
    /// <param name="distillation">Of the running speech; null: none.</param>
    public MelMixer(MelCorpus corpus, IReadOnlyList<string> labels, FrontEndConfig frontEnd, int seed, double voicePart = 0.18, SpeechDistillation? distillation = null)
    {
        (_table, _speech, _noise) = (new SoundTable(corpus.Training, labels, frontEnd.Bands, voicePart), new MelStream(corpus.Speech, frontEnd), new MelStream(corpus.Noise, frontEnd));
        _distillation = distillation;
        (_bands, _labels, _seed, _scale) = (frontEnd.Bands, labels.Count, seed, frontEnd.Scale);
    }

    public SoundTable Table => _table;
    public MelStream Speech => _speech;

    /// <summary>Frames of the running speech at which a network took something for a word.</summary>
    public List<int> HardSpeech { get; } = [];

    /// <summary>What is drawn for one sequence.</summary>
    sealed class Plan
    {
        public int NoiseAt, SpeechAt = -1, SpeechEnds = int.MaxValue, Sequence;
        public bool IsTalker; // the speech is a talker's in the background
        public float NoiseGain = float.NegativeInfinity, SpeechGain, LowPass = float.PositiveInfinity;
        public readonly int[] Sound = [-1, -1];
        public readonly float[] Place = new float[Slots], Speed = new float[Slots], Gain = new float[Slots], From = new float[Slots], To = new float[Slots];
        public float Warp = 1, Shift, Tilt;
    }

    public MelBatch Make(int epoch, int number, int size, MelMixOptions options)
    {
        var random = new Random(SegmentMaker.HashCode(_seed, epoch, number));
        var steps = options.Frames;
        var (allowed, weight, said) = (new float[steps * size * _labels], new float[steps * size], new float[steps * size]);
        Array.Fill(weight, 1);
        for (var i = 0; i < steps * size; i++) allowed[i * _labels] = 1; // silence
        var words = new List<MelWord>();
        var plans = new Plan[size];
        for (var b = 0; b < size; b++)
        {
            plans[b] = new Plan { Sequence = b };
            var kind = random.NextDouble();
            if (kind < options.NoiseOnly) Noise(plans[b], random, steps);
            else if (kind < options.NoiseOnly + options.SpeechOnly) RunningSpeech(plans[b], random, options, size, allowed, said);
            else if (kind < options.NoiseOnly + options.SpeechOnly + options.AfterSpeech) AfterSpeech(plans[b], random, options, size, words, allowed, weight, said);
            else Words(plans[b], random, options, size, words, allowed, weight, said);
        }
        return new MelBatch(Render(plans, steps, random), tensor(allowed, [steps, size, _labels]), tensor(weight, [steps, size]), tensor(said, [steps, size]), words, [.. plans.SelectMany(plan => Targets(plan, steps))]);
    }

    /// <summary>The teacher's vectors whose whole window of speech lies in the segment.</summary>
    IEnumerable<DistillationTarget> Targets(Plan plan, int steps)
    {
        if (_distillation is null || plan.SpeechAt < 0 || plan.IsTalker) yield break;
        for (var t = _distillation.First; t < Math.Min(steps, plan.SpeechEnds); t++)
            if (_distillation.RowAt(plan.SpeechAt + t) is >= 0 and var row) yield return new DistillationTarget(plan.Sequence, t, row);
    }

    void Noise(Plan plan, Random random, int steps)
    {
        plan.NoiseAt = random.Next(_noise.Length - steps);
        plan.NoiseGain = random.Next(2) == 0 ? -random.NextSingle() * 20 * Decibel // as recorded, or less
            : FullScale - (10 + 50 * random.NextSingle()) * Decibel - _noise.Loudness(plan.NoiseAt, steps);
    }

    void Under(Plan plan, Random random, MelMixOptions options, float loudness)
    {
        if (random.NextDouble() < options.NoNoise) return;
        var steps = options.Frames;
        plan.NoiseAt = random.Next(_noise.Length - steps);
        var below = random.NextDouble() < 0.2 ? 30 + 20 * random.NextSingle() : 30 * random.NextSingle();
        if (options.LoudNoise > 0 && random.NextDouble() < options.LoudNoise) below = 18 * random.NextSingle() - 3;
        plan.NoiseGain = loudness - below * Decibel - _noise.Loudness(plan.NoiseAt, steps);
    }

    /// <summary>Adds somebody who talks in the background of words.</summary>
    void AddTalker(Plan plan, Random random, int steps, float loudness)
    {
        (plan.SpeechAt, plan.IsTalker) = (random.Next(_speech.Length - steps), true);
        plan.SpeechGain = loudness - (12 + 20 * random.NextSingle()) * Decibel - _speech.Loudness(plan.SpeechAt, steps);
    }

    void RunningSpeech(Plan plan, Random random, MelMixOptions options, int size, float[] allowed, float[] said)
    {
        var steps = options.Frames;
        var hard = HardSpeech.Count > 0 && random.NextDouble() < options.HardSpeech;
        plan.SpeechAt = hard ? Math.Clamp(HardSpeech[random.Next(HardSpeech.Count)] - random.Next(steps / 3, steps - 10), 0, _speech.Length - steps) : random.Next(_speech.Length - steps);
        var own = _speech.Loudness(plan.SpeechAt, steps);
        var loudness = random.Next(2) == 0 ? own + (8 - 20 * random.NextSingle()) * Decibel : FullScale - (10 + 32 * random.NextSingle()) * Decibel;
        plan.SpeechGain = loudness - own;
        Voice(plan, random);
        Under(plan, random, options, loudness);
        LabelSpeech(plan, options, size, allowed, said);
    }

    /// <summary>No word of ours: silence or unknown, as the network likes; silence alone where nothing was said for a while.</summary>
    void LabelSpeech(Plan plan, MelMixOptions options, int size, float[] allowed, float[] said)
    {
        var since = 0;
        for (var t = 0; t < options.Frames; t++)
        {
            var audible = t < plan.SpeechEnds && _speech.IsAudible(plan.SpeechAt + t);
            since = audible ? 0 : since + 1;
            if (since <= options.UnknownAfter) allowed[(t * size + plan.Sequence) * _labels + 1] = 1;
            said[t * size + plan.Sequence] = audible ? 1 : -1;
        }
    }

    /// <summary>Somebody's speech ends in a pause of its own; a word follows.</summary>
    void AfterSpeech(Plan plan, Random random, MelMixOptions options, int size, List<MelWord> words, float[] allowed, float[] weight, float[] said)
    {
        var steps = options.Frames;
        var ends = random.Next(15, Math.Max(16, steps - 85));
        var at = random.Next(ends, _speech.Length - steps);
        for (var end = at + 2 * steps; at < end && at < _speech.Length - steps && !(_speech.IsAudible(at - 1) && Enumerable.Range(at, 4).All(t => !_speech.IsAudible(t)));) at++;
        (plan.SpeechAt, plan.SpeechEnds) = (Math.Max(0, at - ends), ends);
        var own = _speech.Loudness(plan.SpeechAt, ends);
        var loudness = FullScale - (10 + 32 * random.NextSingle()) * Decibel;
        plan.SpeechGain = loudness - own;
        LabelSpeech(plan, options, size, allowed, said);
        Words(plan, random, options, size, words, allowed, weight, said, ends + random.Next(5, 51), loudness + (12 * random.NextSingle() - 6) * Decibel);
    }

    /// <param name="plan">Of the sequence.</param>
    /// <param name="random">Draws.</param>
    /// <param name="options">How.</param>
    /// <param name="size">Sequences of the batch.</param>
    /// <param name="words">Takes what is said.</param>
    /// <param name="allowed">[steps, size, labels] What may be answered.</param>
    /// <param name="weight">[steps, size]</param>
    /// <param name="said">[steps, size] 1: something is said, -1: nothing is.</param>
    /// <param name="first">Frame at which the first word begins; negative: drawn.</param>
    /// <param name="loudness">Of the first word; zero: drawn.</param>
    void Words(Plan plan, Random random, MelMixOptions options, int size, List<MelWord> words, float[] allowed, float[] weight, float[] said, float first = -1, float loudness = 0)
    {
        var (steps, afterSpeech) = (options.Frames, first >= 0);
        var at = afterSpeech ? first : random.Next(-5, Math.Max(6, (steps - 70) * 2 / 3));
        Voice(plan, random);
        for (var slot = 0; slot < Slots; slot++)
        {
            if (slot > 0 && (afterSpeech || random.NextDouble() >= options.SecondWord)) break;
            var index = _table.Draw(random, random.NextDouble() < options.Unknown);
            var sound = _table.Sounds[index];
            var speed = MathF.Exp(0.17f * (2 * random.NextSingle() - 1));
            var whole = !afterSpeech && random.NextDouble() < 0.4;
            float from = whole ? 0 : Math.Max(0, sound.Start - 10 * random.NextSingle()), to = whole ? _table.Longest : sound.End + 10 * random.NextSingle();
            var place = at - from / speed;
            if (afterSpeech) place = at - sound.Start / speed;
            float start = place + sound.Start / speed, end = place + sound.End / speed;
            if (start < 0)
            {
                place -= start;
                (start, end) = (0, end - start);
            }
            if (end + 3 > steps) break;
            if (slot == 0 && !afterSpeech) loudness = random.Next(2) == 0 ? sound.Loudness + (8 - 20 * random.NextSingle()) * Decibel : FullScale - (10 + 32 * random.NextSingle()) * Decibel;
            (plan.Sound[slot], plan.Place[slot], plan.Speed[slot], plan.From[slot], plan.To[slot]) = (index, place, speed, from, to);
            plan.Gain[slot] = loudness + (6 * random.NextSingle() - 3) * Decibel - sound.Loudness;
            words.Add(Label(plan.Sequence, index, start, end, options, size, allowed, weight, said));
            at = end + 3 + 45 * random.NextSingle() * random.NextSingle();
        }
        if (!afterSpeech && options.Talker > 0 && random.NextDouble() < options.Talker)
        {
            AddTalker(plan, random, steps, loudness);
            for (var t = 0; t < steps; t++)
            {
                ref var now = ref said[t * size + plan.Sequence];
                if (now == 0 && _speech.IsAudible(plan.SpeechAt + t)) now = -1; // what the frame switch makes of it is not judged
            }
        }
        Under(plan, random, options, loudness);
        if (random.NextDouble() < 0.05) plan.LowPass = 26 + 6 * random.NextSingle(); // as over a telephone
    }

    static void Voice(Plan plan, Random random)
    {
        plan.Warp = MathF.Exp(0.1f * (2 * random.NextSingle() - 1));
        plan.Shift = random.NextSingle() - 0.5f;
        plan.Tilt = (2 * random.NextSingle() - 1) * 5 * Decibel;
    }

    MelWord Label(int sequence, int index, float start, float end, MelMixOptions options, int size, float[] allowed, float[] weight, float[] said)
    {
        var label = _table.Labels[index];
        int At(double frame) => Math.Clamp((int)Math.Ceiling(frame), 0, options.Frames);
        int may = At(start + options.MayStand * (end - start)), must = At(start + options.MustStand * (end - start)), after = At(end + options.StandsAfter), gone = At(end + options.GoneAfter);
        for (var t = At(start - 4); t < gone; t++)
        {
            var i = t * size + sequence;
            if (t < may) continue; // what was allowed after the word before stays allowed, beside silence
            if (t >= must && t < after)
            {
                Array.Clear(allowed, i * _labels, _labels);
                weight[i] = 3;
            }
            else allowed[i * _labels] = 1;
            allowed[i * _labels + label] = 1;
        }
        for (var t = At(start - 4); t < At(end + 8); t++)
        {
            ref var now = ref said[t * size + sequence];
            if (t >= start && t < end + 2) now = 1;
            else if (now == 0) now = -1;
        }
        return new MelWord(sequence, must, after, label, index);
    }

    /// <summary>[B, T, bands].</summary>
    Tensor Render(Plan[] plans, int steps, Random random)
    {
        using var scope = NewDisposeScope();
        var size = plans.Length;
        var band = arange(_bands, dtype: ScalarType.Float32);
        Tensor Column(Func<Plan, float> of) => tensor(plans.Select(of).ToArray(), [size, 1, 1]);
        Tensor warp = Column(p => p.Warp), shift = Column(p => p.Shift);
        var shape = Column(p => p.Tilt) * (band - _bands / 2f) / (_bands / 2f); // [B, 1, bands]
        shape = shape - 3 * (band >= Column(p => p.LowPass)).to_type(ScalarType.Float32);
        var source = (band * warp + shift).clamp(0, _bands - 1) * (2f / (_bands - 1)) - 1; // [B, 1, bands]
        var time = arange(steps, dtype: ScalarType.Float32).view(1, steps, 1);
        Tensor? energy = null;
        void Add(Tensor features, Tensor gain)
        {
            var heard = nn.functional.relu(features + gain) * (features > 0).to_type(ScalarType.Float32);
            var more = (heard / _scale).exp() - 1;
            energy = energy is null ? more : energy + more;
        }
        for (var slot = 0; slot < Slots; slot++)
        {
            var s = slot;
            var used = plans.Where(p => p.Sound[s] >= 0).ToArray();
            if (used.Length == 0) continue;
            var rows = tensor(used.Select(p => (long)p.Sequence).ToArray());
            Tensor Of(Func<Plan, float> of) => tensor(used.Select(of).ToArray(), [used.Length, 1, 1]);
            var at = (time - Of(p => p.Place[s])) * Of(p => p.Speed[s]);                                     // [b, T, 1]
            at = where((at >= Of(p => p.From[s])) & (at <= Of(p => p.To[s])), at, full_like(at, -9f)) * (2f / (_table.Longest - 1)) - 1;
            var grid = stack([source.index_select(0, rows).expand(used.Length, steps, _bands), at.expand(used.Length, steps, _bands)], 3);
            var planes = _table.Planes.index_select(0, tensor(used.Select(p => (long)p.Sound[s]).ToArray())).unsqueeze(1);
            var drawn = nn.functional.grid_sample(planes, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, true).squeeze(1);
            Add(zeros(size, steps, _bands).index_copy(0, rows, drawn), zeros(size, 1, 1).index_copy(0, rows, Of(p => p.Gain[s])) + shape);
        }
        var speaking = plans.Where(p => p.SpeechAt >= 0).ToArray();
        if (speaking.Length > 0)
        {
            var rows = tensor(speaking.Select(p => (long)p.Sequence).ToArray());
            var planes = Windows(_speech.Plane, speaking.Select(p => p.SpeechAt), steps).unsqueeze(1);
            var speed = tensor(speaking.Select(_ => 1f).ToArray(), [speaking.Length, 1, 1]);
            var grid = stack([source.index_select(0, rows).expand(speaking.Length, steps, _bands), (time * speed * (2f / (steps - 1)) - 1).expand(speaking.Length, steps, _bands)], 3);
            var drawn = nn.functional.grid_sample(planes, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Border, true).squeeze(1);
            drawn = drawn * (time < tensor(speaking.Select(p => (float)p.SpeechEnds).ToArray(), [speaking.Length, 1, 1])).to_type(ScalarType.Float32);
            Add(zeros(size, steps, _bands).index_copy(0, rows, drawn), zeros(size, 1, 1).index_copy(0, rows, tensor(speaking.Select(p => p.SpeechGain).ToArray(), [speaking.Length, 1, 1])) + shape);
        }
        var noise = Windows(_noise.Plane, plans.Select(p => p.NoiseAt), steps);
        Add(noise, Column(p => float.IsFinite(p.NoiseGain) ? p.NoiseGain : -100));
        var mixed = (energy! + 1).log() * _scale;
        return Masked(mixed, random, steps, size).MoveToOuterDisposeScope();
    }

    /// <summary>[n, steps, bands] of a long plane.</summary>
    static Tensor Windows(Tensor plane, IEnumerable<int> starts, int steps)
    {
        var rows = starts.SelectMany(start => Enumerable.Range(start, steps).Select(t => (long)t)).ToArray();
        return plane.index_select(0, tensor(rows)).view(-1, steps, plane.shape[1]);
    }

    /// <summary>SpecAugment (Park et al. 2019): a few bands, and a few frames, at the segment's mean instead of their value; digital silence stays.</summary>
    Tensor Masked(Tensor frames, Random random, int steps, int size)
    {
        var (band, time) = (arange(_bands, dtype: ScalarType.Float32).view(1, 1, -1), arange(steps, dtype: ScalarType.Float32).view(1, -1, 1));
        Tensor Drawn(Func<float> draw) => tensor(Enumerable.Range(0, size).Select(_ => draw()).ToArray(), [size, 1, 1]);
        Tensor bandAt = Drawn(() => random.Next(_bands)), bandWidth = Drawn(() => random.Next(2) == 0 ? 0 : random.Next(1, 7));
        Tensor timeAt = Drawn(() => random.Next(steps)), timeWidth = Drawn(() => random.Next(2) == 0 ? 0 : random.Next(1, 5));
        var masked = ((band >= bandAt) & (band < bandAt + bandWidth)) | ((time >= timeAt) & (time < timeAt + timeWidth));
        return where(masked & (frames.amax([2], keepdim: true) > 0), frames.mean([1, 2], keepdim: true), frames);
    }

    public void Dispose()
    {
        _table.Dispose();
        _speech.Dispose();
        _noise.Dispose();
    }
}
