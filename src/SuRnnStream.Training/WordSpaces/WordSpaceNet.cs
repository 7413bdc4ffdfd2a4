using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SuRnnStream.Training.WordSpaces;

/// <summary>
/// The network of a word space in Torch, as <see cref="WordSpaceShape"/> describes it: windows of frames to vectors of length 1 that are near each other for the same word,
/// and, by a branch of its own, to vectors that are near each other for the same voice.
/// </summary>
sealed class WordSpaceNet : Module
{
    const double NormEpsilon = 1e-5;

    readonly WordSpaceShape _shape;
    readonly Conv1d _first, _voiceFirst, _voiceMix;
    readonly BatchNorm1d _firstNorm, _outNorm, _voiceNorm, _voiceMixNorm, _voiceOutNorm;
    readonly Conv1d[] _depthwise, _mix;
    readonly BatchNorm1d[] _norm;
    readonly Linear _out, _voiceOut;
    readonly Linear? _distilled;

    /// <param name="shape">Of the network.</param>
    /// <param name="targets">Numbers of a teacher that it learns to tell as well, from the means; 0: none. No part of the network that is kept.</param>
    public WordSpaceNet(WordSpaceShape shape, int targets = 0) : base(nameof(WordSpaceNet))
    {
        _shape = shape;
        _first = Conv1d(shape.Bands, shape.Channels, WordSpaceShape.FirstKernel, stride: WordSpaceShape.Stride, padding: WordSpaceShape.FirstKernel / 2, bias: false);
        _firstNorm = BatchNorm1d(shape.Channels, eps: NormEpsilon);
        _depthwise = [.. Enumerable.Range(0, shape.Blocks).Select(_ => Conv1d(shape.Channels, shape.Channels, shape.Kernel, padding: shape.Kernel / 2, groups: shape.Channels, bias: false))];
        _mix = [.. Enumerable.Range(0, shape.Blocks).Select(_ => Conv1d(shape.Channels, shape.Channels, 1, bias: false))];
        _norm = [.. Enumerable.Range(0, shape.Blocks).Select(_ => BatchNorm1d(shape.Channels, eps: NormEpsilon))];
        (_out, _outNorm) = (Linear(shape.Segments * shape.Channels, shape.Size, hasBias: false), BatchNorm1d(shape.Size, eps: NormEpsilon));
        _voiceFirst = Conv1d(shape.Bands, shape.VoiceChannels, WordSpaceShape.VoiceKernel, stride: WordSpaceShape.Stride, padding: WordSpaceShape.VoiceKernel / 2, bias: false);
        _voiceNorm = BatchNorm1d(shape.VoiceChannels, eps: NormEpsilon);
        (_voiceMix, _voiceMixNorm) = (Conv1d(shape.VoiceChannels, shape.VoiceChannels, 1, bias: false), BatchNorm1d(shape.VoiceChannels, eps: NormEpsilon));
        (_voiceOut, _voiceOutNorm) = (Linear(2 * shape.VoiceChannels, shape.VoiceSize, hasBias: false), BatchNorm1d(shape.VoiceSize, eps: NormEpsilon));
        _distilled = targets > 0 ? Linear(shape.Segments * shape.Channels, targets) : null;
        RegisterComponents();
        for (var i = 0; i < shape.Blocks; i++)
        {
            register_module($"depthwise{i}", _depthwise[i]);
            register_module($"mix{i}", _mix[i]);
            register_module($"norm{i}", _norm[i]);
        }
    }

    /// <summary>Those of the convolutions that word vectors come from.</summary>
    public IEnumerable<Tensor> Trunk => [_first.weight!, _firstNorm.weight!, _firstNorm.bias!, .. Enumerable.Range(0, _shape.Blocks).SelectMany(i => new[] { _depthwise[i].weight!, _mix[i].weight!, _norm[i].weight!, _norm[i].bias! })];

    /// <summary>Those of the layer after them.</summary>
    public IEnumerable<Tensor> Head => [_out.weight!, _outNorm.weight!, _outNorm.bias!];

    /// <summary>[B, Frames, Bands] to word vectors [B, Size], at the shift of each window.</summary>
    /// <param name="frames">Windows.</param>
    /// <param name="shifts">[B] which of the places at which the segments are laid, 0 to Shifts - 1.</param>
    public Tensor Words(Tensor frames, long[] shifts) => Vectors(PooledOf(frames, shifts));

    /// <summary>[B, Frames, Bands] to the means over the window's segments [B, Segments * Channels].</summary>
    /// <param name="frames">Windows.</param>
    /// <param name="shifts">As <see cref="Words"/> takes them.</param>
    public Tensor PooledOf(Tensor frames, long[] shifts) => Pooled(Convolved(frames), shifts);

    /// <summary>[B, Frames, Bands] to the last convolution's outputs [B, Channels, Positions].</summary>
    public Tensor Convolved(Tensor frames)
    {
        var x = functional.relu(_firstNorm.call(_first.call(frames.transpose(1, 2))));
        for (var i = 0; i < _shape.Blocks; i++) x = x + functional.relu(_norm[i].call(_mix[i].call(_depthwise[i].call(x))));
        return x;
    }

    /// <summary>[B, Channels, Positions] to the means over the window's segments [B, Segments * Channels].</summary>
    /// <param name="x">Of <see cref="Convolved"/>.</param>
    /// <param name="shifts">As <see cref="Words"/> takes them.</param>
    public Tensor Pooled(Tensor x, long[] shifts)
    {
        var positions = _shape.Segments * _shape.Segment;
        var place = tensor(shifts).view(-1, 1, 1) * _shape.ShiftStep + arange(positions, dtype: ScalarType.Int64).view(1, 1, -1);
        x = x.gather(2, place.expand(-1, _shape.Channels, -1)).view(-1, _shape.Channels, _shape.Segments, _shape.Segment).mean([3]); // [B, C, segments]
        return x.transpose(1, 2).flatten(1);
    }

    /// <summary>[B, Segments * Channels] to word vectors [B, Size].</summary>
    public Tensor Vectors(Tensor pooled) => functional.normalize(_outNorm.call(_out.call(pooled)), dim: 1);

    /// <summary>[B, Segments * Channels] to what a teacher would say [B, numbers].</summary>
    public Tensor Distilled(Tensor pooled) => _distilled!.call(pooled);

    /// <summary>[B, Frames, Bands] to voice vectors [B, VoiceSize]: mean and deviation over time.</summary>
    public Tensor Voices(Tensor frames)
    {
        var x = functional.relu(_voiceNorm.call(_voiceFirst.call(frames.transpose(1, 2))));
        x = functional.relu(_voiceMixNorm.call(_voiceMix.call(x)));
        var mean = x.mean([2]);
        var deviation = ((x - mean.unsqueeze(2)).square().mean([2]) + WordSpaceShape.LeastVariance).sqrt();
        return functional.normalize(_voiceOutNorm.call(_voiceOut.call(cat([mean, deviation], 1))), dim: 1);
    }

    /// <summary>
    /// Takes over weights as <see cref="Export"/> gives them. Norms are folded into these, so each norm gets what it measures on some windows as its own scale: the network answers as before, and can be trained on.
    /// Of the convolutions it takes all; what follows them, and the voice's branch, stay as they are where there is nothing to take.
    /// </summary>
    /// <param name="from">Weights by name; of another network, convolutions alone (<see cref="WordSpaceShape.TrunkTensors"/>).</param>
    /// <param name="frames">[B, Frames, Bands] windows to measure by.</param>
    /// <exception cref="InvalidDataException">They have another shape.</exception>
    public void Start(IReadOnlyDictionary<string, float[]> from, Tensor frames)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        train();
        var x = functional.relu(Convolution("first", _first, _firstNorm, frames.transpose(1, 2)));
        for (var i = 0; i < _shape.Blocks; i++)
        {
            Take($"block.{i}.depthwise", _depthwise[i].weight!.squeeze(1).t());
            x = x + functional.relu(Convolution($"block.{i}", _mix[i], _norm[i], _depthwise[i].call(x)));
        }
        x = x[.., .., ..(_shape.Segments * _shape.Segment)].reshape(-1, _shape.Channels, _shape.Segments, _shape.Segment).mean([3]);
        if (from.ContainsKey("out.weight")) Dense("out", _out, _outNorm, x.transpose(1, 2).flatten(1));
        if (!from.ContainsKey("voice.first.weight")) return;
        x = functional.relu(Convolution("voice.first", _voiceFirst, _voiceNorm, frames.transpose(1, 2)));
        x = functional.relu(Convolution("voice.mix", _voiceMix, _voiceMixNorm, x));
        var mean = x.mean([2]);
        var deviation = ((x - mean.unsqueeze(2)).square().mean([2]) + WordSpaceShape.LeastVariance).sqrt();
        Dense("voice.out", _voiceOut, _voiceOutNorm, cat([mean, deviation], 1));

        Tensor Convolution(string name, Conv1d layer, BatchNorm1d norm, Tensor input)
        {
            Take(name + ".weight", layer.weight!.permute(0, 2, 1));
            var output = layer.call(input);
            Measured(name, norm, output.transpose(1, 2).flatten(0, 1));
            return norm.call(output);
        }

        void Dense(string name, Linear layer, BatchNorm1d norm, Tensor input)
        {
            Take(name + ".weight", layer.weight!);
            Measured(name, norm, layer.call(input));
        }

        void Measured(string name, BatchNorm1d norm, Tensor rows)
        {
            var (mean, variance) = (rows.mean([0]), rows.var(0, unbiased: false));
            Take(name + ".bias", norm.bias!);
            norm.bias!.add_(mean);
            norm.weight!.copy_((variance + NormEpsilon).sqrt());
        }

        void Take(string name, Tensor into)
        {
            if (!from.TryGetValue(name, out var values) || values.Length != into.numel()) throw new InvalidDataException($"The word space to begin with has another shape: '{name}' has {from.GetValueOrDefault(name)?.Length ?? 0} numbers, not {into.numel()}.");
            into.copy_(tensor(values, into.shape));
        }
    }

    /// <summary>The weights as the runtime wants them, norms folded in.</summary>
    public Dictionary<string, float[]> Export()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var to = new Dictionary<string, float[]>();
        Convolution("first", _first, _firstNorm);
        for (var i = 0; i < _shape.Blocks; i++)
        {
            Convolution($"block.{i}", _mix[i], _norm[i]);
            to[$"block.{i}.depthwise"] = Values(_depthwise[i].weight.squeeze(1).t());
        }
        Dense("out", _out, _outNorm);
        Convolution("voice.first", _voiceFirst, _voiceNorm);
        Convolution("voice.mix", _voiceMix, _voiceMixNorm);
        Dense("voice.out", _voiceOut, _voiceOutNorm);
        return to;

        void Convolution(string name, Conv1d layer, BatchNorm1d norm) => Folded(name, layer.weight.permute(0, 2, 1), norm);
        void Dense(string name, Linear layer, BatchNorm1d norm) => Folded(name, layer.weight!, norm);
        void Folded(string name, Tensor weight, BatchNorm1d norm)
        {
            var scale = norm.weight! / sqrt(norm.running_var! + NormEpsilon);
            to[name + ".weight"] = Values(weight * scale.view([-1, .. Enumerable.Repeat(1L, (int)weight.dim() - 1)]));
            to[name + ".bias"] = Values(norm.bias! - norm.running_mean! * scale);
        }
    }

    static float[] Values(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();
}
