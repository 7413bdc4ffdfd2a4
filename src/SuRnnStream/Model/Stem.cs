using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>
/// The convolutions before the recurrent layers. Each output is a function of the last frames alone, so it is made when the salience or
/// an open switch first needs it and never for frames that nothing needs: skipping loses nothing, not even the onset before the first
/// open switch.
/// </summary>
sealed unsafe class Stem
{
    readonly StemLayer[] _shape;
    readonly AlignedBuffer?[] _depthwise; // [Kernel, padded inputs]
    readonly WeightMatrix[] _weight;      // [Channels, inputs], or [Channels, Kernel * inputs]
    readonly int[] _inputs;
    readonly Work[] _work;                // of one output

    public Stem(SuRnnConfig config, SuRnnWeights weights)
    {
        _shape = [.. config.Stem];
        _inputs = [.. _shape.Select((_, i) => config.ChannelsInto(i))];
        _depthwise = [.. _shape.Select((layer, i) => layer.Separable ? PackedRows.From(weights[$"stem.{i}.depthwise"], layer.Kernel) : null)];
        _weight = [.. _shape.Select((_, i) => new WeightMatrix(weights[$"stem.{i}.weight"], weights[$"stem.{i}.bias"], weights.ScaleOf($"stem.{i}.scale")))];
        _work = [.. _shape.Select((layer, i) => _weight[i].Work + Work.Floats(layer.Separable ? layer.Kernel * _inputs[i] : 0))];
    }

    public Work PerFrame => _work.Aggregate(new Work(), (sum, work) => sum + work);

    public int Longest => _weight.Select(weight => weight.Longest).DefaultIfEmpty(0).Max();

    /// <summary>Frames that decide about one frame: it and those before it that the stem or the salience sees.</summary>
    public static int FramesSeen(SuRnnConfig config) =>
        1 + (config.FrameSwitch?.Lead ?? 0) + Math.Max(LookBack(config, config.Stem.Count), LookBack(config, config.SalienceDepth) + config.SalienceFrames - 1);

    /// <summary>Frames before the present one that the first <paramref name="depth"/> layers see.</summary>
    public static int LookBack(SuRnnConfig config, int depth) => config.Stem.Take(depth).Sum(layer => layer.Reach);

    /// <summary>Outputs of the first <paramref name="depth"/> layers for the last <paramref name="count"/> frames, copied oldest first.</summary>
    public void Window(int depth, int count, SuRnnState state, Workspace work, float* to, ref Work done)
    {
        if (depth > 0) Ensure(depth - 1, count - 1, 0, state, work, ref done);
        (depth == 0 ? state.History : state.Stem.Outputs[depth - 1]).Window(0, count, to);
    }

    /// <summary>Outputs of the whole stem for one past frame: the caller may write after them.</summary>
    public void At(int age, SuRnnState state, Workspace work, float* to, ref Work done)
    {
        var depth = _shape.Length;
        if (depth > 0) Ensure(depth - 1, age, age, state, work, ref done);
        (depth == 0 ? state.History : state.Stem.Outputs[depth - 1]).Window(age, 1, to);
    }

    /// <summary>Makes the outputs of layer i from age <paramref name="oldest"/> to <paramref name="newest"/> that are not there yet.</summary>
    void Ensure(int i, int oldest, int newest, SuRnnState state, Workspace work, ref Work done)
    {
        for (var age = oldest; age >= newest; age--)
        {
            if (!state.Stem.Claim(i, age)) continue;
            if (i > 0) Ensure(i - 1, age + _shape[i].Reach, age, state, work, ref done);
            Compute(i, age, i == 0 ? state.History : state.Stem.Outputs[i - 1], state.Stem.Outputs[i], work);
            done += _work[i];
        }
    }

    void Compute(int i, int age, FrameRing from, FrameRing to, Workspace work)
    {
        var layer = _shape[i];
        float* seen = work.Seen.Pointer, made = work.Made.Pointer;
        if (_depthwise[i] is { } filters) Filter(filters.Pointer, layer, from, age, seen);
        else from.Window(age, layer.Kernel, seen, layer.Dilation);
        _weight[i].Multiply(seen, made, work);

        float* newest = from.Slot(age), output = to.Slot(age);
        var c = 0;
        for (; c + 8 <= layer.Channels; c += 8)
        {
            var value = Vector256.Max(Vector256<float>.Zero, Vector256.Load(made + c));
            (layer.Residual ? value + Vector256.Load(newest + c) : value).Store(output + c);
        }
        for (; c < layer.Channels; c++)
        {
            var value = MathF.Max(0, made[c]);
            output[c] = layer.Residual ? value + newest[c] : value;
        }
    }

    /// <summary>One filter a channel, over the frames up to that of <paramref name="age"/>.</summary>
    static void Filter(float* filters, StemLayer layer, FrameRing from, int age, float* to)
    {
        if (Lanes16.IsSupported) Filter<Lanes16>(filters, layer, from, age, to);
        else if (Lanes8.IsSupported) Filter<Lanes8>(filters, layer, from, age, to);
        else Filter<Lanes4>(filters, layer, from, age, to);
    }

    /// <summary>The same bits at every width of vectors.</summary>
    static void Filter<T>(float* filters, StemLayer layer, FrameRing from, int age, float* to) where T : struct, IFloatLanes<T>
    {
        var (row, kernel, dilation) = (RowKernel.Pad(from.Width), layer.Kernel, layer.Dilation);
        var first = from.Slot(age + layer.Reach);
        var c = 0;
        for (; c + 4 * T.Count <= row; c += 4 * T.Count)
        {
            T sum0 = T.All(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            float* frame = first, filter = filters + c;
            for (var k = 0; k < kernel; k++, filter += row, frame = from.Next(frame, dilation))
            {
                sum0 += T.Load(filter) * T.Load(frame + c);
                sum1 += T.Load(filter + T.Count) * T.Load(frame + c + T.Count);
                sum2 += T.Load(filter + 2 * T.Count) * T.Load(frame + c + 2 * T.Count);
                sum3 += T.Load(filter + 3 * T.Count) * T.Load(frame + c + 3 * T.Count);
            }
            sum0.Store(to + c);
            sum1.Store(to + c + T.Count);
            sum2.Store(to + c + 2 * T.Count);
            sum3.Store(to + c + 3 * T.Count);
        }
        for (; c < row; c += T.Count)
        {
            var sum = T.All(0);
            float* frame = first, filter = filters + c;
            for (var k = 0; k < kernel; k++, filter += row, frame = from.Next(frame, dilation)) sum += T.Load(filter) * T.Load(frame + c);
            sum.Store(to + c);
        }
    }
}

/// <summary>One stream's stem outputs, as far as they were needed.</summary>
sealed class StemCache
{
    readonly ulong[][] _made; // [layer][word] bit n is set: the output of n frames ago is made
    readonly int[] _seen;     // [layer] newest frames of its output that the next layer or the salience looks at
    readonly int _depth;      // layers that are needed for every frame

    public StemCache(SuRnnConfig config)
    {
        Outputs = new FrameRing[config.Stem.Count];
        _made = new ulong[config.Stem.Count][];
        _depth = config.SalienceDepth;
        _seen = [.. config.Stem.Select((_, i) => Math.Max(i + 1 < config.Stem.Count ? config.Stem[i + 1].Reach : 0, i + 1 == _depth ? config.SalienceFrames - 1 : 0))];
        for (int i = config.Stem.Count - 1, above = 1 + (config.FrameSwitch?.Lead ?? 0); i >= 0; above += config.Stem[i--].Reach)
        {
            // As many as the layers above look back, and the salience through the layers between.
            var salience = i < config.SalienceDepth ? config.SalienceFrames + config.Stem.Take(config.SalienceDepth).Skip(i + 1).Sum(layer => layer.Reach) : 0;
            var frames = Math.Max(above, salience);
            Outputs[i] = new FrameRing(config.Stem[i].Channels, frames);
            _made[i] = new ulong[(frames + 63) / 64];
        }
    }

    public FrameRing[] Outputs { get; }

    /// <summary>Fetches what the next frame will look at into the processor's cache; <paramref name="whole"/>: all layers are likely to be needed.</summary>
    public void Fetch(bool whole)
    {
        for (var i = 0; i < (whole ? Outputs.Length : _depth); i++) Outputs[i].Fetch(_seen[i]);
    }

    public void Advance()
    {
        foreach (var output in Outputs) output.Advance();
        foreach (var made in _made)
        {
            for (var word = made.Length - 1; word > 0; word--) made[word] = made[word] << 1 | made[word - 1] >> 63;
            made[0] <<= 1;
        }
    }

    /// <summary>True, once per layer and frame: the caller makes this output now.</summary>
    public bool Claim(int layer, int age)
    {
        ref var made = ref _made[layer][age >> 6];
        var bit = 1UL << age;
        if ((made & bit) != 0) return false;
        made |= bit;
        return true;
    }

    public void Forget()
    {
        foreach (var made in _made) Array.Clear(made);
    }

    /// <summary>The frame of this age is not heard: its outputs are zero by definition.</summary>
    public void Zero(int age)
    {
        for (var i = 0; i < Outputs.Length; i++)
        {
            if (age >= Outputs[i].Frames) continue;
            Outputs[i].Zero(age);
            _made[i][age >> 6] |= 1UL << age;
        }
    }

    /// <summary>The frame of this age is heard after all: its outputs are made when they are needed.</summary>
    public void Unmake(int age)
    {
        foreach (var made in _made) if (age >> 6 < made.Length) made[age >> 6] &= ~(1UL << age);
    }
}
