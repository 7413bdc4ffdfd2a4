using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>The last frames of a stream, each known by its age: 0 is the newest.</summary>
sealed unsafe class FrameRing
{
    readonly AlignedBuffer _buffer; // [frames, Width]
    readonly float* _start, _end;
    readonly int _frames;
    int _newest;                    // slot of age 0

    public FrameRing(int width, int frames)
    {
        (Width, _frames) = (width, frames);
        _buffer = new AlignedBuffer(frames * width);
        _start = _buffer.Pointer;
        _end = _start + frames * width;
    }

    public int Width { get; }

    /// <summary>How many frames there are.</summary>
    public int Frames => _frames;

    /// <summary>Every frame becomes one older; the oldest is to be overwritten with the newest.</summary>
    public void Advance() => _newest = _newest + 1 == _frames ? 0 : _newest + 1;

    /// <summary>Its <see cref="Width"/> numbers are followed by others, or by readable zeros.</summary>
    public float* Slot(int age)
    {
        var slot = _newest - age;
        return _start + (slot < 0 ? slot + _frames : slot) * Width;
    }

    /// <summary>The slot of the frame after this one in time.</summary>
    /// <param name="slot">This frame's.</param>
    /// <param name="frames">How many frames after it, fewer than there are.</param>
    public float* Next(float* slot, int frames = 1)
    {
        slot += frames * Width;
        return slot >= _end ? slot - _frames * Width : slot;
    }

    /// <summary>Copies <paramref name="count"/> frames up to that of <paramref name="age"/>, oldest first, of every <paramref name="step"/>th.</summary>
    public void Window(int age, int count, float* to, int step = 1)
    {
        for (var past = age + (count - 1) * step; past >= age; past -= step, to += Width) new ReadOnlySpan<float>(Slot(past), Width).CopyTo(new Span<float>(to, Width));
    }

    /// <summary>Fetches the newest frames, and the place of the next, into the processor's cache.</summary>
    public void Fetch(int frames)
    {
        frames = Math.Min(frames, _frames - 1);
        float* from = Slot(frames - 1), next = _newest + 1 == _frames ? _start : Slot(0) + Width;
        if (from <= next) CacheLines.Fetch(from, (int)(next + Width - from) * sizeof(float));
        else
        {
            CacheLines.Fetch(from, (int)(_end - from) * sizeof(float));
            CacheLines.Fetch(_start, (int)(next + Width - _start) * sizeof(float));
        }
    }

    /// <summary>The frame of this age is zero.</summary>
    public void Zero(int age) => new Span<float>(Slot(age), Width).Clear();

    public void Clear() => _buffer.Span.Clear();

    /// <summary>Oldest first, so that the place of the newest does not matter.</summary>
    public void Save(BinaryWriter to)
    {
        for (var age = _frames - 1; age >= 0; age--) to.Write(AsBytes(age));
    }

    public void Restore(BinaryReader from)
    {
        for (var age = _frames - 1; age >= 0; age--) from.BaseStream.ReadExactly(AsBytes(age));
    }

    /// <summary>True: no number of any frame is larger. NaN is.</summary>
    public bool IsWithin(float most)
    {
        foreach (var value in _buffer.Span) if (!(Math.Abs(value) <= most)) return false;
        return true;
    }

    Span<byte> AsBytes(int age) => new(Slot(age), Width * sizeof(float));
}
