using static TorchSharp.torch;

namespace SuRnnStream.Training.Tests.Support;

/// <summary>Small networks and made-up frames.</summary>
static class Nets
{
    public static readonly FrontEndConfig FrontEnd = new() { Bands = 20 };
    public static readonly string[] Labels = ["silence", "unknown", "up", "down", "flat"];

    public static SuRnnConfig Config(CellKind cell, SwitchKind kind, bool stem, int layers, int hidden) => new()
    {
        FrontEnd = FrontEnd,
        Stem = stem ? [new(12, 5, false, false), new(12, 4, true, true), new(9, 3, true, false)] : [],
        SalienceSize = 6,
        SalienceFrames = 3,
        SalienceDepth = stem ? 2 : 0,
        Layers = [.. Enumerable.Range(0, layers).Select(i => new RecurrentLayer(cell, hidden % 32 == 0 ? hidden : hidden - 3 * i, kind, Harmonics(kind)))],
        Labels = Labels,
        Background = ["silence", "unknown"],
    };

    static int Harmonics(SwitchKind kind) => kind is SwitchKind.Harmonic or SwitchKind.Both ? 4 : 0;

    /// <summary>[B, T, Bands], of about the size that sounds have.</summary>
    public static Tensor Frames(int batch, int frames) => (1.5 + randn(batch, frames, FrontEnd.Bands)).clamp_min(0);
}
