// Tries on this machine what depends on its vectors, and prints a digest of everything that has to be the same bits on every machine:
//
//   dotnet run --project tests/SuRnnStream.AotSmoke -c Release
//
// It is small and uses no test framework, so that it can be compiled natively for a CPU that is not here and run in an emulator. The first
// line says which vectors are in use. What deviates from its specification is named on standard error, with exit code 1.

using System.Runtime.InteropServices;
using SuRnnStream;
using SuRnnStream.AotSmoke;
using SuRnnStream.Kernels;

(string Name, Func<Digest> Run)[] checks =
[
    ("row kernels", RowKernelCheck.Run),
    ("functions", FunctionCheck.Run),
    ("front end", FrontEndCheck.Run),
    ("int8 models", ModelCheck.Run),
    ("event gate", GateCheck.Run),
    ("second look", VerifierCheck.Run),
];

Console.WriteLine($"{RuntimeInformation.ProcessArchitecture}: rows by {string.Join(", ", RowKernel.All.Select(kernel => kernel.Name))}; FFT by {string.Join(", ", RealFft.Widths.Select(width => width.Name))}");
try
{
    foreach (var (name, run) in checks) Console.WriteLine($"{name,-12} {run()}");
    return 0;
}
catch (DeviationException deviation)
{
    Console.Error.WriteLine($"surnn-smoke: {deviation.Message}");
    return 1;
}
