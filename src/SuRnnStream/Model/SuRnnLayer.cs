using System.Numerics;
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
    readonly int _rowLength;
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
    public int Longest => Math.Max(_rowLength, 4 * Lanes);

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
            else for (var i = 0; i < _hidden; i++) activation[i] = _rate[i] - RandomSwitch.Uniform(_index, i, t);
            state.OpenCount = Mark(activation, state.Open, work.OpenIndex.AsSpan(_first));
        }
        for (var k = 0; k < _turns.Length; k++) state.Phases[k].Advance(_turns[k]);
        return state.OpenCount;
    }

    /// <summary>a = b + V s + u h + sum_k alpha_k sin(omega_k t + phi_k)</summary>
    void Activate(LayerState state, float* salience, float* activation)
    {
        Span<float> time = stackalloc float[2 * _turns.Length]; // sin and cos of omega_k t
        for (var k = 0; k < _turns.Length; k++)
        {
            var (sine, cosine) = Math.SinCos(state.Phases[k].Radians);
            (time[2 * k], time[2 * k + 1]) = ((float)sine, (float)cosine);
        }
        var lanes = Lanes;
        for (var i = 0; i < lanes; i += 16)
        {
            Vector256<float> low = Vector256.Load(_switchBias.Pointer + i), high = Vector256.Load(_switchBias.Pointer + i + 8);
            if (_salience is not null)
            {
                for (var j = 0; j < _salienceSize; j++)
                {
                    var v = _salience.Pointer + j * lanes + i;
                    var s = Vector256.Create(salience[j]);
                    low += Vector256.Load(v) * s;
                    high += Vector256.Load(v + 8) * s;
                }
                low += Vector256.Load(_own!.Pointer + i) * Vector256.Load(state.H + i);
                high += Vector256.Load(_own.Pointer + i + 8) * Vector256.Load(state.H + i + 8);
            }
            for (var k = 0; k < _turns.Length; k++)
            {
                float* sine = _sine!.Pointer + k * lanes + i, cosine = _cosine!.Pointer + k * lanes + i;
                low += Vector256.Load(sine) * time[2 * k];
                high += Vector256.Load(sine + 8) * time[2 * k];
                low += Vector256.Load(cosine) * time[2 * k + 1];
                high += Vector256.Load(cosine + 8) * time[2 * k + 1];
            }
            low.Store(activation + i);
            high.Store(activation + i + 8);
        }
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
    /// Updates the neurons whose switch is open from x_t [D]; dense: works all out, keeps the same. Returns how many were worked out.
    /// </summary>
    public int Update(LayerState state, float* x, Workspace work, bool dense)
    {
        var neurons = dense ? _everyone : work.OpenIndex.AsSpan(_first, state.OpenCount);
        Evaluate(state, x, work, neurons);
        var candidates = _shape.Cell switch
        {
            CellKind.Lstm => Lstm(state, work, neurons),
            CellKind.Gru => Gru(state, work, neurons),
            _ => Rnn(work, neurons),
        };
        for (var n = 0; n < neurons.Length; n++)
        {
            var i = neurons[n];
            if (dense && !state.Open[i]) continue;
            state.H[i] = candidates[n];
            if (_shape.Cell == CellKind.Lstm) state.C[i] = work.Old.Pointer[n];
        }
        return neurons.Length;
    }

    /// <summary>The sums of the neurons' rows with their biases: up to four of each, in Z, R, Nx and Nh.</summary>
    void Evaluate(LayerState state, float* x, Workspace work, ReadOnlySpan<int> neurons)
    {
        var xh = work.XH.Pointer;
        var row = new Span<float>(xh, _rowLength);
        new ReadOnlySpan<float>(x, _inputs).CopyTo(row);
        row[_inputs.._paddedInputs].Clear();
        state.Hidden.CopyTo(row[_paddedInputs..]);
        row[(_paddedInputs + _hidden)..].Clear();

        float* sums = work.Sums.Pointer, z = work.Z.Pointer, r = work.R.Pointer, nx = work.Nx.Pointer, nh = work.Nh.Pointer;
        var unit = Vector128<float>.Zero;
        if (_int8)
        {
            unit = Vector128.Create(Quantizer.Activations(xh, _rowLength, work.Int16));
            Multiply((sbyte*)_rows.Pointer, work.Int16, neurons, (int*)sums);
        }
        else
        {
            Multiply(_rows.Pointer, xh, neurons, sums);
        }
        for (var n = 0; n < neurons.Length; n++)
        {
            var constants = _constants.Pointer + neurons[n] * Places;
            var sum = Vector128.Load(sums + 4 * n);
            if (_int8) sum = Vector128.ConvertToSingle(sum.AsInt32()) * (Vector128.Load(constants + 4) * unit);
            sum += Vector128.Load(constants);
            (z[n], r[n], nx[n], nh[n]) = (sum[0], sum[1], sum[2], sum[3]);
        }
    }

    void Multiply(float* rows, float* xh, ReadOnlySpan<int> neurons, float* sums)
    {
        var gates = _shape.Gates;
        if (_shape.Cell == CellKind.Gru) RowKernel.Best.Gru(rows, _paddedInputs, _paddedHidden, xh, neurons, sums);
        else for (var n = 0; n < neurons.Length; n++) RowKernel.Best.Rows(rows + (long)neurons[n] * gates * _rowLength, gates, _rowLength, xh, sums + 4 * n);
    }

    void Multiply(sbyte* rows, short* xh, ReadOnlySpan<int> neurons, int* sums)
    {
        var gates = _shape.Gates;
        if (_shape.Cell == CellKind.Gru) RowKernel.Best.Gru(rows, _paddedInputs, _paddedHidden, xh, neurons, sums);
        else for (var n = 0; n < neurons.Length; n++) RowKernel.Best.Rows(rows + (long)neurons[n] * gates * _rowLength, gates, _rowLength, xh, sums + 4 * n);
    }

    /// <summary>The candidates of h; those of c take the place of <see cref="Workspace.Old"/>.</summary>
    static float* Lstm(LayerState state, Workspace work, ReadOnlySpan<int> neurons)
    {
        float* i = work.Z.Pointer, f = work.R.Pointer, g = work.Nx.Pointer, o = work.Nh.Pointer, c = work.Old.Pointer;
        for (var n = 0; n < neurons.Length; n++) c[n] = state.C[neurons[n]];
        for (var n = 0; n < neurons.Length; n += Activations.Lanes)
        {
            var kept = Activations.Sigmoid(Vector256.Load(f + n)) * Vector256.Load(c + n);
            var cell = kept + Activations.Sigmoid(Vector256.Load(i + n)) * Activations.Tanh(Vector256.Load(g + n));
            cell.Store(c + n);
            (Activations.Sigmoid(Vector256.Load(o + n)) * Activations.Tanh(cell)).Store(i + n);
        }
        return i;
    }

    static float* Gru(LayerState state, Workspace work, ReadOnlySpan<int> neurons)
    {
        float* z = work.Z.Pointer, r = work.R.Pointer, nx = work.Nx.Pointer, nh = work.Nh.Pointer, old = work.Old.Pointer;
        for (var n = 0; n < neurons.Length; n++) old[n] = state.H[neurons[n]];
        for (var n = 0; n < neurons.Length; n += Activations.Lanes)
        {
            var keep = Activations.Sigmoid(Vector256.Load(z + n));
            var look = Activations.Sigmoid(Vector256.Load(r + n));
            var fresh = Activations.Tanh(Vector256.Load(nx + n) + look * Vector256.Load(nh + n));
            (fresh + keep * (Vector256.Load(old + n) - fresh)).Store(z + n); // (1 - z) n + z h
        }
        return z;
    }

    static float* Rnn(Workspace work, ReadOnlySpan<int> neurons)
    {
        var fresh = work.Z.Pointer;
        for (var n = 0; n < neurons.Length; n += Activations.Lanes) Activations.Tanh(Vector256.Load(fresh + n)).Store(fresh + n);
        return fresh;
    }
}
