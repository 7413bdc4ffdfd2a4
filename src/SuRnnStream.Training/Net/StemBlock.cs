using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SuRnnStream.Training.Net;

/// <summary>One causal convolution with batch normalisation and ReLU: [B, C, T] to [B, C', T - Reach].</summary>
sealed class StemBlock : Module<Tensor, Tensor>
{
    const double NormEpsilon = 1e-5;

    readonly StemLayer _shape;
    readonly Conv1d? _depthwise;
    readonly BatchNorm1d? _filterNorm;
    readonly Conv1d _mix;
    readonly BatchNorm1d _norm;

    /// <param name="shape">Of the layer.</param>
    /// <param name="inputs">Channels that come in.</param>
    /// <param name="filterNorm">True: the outputs of a separable layer's filters are normalised too, until export.</param>
    public StemBlock(StemLayer shape, int inputs, bool filterNorm = false) : base(nameof(StemBlock))
    {
        _shape = shape;
        if (shape.Separable) register_module("depthwise", _depthwise = Conv1d(inputs, inputs, shape.Kernel, dilation: shape.Dilation, groups: inputs, bias: false));
        if (shape.Separable && filterNorm) register_module("filter_norm", _filterNorm = BatchNorm1d(inputs, eps: NormEpsilon));
        register_module("mix", _mix = Conv1d(inputs, shape.Channels, shape.Separable ? 1 : shape.Kernel, dilation: shape.Separable ? 1 : shape.Dilation, bias: false));
        register_module("norm", _norm = BatchNorm1d(shape.Channels, eps: NormEpsilon));
    }

    public override Tensor forward(Tensor x)
    {
        var y = functional.relu(_norm.call(Mixed(x)));
        return _shape.Residual ? y + x.slice(2, _shape.Reach, x.shape[2], 1) : y;
    }

    Tensor Mixed(Tensor x)
    {
        if (_depthwise is null) return _mix.call(x);
        var filtered = _depthwise.call(x);
        return _mix.call(_filterNorm is null ? filtered : _filterNorm.call(filtered));
    }

    /// <summary>Normalises by what these inputs have, and undoes that: the outputs, which are returned, stay the same.</summary>
    public Tensor Calibrate(Tensor x)
    {
        var before = forward(x);
        if (_filterNorm is not null) Set(_filterNorm, _depthwise!.call(x));
        Set(_norm, Mixed(x));
        return before;
    }

    /// <summary>A norm by what its inputs have, which gives the same outputs as before.</summary>
    static void Set(BatchNorm1d norm, Tensor inputs)
    {
        var (mean, variance) = (inputs.mean([0, 2]), inputs.var([0, 2], unbiased: false));
        var (scale, shift) = (norm.weight! / sqrt(norm.running_var! + NormEpsilon), norm.running_mean!.clone());
        norm.bias!.add_((mean - shift) * scale);
        norm.weight!.copy_(scale * sqrt(variance + NormEpsilon));
        norm.running_mean!.copy_(mean);
        norm.running_var!.copy_(variance);
    }

    /// <summary>The weights with the norms folded in: a norm of the filters becomes part of the filters and, mixed, of the bias.</summary>
    public void Export(string name, Dictionary<string, Tensor> to)
    {
        var scale = _norm.weight! / sqrt(_norm.running_var! + NormEpsilon);
        var bias = _norm.bias! - _norm.running_mean! * scale;
        var weight = _mix.weight * scale.view(-1, 1, 1);                                 // [C', C, K]
        if (_depthwise is not null)
        {
            Tensor filters = _depthwise.weight;                                          // [C, 1, K]
            if (_filterNorm is not null)
            {
                var gain = _filterNorm.weight! / sqrt(_filterNorm.running_var! + NormEpsilon);
                filters = filters * gain.view(-1, 1, 1);
                bias = bias + weight.squeeze(2).matmul(_filterNorm.bias! - _filterNorm.running_mean! * gain);
            }
            to[name + "depthwise"] = filters.squeeze(1).t();                             // [K, C]
        }
        to[name + "weight"] = _shape.Separable ? weight.squeeze(2) : weight.permute(0, 2, 1);
        to[name + "bias"] = bias;
    }

    public void Import(string name, Func<string, Tensor> of)
    {
        if (_depthwise is not null) _depthwise.weight.copy_(of(name + "depthwise").view(_shape.Kernel, -1).t().unsqueeze(1));
        var weight = of(name + "weight");
        _mix.weight.copy_(_shape.Separable ? weight.view(_shape.Channels, -1, 1) : weight.view(_shape.Channels, _shape.Kernel, -1).permute(0, 2, 1));
        _filterNorm?.running_var!.fill_(1 - NormEpsilon);
        _norm.running_var!.fill_(1 - NormEpsilon);
        _norm.bias!.copy_(of(name + "bias"));
    }
}
