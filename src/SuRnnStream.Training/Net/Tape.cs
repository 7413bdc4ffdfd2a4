using System.Collections.Concurrent;

namespace SuRnnStream.Training.Net;

/// <summary>
/// What the backward pass of sixteen sequences needs of the forward pass: a record of vectors for each neuron that was worked out, in
/// the order of time. Neurons whose switches are shut leave no record, so memory grows with the work done and not with the sequence.
/// </summary>
sealed unsafe class Tape(int vectors)
{
    const int PageVectors = 1 << 16; // 4 MiB

    static readonly ConcurrentBag<float[]> Pool = [];

    readonly int _floats = vectors * Lanes.Count, _perPage = PageVectors / vectors;
    readonly List<float[]> _pages = [];
    int[] _neurons = new int[1024];
    int[] _starts = new int[256]; // of a step's records
    int _steps;

    public int Records { get; private set; }

    /// <summary>The hidden state after the last step: [H][16].</summary>
    public float[] Final { get; set; } = [];

    public void BeginStep()
    {
        if (_steps == _starts.Length) Array.Resize(ref _starts, 2 * _starts.Length);
        _starts[_steps++] = Records;
    }

    /// <summary>Memory of one more record.</summary>
    public float* Append(int neuron)
    {
        if (Records == _neurons.Length) Array.Resize(ref _neurons, 2 * _neurons.Length);
        _neurons[Records] = neuron;
        if (Records == _pages.Count * _perPage) _pages.Add(Pool.TryTake(out var page) ? page : GC.AllocateUninitializedArray<float>(PageVectors * Lanes.Count, pinned: true));
        return At(Records++);
    }

    /// <summary>The records of a step: the first and how many.</summary>
    public (int First, int Count) Step(int t) => (_starts[t], (t + 1 < _steps ? _starts[t + 1] : Records) - _starts[t]);

    public int Neuron(int record) => _neurons[record];

    public float* At(int record)
    {
        fixed (float* page = _pages[record / _perPage]) return page + record % _perPage * _floats; // pinned for good
    }

    /// <summary>Gives the memory back for the next tape.</summary>
    public void Release()
    {
        foreach (var page in _pages) Pool.Add(page);
        _pages.Clear();
        Records = _steps = 0;
    }
}
