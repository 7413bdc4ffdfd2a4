using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SuRnnStream.Training.SecondLook;

/// <summary>A model's own second look in Torch, as <see cref="ModelVerifier"/> describes it. Without norms: it begins with the convolutions of a word space, which have theirs folded in.</summary>
sealed class VerifierNet : Module
{
    readonly WordSpaceShape _window;
    readonly Conv1d _first;
    readonly Conv1d[] _depthwise, _mix;
    readonly Linear _hidden, _out;
    readonly Linear? _distilled;

    /// <param name="shape">Of the network.</param>
    /// <param name="bands">Numbers in a frame.</param>
    /// <param name="labels">Of the model.</param>
    /// <param name="targets">Numbers of a teacher that it learns to tell as well, from the means; 0: none. No part of the network that is kept.</param>
    public VerifierNet(ModelVerifier shape, int bands, int labels, int targets = 0) : base(nameof(VerifierNet))
    {
        _window = shape.Window(bands);
        _first = Conv1d(bands, shape.Channels, WordSpaceShape.FirstKernel, stride: WordSpaceShape.Stride, padding: WordSpaceShape.FirstKernel / 2);
        _depthwise = [.. Enumerable.Range(0, shape.Blocks).Select(_ => Conv1d(shape.Channels, shape.Channels, shape.Kernel, padding: shape.Kernel / 2, groups: shape.Channels, bias: false))];
        _mix = [.. Enumerable.Range(0, shape.Blocks).Select(_ => Conv1d(shape.Channels, shape.Channels, 1))];
        (_hidden, _out) = (Linear(shape.Segments * shape.Channels, shape.Hidden), Linear(shape.Hidden, labels));
        _distilled = targets > 0 ? Linear(shape.Segments * shape.Channels, targets) : null;
        RegisterComponents();
        for (var i = 0; i < shape.Blocks; i++)
        {
            register_module($"depthwise{i}", _depthwise[i]);
            register_module($"mix{i}", _mix[i]);
        }
    }

    /// <summary>Those of the convolutions.</summary>
    public IEnumerable<Tensor> Trunk => [_first.weight!, _first.bias!, .. _depthwise.Select(layer => layer.weight!), .. _mix.SelectMany(layer => new[] { layer.weight!, layer.bias! })];

    /// <summary>Those of the layers after them.</summary>
    public IEnumerable<Tensor> Head => [_hidden.weight!, _hidden.bias!, _out.weight!, _out.bias!, .. _distilled is null ? Array.Empty<Tensor>() : [_distilled.weight!, _distilled.bias!]];

    /// <summary>
    /// Takes over convolutions by the names of <see cref="WordSpaceShape.TrunkTensors"/>, and the head if it is there too. Where they have fewer channels, the further ones stay as they are and nothing
    /// reads them yet: the network gives the same answers, and has room to learn.
    /// </summary>
    /// <exception cref="InvalidDataException">They have another shape.</exception>
    public void Start(IReadOnlyDictionary<string, float[]> from)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var channels = from.TryGetValue("first.bias", out var biases) ? Math.Min(biases.Length, _window.Channels) : _window.Channels;
        Take("first.weight", _first.weight!.permute(0, 2, 1), 0);
        Take("first.bias", _first.bias!, 0);
        for (var i = 0; i < _mix.Length; i++)
        {
            Take($"block.{i}.depthwise", _depthwise[i].weight!.squeeze(1).t(), 1);
            _mix[i].weight!.narrow(1, channels, _window.Channels - channels).narrow(0, 0, channels).zero_();
            Take($"block.{i}.weight", _mix[i].weight!.squeeze(2), 0, 1);
            Take($"block.{i}.bias", _mix[i].bias!, 0);
        }
        if (!from.ContainsKey("hidden.weight")) return;
        var hidden = _hidden.weight!.view(-1, _window.Segments, _window.Channels);
        hidden.narrow(2, channels, _window.Channels - channels).zero_();
        Take("hidden.weight", hidden, 2);
        Take("hidden.bias", _hidden.bias!);
        Take("out.weight", _out.weight!);
        Take("out.bias", _out.bias!);

        void Take(string name, Tensor into, params int[] ofChannels)
        {
            foreach (var dimension in ofChannels) into = into.narrow(dimension, 0, channels);
            if (!from.TryGetValue(name, out var values) || values.Length != into.numel()) throw new InvalidDataException($"The network to begin with has another shape: '{name}' has {from.GetValueOrDefault(name)?.Length ?? 0} numbers, not {into.numel()}.");
            into.copy_(tensor(values, into.shape));
        }
    }

    /// <summary>[B, Frames, Bands] to logits [B, Labels].</summary>
    /// <param name="frames">Windows.</param>
    /// <param name="shifts">[B] first position that counts, 0 to Shifts - 1.</param>
    /// <param name="dropout">Part of the hidden units that is left out while training.</param>
    public Tensor Logits(Tensor frames, long[] shifts, double dropout = 0) => Answer(Pooled(Convolved(frames), shifts), dropout);

    /// <summary>[B, Frames, Bands] to the last convolution's outputs [B, Channels, Positions].</summary>
    public Tensor Convolved(Tensor frames)
    {
        var x = functional.relu(_first.call(frames.transpose(1, 2)));
        for (var i = 0; i < _mix.Length; i++) x = x + functional.relu(_mix[i].call(_depthwise[i].call(x)));
        return x;
    }

    /// <summary>[B, Channels, Positions] to the means over the window's segments [B, Segments * Channels].</summary>
    /// <param name="x">Of <see cref="Convolved"/>.</param>
    /// <param name="shifts">[B] first position that counts, 0 to Shifts - 1.</param>
    public Tensor Pooled(Tensor x, long[] shifts)
    {
        var place = tensor(shifts).view(-1, 1, 1) + arange(_window.Segments * _window.Segment, dtype: ScalarType.Int64).view(1, 1, -1);
        x = x.gather(2, place.expand(-1, _window.Channels, -1)).view(-1, _window.Channels, _window.Segments, _window.Segment).mean([3]); // [B, C, segments]
        return x.transpose(1, 2).flatten(1);
    }

    /// <summary>[B, Segments * Channels] to logits [B, Labels].</summary>
    /// <param name="pooled">Means.</param>
    /// <param name="dropout">Part of the hidden units that is left out while training.</param>
    public Tensor Answer(Tensor pooled, double dropout)
    {
        var hidden = functional.relu(_hidden.call(functional.dropout(pooled, dropout / 2, training)));
        return _out.call(functional.dropout(hidden, dropout, training));
    }

    /// <summary>[B, Segments * Channels] to what a teacher would say [B, numbers].</summary>
    public Tensor Distilled(Tensor pooled) => _distilled!.call(pooled);

    /// <summary>The weights as the runtime wants them, before their rows are rounded.</summary>
    public Dictionary<string, float[]> Export()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var to = new Dictionary<string, float[]> { ["first.weight"] = Values(_first.weight!.permute(0, 2, 1)), ["first.bias"] = Values(_first.bias!) };
        for (var i = 0; i < _mix.Length; i++)
        {
            to[$"block.{i}.depthwise"] = Values(_depthwise[i].weight!.squeeze(1).t());
            to[$"block.{i}.weight"] = Values(_mix[i].weight!);
            to[$"block.{i}.bias"] = Values(_mix[i].bias!);
        }
        (to["hidden.weight"], to["hidden.bias"], to["out.weight"], to["out.bias"]) = (Values(_hidden.weight!), Values(_hidden.bias!), Values(_out.weight!), Values(_out.bias!));
        return to;
    }

    static float[] Values(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();
}
