namespace SuRnnStream.Kernels;

/// <summary>Zeroed floats at a fixed address that is a multiple of 64 bytes, followed by readable zeros.</summary>
sealed unsafe class AlignedBuffer
{
    const int Alignment = 64;

    readonly float[] _memory; // keeps the pinned memory alive

    public AlignedBuffer(int length)
    {
        _memory = GC.AllocateArray<float>(length + 2 * Alignment / sizeof(float), pinned: true);
        fixed (float* start = _memory) Pointer = (float*)(((nint)start + Alignment - 1) & -Alignment);
        Length = length;
    }

    public float* Pointer { get; }
    public int Length { get; }
    public Span<float> Span => new(Pointer, Length);
}
