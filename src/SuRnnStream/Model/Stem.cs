using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>
/// The convolutions in front of the recurrent layers. Each output is a function of the last frames alone, so it is made when the salience or
/// an open switch first needs it and never for frames that nobody asks for: skipping loses nothing, not even the onset before the first
/// open switch.
/// </summary>
sealed unsafe class Stem
{
    readonly StemLayer[] _shape;
    readonly AlignedBuffer?[] _depthwise; // [Kernel, padded inputs]
    readonly AlignedBuffer[] _weight;     // [Channels, padded row]
    readonly float[][] _bias;             // [Channels]
    readonly int[] _inputs;

    public Stem(SuRnnConfig config, SuRnnWeights weights)
    {
        _shape = [.. config.Stem];
        _inputs = [.. _shape.Select((_, i) => config.ChannelsInto(i))];
        _depthwise = [.. _shape.Select((layer, i) => layer.Separable ? PackedRows.From(weights[$"stem.{i}.depthwise"], layer.Kernel) : null)];
        _weight = [.. _shape.Select((layer, i) => PackedRows.From(weights[$"stem.{i}.weight"], layer.Channels))];
        _bias = [.. _shape.Select((_, i) => weights[$"stem.{i}.bias"].ToArray())];
    }

    public long MultiplyAddsPerFrame => Enumerable.Range(0, _shape.Length).Sum(MultiplyAdds);

    /// <summary>Frames that decide about one frame: it and those before it that the stem or the salience sees.</summary>
    public static int FramesSeen(SuRnnConfig config) =>
        1 + Math.Max(LookBack(config, config.Stem.Count), LookBack(config, config.SalienceDepth) + config.SalienceFrames - 1);

    /// <summary>Frames before the present one that the first <paramref name="depth"/> layers see.</summary>
    public static int LookBack(SuRnnConfig config, int depth) => config.Stem.Take(depth).Sum(layer => layer.Kernel - 1);

    /// <summary>Outputs of the first <paramref name="depth"/> layers for <paramref name="count"/> frames up to this one, oldest first.</summary>
    public float* Window(int depth, long frame, int count, FrameRing history, StemCache cache, ref long multiplyAdds)
    {
        if (depth == 0) return history.Window(frame, count);
        for (var past = frame - count + 1; past <= frame; past++) Ensure(depth - 1, past, history, cache, ref multiplyAdds);
        return cache.Outputs[depth - 1].Window(frame, count);
    }

    void Ensure(int i, long frame, FrameRing history, StemCache cache, ref long multiplyAdds)
    {
        if (!cache.Claim(i, frame)) return;
        var layer = _shape[i];
        if (i > 0) for (var past = frame - layer.Kernel + 1; past <= frame; past++) Ensure(i - 1, past, history, cache, ref multiplyAdds);
        Compute(i, (i == 0 ? history : cache.Outputs[i - 1]).Window(frame, layer.Kernel), cache.Mixed.Pointer, cache.Result);
        cache.Outputs[i].Write(frame, cache.Result.AsSpan(0, layer.Channels));
        multiplyAdds += MultiplyAdds(i);
    }

    void Compute(int i, float* window, float* mixed, float[] result)
    {
        var (layer, inputs) = (_shape[i], _inputs[i]);
        var row = RowKernel.Pad(layer.Separable ? inputs : layer.Kernel * inputs);
        var seen = window;
        if (_depthwise[i] is { } filters)
        {
            for (var c = 0; c < row; c += 8)
            {
                var sum = Vector256<float>.Zero;
                for (var k = 0; k < layer.Kernel; k++) sum += Vector256.Load(filters.Pointer + k * row + c) * Vector256.Load(window + k * inputs + c);
                sum.Store(mixed + c);
            }
            seen = mixed;
        }
        var newest = window + (layer.Kernel - 1) * inputs;
        for (var c = 0; c < layer.Channels; c++)
        {
            var value = MathF.Max(0, RowKernel.Best.Dot(_weight[i].Pointer + c * row, seen, row) + _bias[i][c]);
            result[c] = layer.Residual ? value + newest[c] : value;
        }
    }

    long MultiplyAdds(int i)
    {
        var (layer, inputs) = (_shape[i], (long)_inputs[i]);
        return layer.Separable ? inputs * (layer.Kernel + layer.Channels) : inputs * layer.Kernel * layer.Channels;
    }
}

/// <summary>One stream's stem outputs, as far as they were needed.</summary>
sealed class StemCache
{
    readonly long[][] _made; // [layer][slot] the frame whose output stands there

    public StemCache(SuRnnConfig config)
    {
        Outputs = new FrameRing[config.Stem.Count];
        _made = new long[config.Stem.Count][];
        for (int i = config.Stem.Count - 1, above = 1; i >= 0; above += config.Stem[i--].Kernel - 1)
        {
            // As many as the layers above look back, and the salience through the layers between.
            var salience = i < config.SalienceDepth ? config.SalienceFrames + config.Stem.Take(config.SalienceDepth).Skip(i + 1).Sum(layer => layer.Kernel - 1) : 0;
            var frames = Math.Max(above, salience);
            Outputs[i] = new FrameRing(config.Stem[i].Channels, frames);
            _made[i] = new long[frames];
        }
        var widest = config.Stem.Select((layer, i) => Math.Max(layer.Channels, config.ChannelsInto(i))).DefaultIfEmpty(0).Max();
        (Mixed, Result) = (new AlignedBuffer(RowKernel.Pad(widest)), new float[widest]);
        Forget();
    }

    public FrameRing[] Outputs { get; }
    public AlignedBuffer Mixed { get; }   // working memory of one separable layer
    public float[] Result { get; }        // working memory: one output

    /// <summary>True, once per layer and frame: the caller makes this output now.</summary>
    public bool Claim(int layer, long frame)
    {
        ref var made = ref _made[layer][(int)((frame % _made[layer].Length + _made[layer].Length) % _made[layer].Length)];
        if (made == frame) return false;
        made = frame;
        return true;
    }

    public void Forget()
    {
        foreach (var made in _made) Array.Fill(made, long.MinValue);
    }
}

static unsafe class PackedRows
{
    /// <summary>Equal rows, each padded with zeros to whole vectors.</summary>
    public static AlignedBuffer From(ReadOnlySpan<float> values, int rows)
    {
        var length = values.Length / rows;
        var packed = new AlignedBuffer(rows * RowKernel.Pad(length));
        for (var r = 0; r < rows; r++) values.Slice(r * length, length).CopyTo(packed.Span[(r * RowKernel.Pad(length))..]);
        return packed;
    }
}
