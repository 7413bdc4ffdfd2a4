using TorchSharp;

namespace SuRnnStream.Research.LongRange;

/// <summary>
/// Where Torch computes. The fused recurrence is managed code for CPUs; on another device the step loop of Torch operations does its work. No package with CUDA is
/// referenced: whether there is such a device is what the libtorch that is loaded says.
/// </summary>
static class TrainingDevice
{
    /// <summary>On the CPU as on another device: by the step loop, with copies of what the optimizer sees. Slow; to check both against each other.</summary>
    public const string Plain = "plain";

    public const string Cpu = "cpu";

    /// <param name="name">cpu, cuda or plain.</param>
    /// <exception cref="ArgumentException">There is no such device here.</exception>
    public static torch.Device Of(string name) => name switch
    {
        Cpu or Plain => torch.CPU,
        "cuda" when torch.cuda.is_available() => torch.CUDA,
        "cuda" => throw new ArgumentException($"--device cuda: the libtorch that is loaded finds no CUDA device. Put the libraries of a libtorch {LibTorch.Version} built for CUDA beside the program, or leave --device out."),
        _ => throw new ArgumentException($"There is no device '{name}': choose cpu, cuda or plain."),
    };
}
