using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SuRnnStream.Training.Net;

/// <summary>
/// What makes layers blocks on a residual stream, see <see cref="SuRnnConfig.BlockWidth"/>: a linear entry, a layer norm before each layer and a linear
/// output after each but the last. Gains and shifts of the norms are folded into the layers' input weights at export.
/// </summary>
sealed class BlockParameters : Module
{
    readonly Linear _entry;
    readonly LayerNorm[] _norms;
    readonly Linear[] _outputs;
    readonly long _width;

    public BlockParameters(SuRnnConfig config) : base(nameof(BlockParameters))
    {
        _width = config.BlockWidth;
        register_module("entry", _entry = Linear(config.StemOutputs, _width));
        _norms = [.. config.Layers.Select(_ => LayerNorm(_width))];
        _outputs = [.. config.Layers.SkipLast(1).Select(layer => Linear(layer.Hidden, _width))];
        for (var i = 0; i < _norms.Length; i++) register_module($"norm{i}", _norms[i]);
        for (var i = 0; i < _outputs.Length; i++) register_module($"output{i}", _outputs[i]);
    }

    /// <summary>The stream before the first layer: [T, B, D].</summary>
    public Tensor Enter(Tensor x) => _entry.call(x);

    /// <summary>What a layer sees of the stream.</summary>
    public Tensor Normalise(int layer, Tensor x) => _norms[layer].call(x);

    /// <summary>The stream after a layer.</summary>
    public Tensor Add(int layer, Tensor x, Tensor hidden) => x + _outputs[layer].call(hidden);

    /// <summary>Adds its own tensors and folds the norms into the layers' that are there.</summary>
    public void Export(Dictionary<string, Tensor> to)
    {
        to["blocks.weight"] = _entry.weight;
        to["blocks.bias"] = _entry.bias!;
        for (var i = 0; i < _norms.Length; i++)
        {
            var input = to[$"layer.{i}.input"];
            to[$"layer.{i}.bias"] = to[$"layer.{i}.bias"] + input.mv(_norms[i].bias!);
            to[$"layer.{i}.input"] = input * _norms[i].weight!;
        }
        for (var i = 0; i < _outputs.Length; i++)
        {
            to[$"layer.{i}.output.weight"] = _outputs[i].weight;
            to[$"layer.{i}.output.bias"] = _outputs[i].bias!;
        }
    }

    /// <summary>The norms of a finished model are folded away: gain 1 and shift 0.</summary>
    public void Import(Func<string, Tensor> of)
    {
        _entry.weight.copy_(of("blocks.weight").view(_entry.weight.shape));
        _entry.bias!.copy_(of("blocks.bias"));
        for (var i = 0; i < _outputs.Length; i++)
        {
            _outputs[i].weight.copy_(of($"layer.{i}.output.weight").view(_outputs[i].weight.shape));
            _outputs[i].bias!.copy_(of($"layer.{i}.output.bias"));
        }
        foreach (var norm in _norms)
        {
            norm.weight!.fill_(1);
            norm.bias!.zero_();
        }
    }
}
