using System.Runtime.InteropServices;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>What one stream remembers, and the working memory of its steps. Belongs to the model that made it; one per stream.</summary>
public sealed class SuRnnState
{
    internal SuRnnState(SuRnnModel owner, SuRnnConfig config)
    {
        Owner = owner;
        History = new FrameRing(config.FrameLength, SuRnnStream.Stem.FramesSeen(config));
        Stem = new StemCache(config);
        Layers = [.. config.Layers.Select((layer, i) => new LayerState(config.InputsOf(i), layer))];
        Salience = new AlignedBuffer(RowKernel.Pad(config.SalienceSize));
        Logits = new AlignedBuffer(RowKernel.Pad(config.Labels.Count));
        ScoreBuffer = new float[config.Labels.Count];
        Sum = new double[config.Readout == Readout.Mean ? config.Layers[^1].Hidden : 0];
        Mean = new AlignedBuffer(RowKernel.Pad(Sum.Length));
    }

    internal SuRnnModel Owner { get; }
    internal FrameRing History { get; }        // the last frames: input of stem and salience
    internal StemCache Stem { get; }           // can be made again from the history
    internal LayerState[] Layers { get; }
    internal AlignedBuffer Salience { get; }   // [m] s_t
    internal AlignedBuffer Logits { get; }     // [Labels]
    internal double[] Sum { get; }             // [H] of the last layer's h over all frames, where the head sees their mean
    internal AlignedBuffer Mean { get; }       // [H] working memory of that head
    internal float[] ScoreBuffer { get; }      // [Labels]
    internal bool ScoresDue { get; set; }      // the buffer is out of date

    /// <summary>Frames seen since the start or the last reset.</summary>
    public long Frame { get; internal set; }

    /// <summary>
    /// What the head says after the last frame, in the order of the model's labels: probabilities, or a linear head's numbers. All shut: held
    /// from before. A model that does not score every frame pays for its head here, the first time after a frame. The memory is the state's
    /// own and changes with it.
    /// </summary>
    public ReadOnlyMemory<float> Scores
    {
        get
        {
            if (ScoresDue) Owner.Score(this);
            return ScoreBuffer;
        }
    }

    /// <summary>Hidden vector h of a layer after the last frame.</summary>
    public ReadOnlySpan<float> Hidden(int layer) => Layers[layer].HiddenSpan;

    /// <summary>Cell vector c of an LSTM layer after the last frame; empty for other cells.</summary>
    public ReadOnlySpan<float> Cell(int layer) => Layers[layer].C;

    /// <summary>True where a layer's neuron was updated in the last frame.</summary>
    public ReadOnlySpan<bool> Open(int layer) => Layers[layer].Open;

    /// <summary>Switch activations of the last frame: open where above zero.</summary>
    internal ReadOnlySpan<float> Activation(int layer) => Layers[layer].A.Span[..Layers[layer].Open.Length];

    /// <summary>Back to the start of a stream before which all frames were zeros: for sound, digital silence.</summary>
    public void Reset()
    {
        Frame = 0;
        History.Clear();
        Stem.Forget();
        foreach (var layer in Layers) layer.Clear();
        Array.Clear(Sum);
        ScoresDue = true;
    }

    internal void Save(BinaryWriter to)
    {
        to.Write(Frame);
        to.Write(MemoryMarshal.AsBytes(History.Span));
        foreach (var layer in Layers)
        {
            to.Write(MemoryMarshal.AsBytes(layer.HiddenSpan));
            to.Write(MemoryMarshal.AsBytes(layer.C.AsSpan()));
            to.Write(MemoryMarshal.AsBytes(layer.Phases.AsSpan()));
        }
        to.Write(MemoryMarshal.AsBytes(Sum.AsSpan()));
        to.Write(MemoryMarshal.AsBytes(Scores.Span));
    }

    internal void Restore(BinaryReader from)
    {
        Frame = from.ReadInt64();
        if (Frame < 0) throw new InvalidDataException($"A saved state has seen {Frame} frames.");
        from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(History.Span));
        foreach (var layer in Layers)
        {
            from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(layer.HiddenSpan));
            from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(layer.C.AsSpan()));
            from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(layer.Phases.AsSpan()));
        }
        from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(Sum.AsSpan()));
        from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(ScoreBuffer.AsSpan()));
        ScoresDue = false;
        Stem.Forget();
    }
}

/// <summary>Memory and working space of one recurrent layer.</summary>
sealed unsafe class LayerState
{
    readonly int _hidden;

    public LayerState(int inputs, RecurrentLayer layer)
    {
        _hidden = layer.Hidden;
        var padded = RowKernel.Pad(_hidden);
        InputAndHidden = new AlignedBuffer(RowKernel.Pad(inputs) + padded);
        X = InputAndHidden.Pointer;
        H = X + RowKernel.Pad(inputs);
        (A, Z, R, Nx, Nh, Old) = (new(padded), new(padded), new(padded), new(padded), new(padded), new(padded));
        OpenIndex = new int[_hidden];
        Open = new bool[_hidden];
        C = new float[layer.Cell == CellKind.Lstm ? _hidden : 0];
        Phases = new PhaseClock[layer.Harmonics];
    }

    public AlignedBuffer InputAndHidden { get; }                 // [x_t | h_(t-1)], both padded: one dot product reads both
    public float* X { get; }
    public float* H { get; }
    public AlignedBuffer A { get; }                              // [H] switch activations
    public AlignedBuffer Z { get; }                              // [Evaluated] and so on, by place in the list of neurons to evaluate
    public AlignedBuffer R { get; }
    public AlignedBuffer Nx { get; }
    public AlignedBuffer Nh { get; }
    public AlignedBuffer Old { get; }
    public int[] OpenIndex { get; }                              // [OpenCount] neurons whose switch is open, ascending
    public int OpenCount { get; set; }
    public int Evaluated { get; set; }
    public bool[] Open { get; }                                  // [H]
    public float[] C { get; }                                    // [H] of an LSTM
    public PhaseClock[] Phases { get; }                          // [Harmonics] omega_k t mod 2 pi

    public Span<float> HiddenSpan => new(H, _hidden);

    public void Clear()
    {
        InputAndHidden.Span.Clear();
        Array.Clear(Open);
        Array.Clear(C);
        Array.Clear(Phases);
    }
}

/// <summary>The last frames of a stream, each window of them contiguous: every frame is written twice.</summary>
sealed unsafe class FrameRing
{
    readonly AlignedBuffer _buffer;
    readonly int _frames;

    public FrameRing(int width, int frames)
    {
        (Width, _frames) = (width, frames);
        _buffer = new AlignedBuffer(2 * frames * width);
    }

    public int Width { get; }
    public Span<float> Span => _buffer.Span;

    /// <summary>First of the <paramref name="count"/> frames that end with frame number <paramref name="last"/>, oldest first.</summary>
    public float* Window(long last, int count) => Slot(last - count + 1);

    public float* Slot(long frame) => _buffer.Pointer + Mod(frame) * Width;

    public void Write(long frame, ReadOnlySpan<float> values)
    {
        var slot = Slot(frame);
        values.CopyTo(new Span<float>(slot, Width));
        values.CopyTo(new Span<float>(slot + _frames * Width, Width));
    }

    public void Clear() => Span.Clear();

    int Mod(long frame) => (int)(((frame % _frames) + _frames) % _frames); // frames before the stream's start are negative
}
