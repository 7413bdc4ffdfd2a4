using System.Runtime.InteropServices;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>What one stream remembers. Belongs to the model that made it; one per stream.</summary>
public sealed class SuRnnState
{
    const float MostHidden = 1.001f;   // tanh, rounded
    const float MostHeld = 1_000_000;  // of a hold layer, which keeps what the stem gives; of frames without a front end. No network that works comes near

    readonly float _mostInput;         // largest number of a frame
    readonly bool _probabilities;      // true: the scores are some

    internal SuRnnState(SuRnnModel owner, SuRnnConfig config)
    {
        Owner = owner;
        _mostInput = config.FrontEnd?.LargestNumber ?? (config.Sensor is null ? MostHeld : 2 * SensorTrack.Largest);
        _probabilities = config.Head == HeadKind.Softmax;
        History = new FrameRing(config.FrameLength, SuRnnStream.Stem.FramesSeen(config));
        Stem = new StemCache(config);
        Layers = [.. config.Layers.Select((layer, i) => new LayerState(layer, config.HasOutput(i) ? config.BlockWidth : 0))];
        if (config.KnowsHeard) Heard = new HeardFrames(SuRnnStream.Stem.FramesSeen(config));
        Switch = owner.NewSwitchState();
        ScoreBuffer = new float[config.Labels.Count];
        Sum = new double[config.Readout == Readout.Mean ? config.Layers[^1].Hidden : 0];
        Salience = new KeptVector(config.HasSalience ? config.SalienceSize : 0);
        (Entry, FirstInput) = (new KeptVector(config.BlockWidth), new KeptVector(config.BlockWidth));
    }

    internal SuRnnModel Owner { get; }
    internal FrameRing History { get; }        // the last frames: input of stem and salience
    internal StemCache Stem { get; }           // can be made again from the history
    internal LayerState[] Layers { get; }
    internal HeardFrames? Heard { get; }       // of a hold layer or a frame switch: which of these frames were heard
    internal FrameGateState? Switch { get; }   // of a frame switch
    internal double[] Sum { get; }             // [H] of the last layer's h over all frames, where the head sees their mean
    internal float[] ScoreBuffer { get; }      // [Labels]
    internal bool ScoresDue { get; set; }      // the buffer is out of date
    internal long Repeated { get; set; }       // the last frames that equal, bit for bit, the one before them
    internal bool AllShut { get; set; }        // no switch was open in the last frame
    internal KeptVector Salience { get; }      // what the switches were shown; can be made again, as the next two
    internal KeptVector Entry { get; }         // of blocks: the stream before the first layer
    internal KeptVector FirstInput { get; }    // and what the first layer sees of it

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
    public ReadOnlySpan<float> Hidden(int layer) => Layers[layer].Hidden;

    /// <summary>Cell vector c of an LSTM layer after the last frame; empty for other cells.</summary>
    public ReadOnlySpan<float> Cell(int layer) => Layers[layer].C;

    /// <summary>True where a layer's neuron was updated in the last frame.</summary>
    public ReadOnlySpan<bool> Open(int layer) => Layers[layer].Open.AsSpan(0, Layers[layer].Neurons);

    /// <summary>Switch activations of the last step that this thread made: open where above zero, but in silence.</summary>
    internal ReadOnlySpan<float> Activation(int layer) => Owner.Activation(layer);

    /// <summary>Back to the start of a stream before which all frames were zeros: for sound, digital silence.</summary>
    public void Reset()
    {
        Frame = 0;
        ForgetKept();
        History.Clear();
        Stem.Forget();
        Heard?.Clear();
        ZeroUnheard();
        Switch?.Reset();
        foreach (var layer in Layers) layer.Clear();
        Array.Clear(Sum);
        ScoresDue = true;
    }

    /// <summary>Nothing is known of the frames before the next.</summary>
    void ForgetKept()
    {
        Repeated = 0;
        AllShut = false;
        Salience.Forget();
        Entry.Forget();
        FirstInput.Forget();
    }

    /// <summary>The stem's outputs of frames that were not heard, of those before the stream too, are zero; the others are made when they are needed.</summary>
    void ZeroUnheard()
    {
        for (var age = 0; age < (Heard?.Count ?? 0); age++) if (!Heard![age]) Stem.Zero(age);
    }

    /// <summary>Fetches what the next frame will look at into the processor's cache, if it is like the last one.</summary>
    internal unsafe void Fetch()
    {
        if (WasSilent) return;
        History.Fetch(2);
        var open = false;
        foreach (var layer in Layers)
        {
            CacheLines.Fetch(layer.H, layer.Neurons * sizeof(float));
            open |= layer.OpenCount > 0;
        }
        Stem.Fetch(whole: open);
    }

    /// <summary>The last frame was digital silence, or there was none.</summary>
    internal bool WasSilent { get; set; } = true;

    internal void Save(BinaryWriter to)
    {
        to.Write(Frame);
        History.Save(to);
        Heard?.Save(to);
        Switch?.Save(to);
        foreach (var layer in Layers)
        {
            to.Write(MemoryMarshal.AsBytes(layer.Hidden));
            if (layer.Holds)
            {
                to.Write(MemoryMarshal.AsBytes(layer.Younger));
                to.Write(layer.Schedule.Age);
                to.Write(layer.Schedule.Rested);
            }
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
        History.Restore(from);
        Heard?.Restore(from);
        Switch?.Restore(from, _mostInput);
        foreach (var layer in Layers)
        {
            from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(layer.Hidden));
            if (layer.Holds)
            {
                from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(layer.Younger));
                layer.Schedule = new HoldSchedule { Age = from.ReadInt32(), Rested = from.ReadInt32() };
            }
            layer.OutputDue = true;
            from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(layer.C.AsSpan()));
            from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(layer.Phases.AsSpan()));
        }
        from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(Sum.AsSpan()));
        from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(ScoreBuffer.AsSpan()));
        ScoresDue = false;
        Stem.Forget();
        ForgetKept();
        ZeroUnheard();
        RequireRange();
    }

    /// <summary>NaN would stay in the memory for ever, and so would what a number makes that no frame has: an infinity less another.</summary>
    void RequireRange()
    {
        var mostSum = (Frame + 1) * (double)MostHidden;
        var sane = History.IsWithin(_mostInput);
        foreach (var layer in Layers)
        {
            var most = layer.Holds ? MostHeld : MostHidden;
            foreach (var h in layer.Hidden) sane &= Math.Abs(h) <= most;
            foreach (var h in layer.Younger) sane &= Math.Abs(h) <= most;
            sane &= layer.Schedule is { Age: >= 0 and < 20_000, Rested: >= 0 };
            foreach (var c in layer.C) sane &= Math.Abs(c) <= mostSum;
        }
        foreach (var sum in Sum) sane &= Math.Abs(sum) <= mostSum;
        foreach (var score in ScoreBuffer) sane &= _probabilities ? SavedScore.IsPossible(score) : float.IsFinite(score);
        if (!sane) throw new InvalidDataException("A saved state holds a number that there cannot be.");
    }
}

/// <summary>Memory of one recurrent layer.</summary>
sealed unsafe class LayerState
{
    /// <summary>Neurons whose switches are marked at a time.</summary>
    public const int Group = 32;

    readonly AlignedBuffer _h, _output;
    readonly AlignedBuffer? _younger;

    /// <param name="layer">Its shape.</param>
    /// <param name="blockWidth">Numbers that it adds to the stream of blocks; 0: none.</param>
    public LayerState(RecurrentLayer layer, int blockWidth = 0)
    {
        _h = new AlignedBuffer(Pad(layer.Hidden));
        _output = new AlignedBuffer(RowKernel.Pad(blockWidth));
        _younger = layer.Holds ? new AlignedBuffer(Pad(layer.Hidden)) : null;
        Open = new bool[Pad(layer.Hidden)];
        C = new float[layer.Cell == CellKind.Lstm ? layer.Hidden : 0];
        Phases = new PhaseClock[layer.Harmonics];
        Neurons = layer.Hidden;
    }

    public int Neurons { get; }
    public float* H => _h.Pointer;                               // [H, padded with zeros]
    public bool[] Open { get; }                                  // [H, padded]
    public int OpenCount { get; set; }
    public float* Output => _output.Pointer;                     // [D, padded] of a block: P h + p, can be made again from h
    public bool OutputDue { get; set; } = true;                  // h has changed since
    public float[] C { get; }                                    // [H] of an LSTM
    public PhaseClock[] Phases { get; }                          // [Harmonics] omega_k t mod 2 pi

    public Span<float> Hidden => _h.Span[..Neurons];

    /// <summary>Of a hold layer, whose h is the older bank: true.</summary>
    public bool Holds => _younger is not null;
    public float* YoungerPointer => _younger!.Pointer;           // [H, padded with zeros]
    public Span<float> Younger => _younger is null ? [] : _younger.Span[..Neurons];

    /// <summary>When the banks are begun.</summary>
    public HoldSchedule Schedule;

    public static int Pad(int hidden) => (hidden + Group - 1) / Group * Group;

    public void Clear()
    {
        _h.Span.Clear();
        Younger.Clear();
        Schedule = default;
        OutputDue = true;
        Array.Clear(Open);
        OpenCount = 0;
        Array.Clear(C);
        Array.Clear(Phases);
    }
}
