using System.Runtime.InteropServices;

namespace SuRnnStream.Evaluation;

/// <summary>What a measurement ran on.</summary>
sealed record Machine(string Cpu, int Cores, string DotNet, string Kernel)
{
    public static Machine Here() =>
        new(CpuName() ?? $"{RuntimeInformation.ProcessArchitecture}", Environment.ProcessorCount, $"{Environment.Version}", SuRnnModel.KernelName);

    static string? CpuName()
    {
        const string CpuInfo = "/proc/cpuinfo";
        if (!File.Exists(CpuInfo)) return null;
        var line = File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return line?[(line.IndexOf(':') + 1)..].Trim();
    }
}
