using System.Runtime.InteropServices;
using SharpFuzz;
using SuRnnStream.Fuzz;

// SuRnnStream.Fuzz TARGET: for afl-fuzz, which gives the inputs (afl-for-hours.sh).
// SuRnnStream.Fuzz TARGET --corpus FOLDER: writes the inputs that are made here, to begin with.
const int Branches = 1 << 16; // that afl-fuzz counts
unsafe
{
    SharpFuzz.Common.Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(Branches); // until afl-fuzz gives its own: models are made before that
}
var target = args.Length > 0 ? FuzzTargets.All.FirstOrDefault(one => one.Name == args[0]) : null;
if (target is null || args.Length is not (1 or 3))
{
    Console.Error.WriteLine($"give one of {string.Join(", ", FuzzTargets.All.Select(one => one.Name))}, and perhaps --corpus FOLDER");
    return 1;
}
if (args is [_, "--corpus", var folder])
{
    Directory.CreateDirectory(folder);
    for (var i = 0; i < target.Made.Count; i++) File.WriteAllBytes(Path.Combine(folder, $"made-{i}"), target.Made[i]);
    return 0;
}
Fuzzer.OutOfProcess.Run(stream =>
{
    using var input = new MemoryStream();
    stream.CopyTo(input);
    try
    {
        target.Read(input.ToArray());
    }
    catch (Exception promised) when (target.Promised.Contains(promised.GetType()))
    {
    }
});
return 0;
