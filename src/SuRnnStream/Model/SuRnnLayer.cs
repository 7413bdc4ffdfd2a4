using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>One selective-update layer: h_i (and c_i) stays exactly as it was where the switch is shut, and its weight rows are not read.</summary>
sealed unsafe class SuRnnLayer
{
    const int Places = 8;                  // of a neuron's constants

    readonly RecurrentLayer _shape;
    readonly int _index, _first, _inputs, _hidden, _paddedInputs, _paddedHidden;

    readonly int[] _everyone;              // 0 .. H - 1

    // Cell. The rows of one neuron's gates are neighbours, for a GRU [W_z | U_z] [W_r | U_r] [W_n | U_n], each part padded.
    readonly bool _int8;
    readonly int _rowLength, _most;        // numbers in a row; of int8 the largest activation for it
    readonly AlignedBuffer _rows;          // [H, G, padded D + padded H]
    readonly AlignedBuffer _constants;     // [H, 8] the biases of a neuron's four sums, then their scales if int8: one cache line

    // Switch, neurons innermost.
    readonly AlignedBuffer _switchBias;    // [H]
    readonly AlignedBuffer? _salience;     // [m, H] v
    readonly AlignedBuffer? _own;          // [H] u
    readonly AlignedBuffer? _sine, _cosine;// [Harmonics, H] alpha cos phi and alpha sin phi
    readonly ulong[] _turns;               // [Harmonics] omega_k as the clock counts
    readonly float[]? _rate;               // [H] of a random switch
    readonly int _salienceSize;

    /// <param name="config">The model's shape.</param>
    /// <param name="index">Which of its layers.</param>
    /// <param name="weights">The trained numbers.</param>
    /// <param name="first">Place of the layer's first neuron among the padded neurons of all layers.</param>
    public SuRnnLayer(SuRnnConfig config, int index, SuRnnWeights weights, int first)
    {
        (_index, _first, _shape) = (index, first, config.Layers[index]);
        (_inputs, _hidden) = (config.InputsOf(index), _shape.Hidden);
        var (name, gates) = ($"layer.{index}.", _shape.Gates);
        var scale = weights.ScaleOf(name + "scale");
        _int8 = !scale.IsEmpty;
        Func<int, int> pad = _int8 ? RowKernel.PadInt8 : RowKernel.Pad;
        (_paddedInputs, _paddedHidden) = (pad(_inputs), pad(_hidden));
        _rowLength = _paddedInputs + _paddedHidden;
        _most = Quantizer.LargestActivation(_rowLength);
        _everyone = [.. Enumerable.Range(0, _hidden)];

        var places = _hidden * gates * _rowLength;
        _rows = _int8 ? PackedRows.Int8(places) : new AlignedBuffer(places);
        _constants = new AlignedBuffer(_hidden * Places);
        ReadOnlySpan<float> input = weights[name + "input"], recurrent = weights[name + "recurrent"], bias = weights[name + "bias"];
        for (var i = 0; i < _hidden; i++)
        {
            var constants = _constants.Span.Slice(i * Places, Places);
            for (var g = 0; g < gates; g++)
            {
                var (row, at) = (g * _hidden + i, (i * gates + g) * _rowLength);
                ReadOnlySpan<float> w = input.Slice(row * _inputs, _inputs), u = recurrent.Slice(row * _hidden, _hidden);
                constants[g] = bias[row];
                if (_int8)
                {
                    PackedRows.Write(w, scale[row], (sbyte*)_rows.Pointer + at);
                    PackedRows.Write(u, scale[row], (sbyte*)_rows.Pointer + at + _paddedInputs);
                    constants[4 + g] = scale[row];
                }
                else
                {
                    w.CopyTo(_rows.Span[at..]);
                    u.CopyTo(_rows.Span[(at + _paddedInputs)..]);
                }
            }
            if (_shape.Cell == CellKind.Gru) (constants[3], constants[7]) = (weights[name + "candidate_bias"][i], constants[6]); // both of row n
        }
        PerNeuron = new Work(gates * (long)(_inputs + _hidden), gates * (_int8 ? sizeof(float) + _inputs + _hidden : (long)sizeof(float) * (_inputs + _hidden)));

        if (_shape.Switch == SwitchKind.Random) _rate = weights[name + "switch.rate"].ToArray();
        _switchBias = _shape.SeesInput || _shape.SeesTime ? PackedRows.From(weights[name + "switch.bias"], 1) : new AlignedBuffer(0);
        if (_shape.SeesInput)
        {
            _salienceSize = config.SalienceSize;
            _salience = Transposed(weights[name + "switch.salience"], _salienceSize);
            _own = PackedRows.From(weights[name + "switch.own"], 1);
        }
        _turns = [];
        if (_shape.SeesTime)
        {
            _turns = [.. weights[name + "switch.omega"].ToArray().Select(PhaseClock.TurnsOf)];
            float[] amplitude = weights[name + "switch.amplitude"].ToArray(), phase = weights[name + "switch.phase"].ToArray();
            _sine = Transposed(amplitude.Zip(phase, (a, p) => a * MathF.Cos(p)).ToArray(), _turns.Length);
            _cosine = Transposed(amplitude.Zip(phase, (a, p) => a * MathF.Sin(p)).ToArray(), _turns.Length);
        }
        Switches = Work.Floats((long)_hidden * (_salienceSize + (_own is null ? 0 : 1) + 2 * _turns.Length));
    }

    public int Hidden => _hidden;

    /// <summary>What an open switch costs, all its gates together.</summary>
    public Work PerNeuron { get; }

    /// <summary>What it costs to decide all switches.</summary>
    public Work Switches { get; }

    /// <summary>Numbers that vectors need room for.</summary>
    public int Longest => Math.Max(_rowLength, 4 * Lanes); // also of the inputs alone

    /// <summary>Padded neurons.</summary>
    public int Lanes => LayerState.Pad(_hidden);

    /// <summary>[H, n] to [n, padded H].</summary>
    AlignedBuffer Transposed(ReadOnlySpan<float> values, int columns)
    {
        var turned = new AlignedBuffer(columns * Lanes);
        for (var i = 0; i < _hidden; i++)
            for (var j = 0; j < columns; j++) turned.Span[j * Lanes + i] = values[i * columns + j];
        return turned;
    }

    /// <summary>Switch activations of this thread's last step.</summary>
    public ReadOnlySpan<float> Activation(Workspace work) => work.Activation.Span.Slice(_first, _hidden);

    /// <summary>Decides every switch from h_(t-1), the salience and the time t, and moves time on. Returns how many are open.</summary>
    public int Decide(LayerState state, Workspace work, bool silence, long t)
    {
        if (_shape.Switch == SwitchKind.None)
        {
            Array.Fill(state.Open, true, 0, _hidden);
            _everyone.CopyTo(work.OpenIndex, _first);
            return state.OpenCount = _hidden;
        }
        if (silence && _shape.SeesInput)
        {
            if (state.OpenCount > 0) Array.Clear(state.Open);
            state.OpenCount = 0;
        }
        else
        {
            var activation = work.Activation.Pointer + _first;
            if (_rate is null) Activate(state, work.Salience.Pointer, activation);
            else for (var i = 0; i < Lanes; i++) activation[i] = i < _hidden ? _rate[i] - RandomSwitch.Uniform(_index, i, t) : -1;
            state.OpenCount = Mark(activation, state.Open, work.OpenIndex.AsSpan(_first));
        }
        for (var k = 0; k < _turns.Length; k++) state.Phases[k].Advance(_turns[k]);
        return state.OpenCount;
    }

    void Activate(LayerState state, float* salience, float* activation)
    {
        if (Lanes16.IsSupported) Activate<Lanes16>(state, salience, activation);
        else if (Lanes8.IsSupported) Activate<Lanes8>(state, salience, activation);
        else Activate<Lanes4>(state, salience, activation);
    }

    /// <summary>a = b + V s + u h + sum_k alpha_k sin(omega_k t + phi_k), the same bits at every width of vectors.</summary>
    void Activate<T>(LayerState state, float* salience, float* activation) where T : struct, IFloatLanes<T>
    {
        var time = stackalloc float[2 * _turns.Length]; // sin and cos of omega_k t
        for (var k = 0; k < _turns.Length; k++)
        {
            var (sine, cosine) = Math.SinCos(state.Phases[k].Radians);
            (time[2 * k], time[2 * k + 1]) = ((float)sine, (float)cosine);
        }
        var lanes = Lanes;
        var i = 0;
        for (; i + 4 * T.Count <= lanes && _salience is not null && _turns.Length == 0; i += 4 * T.Count) // four sums: an add takes longer than starting the next
        {
            float* b = _switchBias.Pointer + i, v = _salience.Pointer + i, u = _own!.Pointer + i, h = state.H + i, to = activation + i;
            T sum0 = T.Load(b), sum1 = T.Load(b + T.Count), sum2 = T.Load(b + 2 * T.Count), sum3 = T.Load(b + 3 * T.Count);
            for (var j = 0; j < _salienceSize; j++, v += lanes)
            {
                Add(v, salience[j], ref sum0, ref sum1);
                Add(v + 2 * T.Count, salience[j], ref sum2, ref sum3);
            }
            (sum0 + T.Load(u) * T.Load(h)).Store(to);
            (sum1 + T.Load(u + T.Count) * T.Load(h + T.Count)).Store(to + T.Count);
            (sum2 + T.Load(u + 2 * T.Count) * T.Load(h + 2 * T.Count)).Store(to + 2 * T.Count);
            (sum3 + T.Load(u + 3 * T.Count) * T.Load(h + 3 * T.Count)).Store(to + 3 * T.Count);
        }
        for (; i < lanes; i += 2 * T.Count)
        {
            T low = T.Load(_switchBias.Pointer + i), high = T.Load(_switchBias.Pointer + i + T.Count);
            if (_salience is not null)
            {
                var v = _salience.Pointer + i;
                for (var j = 0; j < _salienceSize; j++, v += lanes) Add(v, salience[j], ref low, ref high);
                float* u = _own!.Pointer + i, h = state.H + i;
                low += T.Load(u) * T.Load(h);
                high += T.Load(u + T.Count) * T.Load(h + T.Count);
            }
            for (var k = 0; k < _turns.Length; k++)
            {
                Add(_sine!.Pointer + k * lanes + i, time[2 * k], ref low, ref high);
                Add(_cosine!.Pointer + k * lanes + i, time[2 * k + 1], ref low, ref high);
            }
            low.Store(activation + i);
            high.Store(activation + i + T.Count);
        }
    }

    /// <summary>A column of weights times the number that belongs to it, for some neurons.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add<T>(float* column, float number, ref T low, ref T high) where T : struct, IFloatLanes<T>
    {
        var x = T.All(number);
        low += T.Load(column) * x;
        high += T.Load(column + T.Count) * x;
    }

    /// <summary>Marks the switches whose activation is above zero and lists them. Returns how many there are.</summary>
    int Mark(float* activation, Span<bool> open, Span<int> index)
    {
        var count = 0;
        var marks = MemoryMarshal.Cast<bool, byte>(open);
        for (var i = 0; i < _hidden; i += LayerState.Group)
        {
            Vector256<short> Pair(float* a) => Vector256.Narrow(
                Vector256.GreaterThan(Vector256.Load(a), default).AsInt32(), Vector256.GreaterThan(Vector256.Load(a + 8), default).AsInt32());
            var above = Vector256.Narrow(Pair(activation + i), Pair(activation + i + 16)).AsByte();
            (above & Vector256<byte>.One).CopyTo(marks[i..]);
            for (var mask = above.ExtractMostSignificantBits(); mask != 0; mask &= mask - 1) index[count++] = i + BitOperations.TrailingZeroCount(mask);
        }
        return count;
    }

    /// <summary>
    /// Updates the neurons whose switch is open from x_t [D], which is followed by room for padding; dense: works all out, keeps the same.
    /// Returns how many were worked out.
    /// </summary>
    public int Update(LayerState state, float* x, Workspace work, bool dense)
    {
        var neurons = dense ? _everyone : work.OpenIndex.AsSpan(_first, state.OpenCount);
        Evaluate(state, x, work, neurons);
        switch (_shape.Cell)
        {
            case CellKind.Lstm:
                Lstm(state, work, neurons, dense);
                break;
            case CellKind.Gru:
                Gru(state, work, neurons, dense);
                break;
            default:
                Rnn(state, work, neurons, dense);
                break;
        }
        return neurons.Length;
    }

    /// <summary>The sums of the neurons' rows with their biases, four places a neuron: for a GRU z, r and the two halves of n.</summary>
    void Evaluate(LayerState state, float* x, Workspace work, ReadOnlySpan<int> neurons)
    {
        var sums = work.Sums.Pointer;
        for (var i = _inputs; i < _paddedInputs; i++) x[i] = 0;
        if (_int8) EvaluateInt8(state, x, work, neurons, (int*)sums);
        else EvaluateFloat32(state, x, work, neurons, sums);
    }

    void EvaluateFloat32(LayerState state, float* x, Workspace work, ReadOnlySpan<int> neurons, float* sums)
    {
        var xh = work.XH.Pointer;
        new ReadOnlySpan<float>(x, _paddedInputs).CopyTo(new Span<float>(xh, _paddedInputs));
        new ReadOnlySpan<float>(state.H, _paddedHidden).CopyTo(new Span<float>(xh + _paddedInputs, _paddedHidden)); // zeros after h
        if (_shape.Cell == CellKind.Gru) RowKernel.Best.Gru(_rows.Pointer, _paddedInputs, _paddedHidden, xh, neurons, sums);
        else for (var n = 0; n < neurons.Length; n++) RowKernel.Best.Rows(_rows.Pointer + Row(neurons[n]), _shape.Gates, _rowLength, xh, sums + 4 * n);
        for (var n = 0; n < neurons.Length; n++) (Vector128.Load(sums + 4 * n) + Vector128.Load(_constants.Pointer + neurons[n] * Places)).Store(sums + 4 * n);
    }

    void EvaluateInt8(LayerState state, float* x, Workspace work, ReadOnlySpan<int> neurons, int* sums)
    {
        var rows = (sbyte*)_rows.Pointer;
        var xh = work.Int16;
        var largest = MathF.Max(Quantizer.Largest(x, _paddedInputs), Quantizer.Largest(state.H, _paddedHidden));
        Quantizer.Convert(x, _paddedInputs, largest, _most, xh);
        Quantizer.Convert(state.H, _paddedHidden, largest, _most, xh + _paddedInputs);
        if (_shape.Cell == CellKind.Gru) RowKernel.Best.Gru(rows, _paddedInputs, _paddedHidden, xh, neurons, sums);
        else for (var n = 0; n < neurons.Length; n++) RowKernel.Best.Rows(rows + Row(neurons[n]), _shape.Gates, _rowLength, xh, sums + 4 * n);
        var unit = Vector128.Create(Quantizer.Scale(largest, _most));
        for (var n = 0; n < neurons.Length; n++)
        {
            var constants = _constants.Pointer + neurons[n] * Places;
            var sum = Vector128.ConvertToSingle(Vector128.Load(sums + 4 * n)) * (Vector128.Load(constants + 4) * unit);
            (sum + Vector128.Load(constants)).Store((float*)sums + 4 * n);
        }
    }

    /// <summary>Where a neuron's rows begin.</summary>
    long Row(int neuron) => (long)neuron * _shape.Gates * _rowLength;

    static void Lstm(LayerState state, Workspace work, ReadOnlySpan<int> neurons, bool dense)
    {
        float* h = work.Fresh.Pointer, c = work.Old.Pointer;
        for (var n = 0; n < neurons.Length; n++) c[n] = state.C[neurons[n]];
        for (var n = 0; n < neurons.Length; n += Activations.Lanes)
        {
            var (i, f, g, o) = Activations.Transpose(work.Sums.Pointer + 4 * n);
            var kept = Activations.Sigmoid(f) * Vector256.Load(c + n);
            var cell = kept + Activations.Sigmoid(i) * Activations.Tanh(g);
            cell.Store(c + n);
            (Activations.Sigmoid(o) * Activations.Tanh(cell)).Store(h + n);
        }
        for (var n = 0; n < neurons.Length; n++)
            if (!dense || state.Open[neurons[n]]) (state.H[neurons[n]], state.C[neurons[n]]) = (h[n], c[n]);
    }

    static void Gru(LayerState state, Workspace work, ReadOnlySpan<int> neurons, bool dense)
    {
        float* fresh = work.Fresh.Pointer, keep = work.Keep.Pointer, h = state.H;
        for (var n = 0; n < neurons.Length; n += Activations.Lanes)
        {
            var (z, r, x, u) = Activations.Transpose(work.Sums.Pointer + 4 * n);
            Activations.Sigmoid(z).Store(keep + n);
            Activations.Tanh(x + Activations.Sigmoid(r) * u).Store(fresh + n);
        }
        for (var n = 0; n < neurons.Length; n++)
        {
            var i = neurons[n];
            if (!dense || state.Open[i]) h[i] = fresh[n] + keep[n] * (h[i] - fresh[n]); // (1 - z) n + z h
        }
    }

    static void Rnn(LayerState state, Workspace work, ReadOnlySpan<int> neurons, bool dense)
    {
        var fresh = work.Fresh.Pointer;
        for (var n = 0; n < neurons.Length; n += Activations.Lanes) Activations.Tanh(Activations.Transpose(work.Sums.Pointer + 4 * n).First).Store(fresh + n);
        for (var n = 0; n < neurons.Length; n++)
            if (!dense || state.Open[neurons[n]]) state.H[neurons[n]] = fresh[n];
    }
}
