using System.Runtime.InteropServices;

namespace SuRnnStream.Training.Mel;

/// <summary>Arrays of floats in the caches of a training: the length, then the numbers.</summary>
static class FloatArrays
{
    public static void Write(BinaryWriter to, float[] values)
    {
        to.Write(values.Length);
        to.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    public static float[] Read(BinaryReader from)
    {
        var values = new float[from.ReadInt32()];
        from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
