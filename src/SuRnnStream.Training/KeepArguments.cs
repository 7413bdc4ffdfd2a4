using System;
using System.IO;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Build task: marks an assembly as one to compile without the JIT's optimizations (two bits of its DebuggableAttribute), so that a method keeps its arguments alive to its end.
/// Does nothing where they are set. Compiled by MSBuild, not into the program.
/// </summary>
public class KeepArguments : Task
{
    // The attribute's value in the heap of blobs: its length, a prolog of two bytes, DebuggingModes (ECMA-335 II.23.3), no named argument.
    static readonly byte[] Optimized = { 8, 1, 0, 0x02, 0x00, 0, 0, 0, 0 };   // IgnoreSymbolStoreSequencePoints
    static readonly byte[] Unoptimized = { 8, 1, 0, 0x03, 0x01, 0, 0, 0, 0 }; // and Default, DisableOptimizations: the runtime asks for both

    [Required] public string Assembly { get; set; }

    public override bool Execute()
    {
        var image = File.ReadAllBytes(Assembly);
        if (Find(image, Unoptimized, 0) >= 0) return true;
        var place = Find(image, Optimized, 0);
        if (place < 0 || Find(image, Optimized, place + 1) >= 0)
        {
            Log.LogError("{0} is not the TorchSharp that this repair is for: its DebuggableAttribute was not found once. Use the version that SuRnnStream.Training refers to.", Assembly);
            return false;
        }
        Unoptimized.CopyTo(image, place);
        File.Delete(Assembly); // a new file: the package cache may share the old one by a hard link
        File.WriteAllBytes(Assembly, image);
        return true;
    }

    static int Find(byte[] image, byte[] pattern, int start)
    {
        for (var i = start; i <= image.Length - pattern.Length; i++)
        {
            var j = 0;
            while (j < pattern.Length && image[i + j] == pattern[j]) j++;
            if (j == pattern.Length) return i;
        }
        return -1;
    }
}
