using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>
/// A vector that is a function of a stream's last frames alone, kept for as long as these do not change: a source that repeats its value, bit for bit, need not
/// be looked at twice.
/// </summary>
sealed unsafe class KeptVector(int length)
{
    readonly AlignedBuffer _values = new(RowKernel.Pad(length));
    long _frame = -1; // that it was made of; -1: of none

    /// <summary>Copies it to <paramref name="to"/> if it is what the present frame would give.</summary>
    /// <param name="now">The present frame.</param>
    /// <param name="sees">Frames that the vector is a function of.</param>
    /// <param name="repeated">The last frames, the present one among them, that equal the one before them.</param>
    /// <param name="to">[length, padded]</param>
    public bool TryGet(long now, int sees, long repeated, float* to)
    {
        // All frames from the first that it saw to the present one are equal.
        if (_frame < 0 || repeated < now - _frame + sees - 1) return false;
        _values.Span.CopyTo(new Span<float>(to, _values.Span.Length));
        return true;
    }

    /// <summary>Keeps what the present frame gave.</summary>
    public void Keep(long now, float* from)
    {
        new ReadOnlySpan<float>(from, _values.Span.Length).CopyTo(_values.Span);
        _frame = now;
    }

    public void Forget() => _frame = -1;
}
