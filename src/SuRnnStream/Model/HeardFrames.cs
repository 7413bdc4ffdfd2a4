using System.Runtime.InteropServices;

namespace SuRnnStream;

/// <summary>Which of the last frames of a stream were heard, each known by its age: 0 is the newest.</summary>
sealed class HeardFrames(int frames)
{
    readonly ulong[] _bits = new ulong[(frames + 63) / 64];

    /// <summary>How many frames there are.</summary>
    public int Count => frames;

    public bool this[int age] => (_bits[age >> 6] >> age & 1) != 0;

    /// <summary>Every frame becomes one older; the newest is not heard until it is said so.</summary>
    public void Advance()
    {
        for (var word = _bits.Length - 1; word > 0; word--) _bits[word] = _bits[word] << 1 | _bits[word - 1] >> 63;
        _bits[0] <<= 1;
    }

    /// <summary>True: at least one of them was heard.</summary>
    public bool Any => _bits.AsSpan().ContainsAnyExcept(0UL);

    public void Hear(int age) => _bits[age >> 6] |= 1UL << age;

    public void Clear() => Array.Clear(_bits);

    public void Save(BinaryWriter to) => to.Write(MemoryMarshal.AsBytes(_bits.AsSpan()));

    public void Restore(BinaryReader from) => from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(_bits.AsSpan()));
}
