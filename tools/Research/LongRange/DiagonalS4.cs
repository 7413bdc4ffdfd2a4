using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuRnnStream.Research.LongRange;

/// <summary>
/// A diagonal state space layer (S4D-Lin of Gu et al. 2022: 16 complex states a channel, zero-order hold) with GELU, a gated linear mix and a residual. It
/// works at every step, so it can carry a token to where a switch that sees time only is open: the "S4" of the paper's hybrid, as far as can be guessed, for
/// which S4 it is and where is not known. In training only; no runtime has it.
/// </summary>
sealed class DiagonalS4 : nn.Module<Tensor, Tensor>
{
    const int States = 16;

    readonly Parameter _logStep, _decay, _turn, _real, _imaginary, _skip; // [D], [D, N] four times, [D]
    readonly Linear _mix;
    readonly LayerNorm _norm;

    public DiagonalS4(int width) : base(nameof(DiagonalS4))
    {
        register_parameter("log_step", _logStep = new Parameter(rand(width, 1) * Math.Log(100) + Math.Log(0.001))); // 0.001 to 0.1
        register_parameter("decay", _decay = new Parameter(full(new long[] { width, States }, Math.Log(0.5), dtype: ScalarType.Float32)));
        register_parameter("turn", _turn = new Parameter((Math.PI * arange(States, dtype: ScalarType.Float32)).expand(width, States).clone()));
        register_parameter("real", _real = new Parameter(randn(width, States) * Math.Sqrt(0.5)));
        register_parameter("imaginary", _imaginary = new Parameter(randn(width, States) * Math.Sqrt(0.5)));
        register_parameter("skip", _skip = new Parameter(randn(width)));
        register_module("mix", _mix = nn.Linear(width, 2 * width));
        register_module("norm", _norm = nn.LayerNorm(width));
    }

    /// <summary>K_l = 2 Re sum_n C_n (exp(dt A_n) - 1) / A_n exp(l dt A_n) with A = -exp(decay) + i turn: [D, T].</summary>
    internal Tensor Kernel(long steps)
    {
        var step = exp(_logStep);
        Tensor a = -exp(_decay), b = _turn;
        Tensor fade = step * a, angle = step * b;
        Tensor grown = exp(fade) * cos(angle) - 1, turned = exp(fade) * sin(angle), size = a * a + b * b;
        Tensor real = (grown * a + turned * b) / size, imaginary = (turned * a - grown * b) / size;          // (exp(dt A) - 1) / A
        Tensor c = _real * real - _imaginary * imaginary, d = _real * imaginary + _imaginary * real;         // times C
        var l = arange(steps, dtype: ScalarType.Float32);
        Tensor gain = exp(fade.unsqueeze(2) * l), turn = angle.unsqueeze(2) * l;                             // [D, N, T]
        return 2 * (gain * (c.unsqueeze(2) * cos(turn) - d.unsqueeze(2) * sin(turn))).sum(1);
    }

    /// <summary>[B, T, D] to the same.</summary>
    public override Tensor forward(Tensor x)
    {
        var steps = x.shape[1];
        var u = _norm.call(x).transpose(1, 2);                                                               // [B, D, T]
        var y = fft.irfft(fft.rfft(u, 2 * steps) * fft.rfft(Kernel(steps), 2 * steps), 2 * steps).slice(2, 0, steps, 1);
        var mixed = _mix.call(nn.functional.gelu(y + u * _skip.unsqueeze(1)).transpose(1, 2)).chunk(2, 2);
        return x + mixed[0] * sigmoid(mixed[1]);
    }
}
