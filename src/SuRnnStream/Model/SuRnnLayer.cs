using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>One selective-update layer: h_i (and c_i) stays exactly as it was where the switch is shut, and its weight rows are not read.</summary>
sealed unsafe class SuRnnLayer
{
    readonly RecurrentLayer _shape;
    readonly int _index, _inputs, _hidden, _paddedInputs, _paddedHidden;

    readonly int[] _everyone;              // 0 .. H - 1

    // Cell. The rows of one neuron's gates are neighbours, for a GRU [W_z | U_z] [W_r | U_r] [W_n | U_n], each part padded.
    readonly int _rowLength;
    readonly AlignedBuffer _rows;          // [H, G, padded D + padded H]
    readonly float[][] _bias;              // [G][H]
    readonly float[] _candidateBias;       // [H] c of a GRU

    // Switch, neurons innermost.
    readonly AlignedBuffer _switchBias;    // [H]
    readonly AlignedBuffer? _salience;     // [m, H] v
    readonly AlignedBuffer? _own;          // [H] u
    readonly AlignedBuffer? _sine, _cosine;// [Harmonics, H] alpha cos phi and alpha sin phi
    readonly ulong[] _turns;               // [Harmonics] omega_k as the clock counts
    readonly float[]? _rate;               // [H] of a random switch
    readonly int _salienceSize;

    public SuRnnLayer(SuRnnConfig config, int index, SuRnnWeights weights)
    {
        (_index, _shape) = (index, config.Layers[index]);
        (_inputs, _hidden) = (config.InputsOf(index), _shape.Hidden);
        (_paddedInputs, _paddedHidden) = (RowKernel.Pad(_inputs), RowKernel.Pad(_hidden));
        _rowLength = _paddedInputs + _paddedHidden;
        _everyone = [.. Enumerable.Range(0, _hidden)];
        var (name, gates) = ($"layer.{index}.", _shape.Gates);

        _rows = new AlignedBuffer(_hidden * gates * _rowLength);
        ReadOnlySpan<float> input = weights[name + "input"], recurrent = weights[name + "recurrent"], bias = weights[name + "bias"];
        for (var i = 0; i < _hidden; i++)
        {
            for (var g = 0; g < gates; g++)
            {
                var row = _rows.Span[((i * gates + g) * _rowLength)..];
                input.Slice((g * _hidden + i) * _inputs, _inputs).CopyTo(row);
                recurrent.Slice((g * _hidden + i) * _hidden, _hidden).CopyTo(row[_paddedInputs..]);
            }
        }
        _bias = [.. bias.ToArray().Chunk(_hidden)];
        _candidateBias = _shape.Cell == CellKind.Gru ? weights[name + "candidate_bias"].ToArray() : [];

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
    }

    public int Hidden => _hidden;
    public long MultiplyAddsPerNeuron => _shape.Gates * (long)(_inputs + _hidden);
    public long MultiplyAddsOfSwitches => (long)_hidden * (_salienceSize + (_own is null ? 0 : 1) + 2 * _turns.Length);

    /// <summary>[H, n] to [n, padded H].</summary>
    AlignedBuffer Transposed(ReadOnlySpan<float> values, int columns)
    {
        var turned = new AlignedBuffer(columns * _paddedHidden);
        for (var i = 0; i < _hidden; i++)
            for (var j = 0; j < columns; j++) turned.Span[j * _paddedHidden + i] = values[i * columns + j];
        return turned;
    }

    /// <summary>Decides every switch from h_(t-1), the salience and the time t, and moves time on. Returns how many are open.</summary>
    public int Decide(LayerState state, float* salience, bool silence, long t)
    {
        if (_shape.Switch == SwitchKind.None)
        {
            Array.Fill(state.Open, true);
            _everyone.CopyTo(state.OpenIndex, 0);
            return state.OpenCount = _hidden;
        }
        if (_rate is null) Activate(state, salience);
        else for (var i = 0; i < _hidden; i++) state.A.Pointer[i] = _rate[i] - RandomSwitch.Uniform(_index, i, t);
        for (var k = 0; k < _turns.Length; k++) state.Phases[k].Advance(_turns[k]);
        if (silence && _shape.SeesInput)
        {
            Array.Clear(state.Open);
            return state.OpenCount = 0;
        }
        var count = 0;
        for (var i = 0; i < _hidden; i++) // no branch: which switch is open cannot be foreseen
        {
            var open = state.A.Pointer[i] > 0;
            state.Open[i] = open;
            state.OpenIndex[count] = i;
            count += open ? 1 : 0;
        }
        return state.OpenCount = count;
    }

    /// <summary>a = b + V s + u h + sum_k alpha_k sin(omega_k t + phi_k)</summary>
    void Activate(LayerState state, float* salience)
    {
        Span<float> time = stackalloc float[2 * _turns.Length]; // sin and cos of omega_k t
        for (var k = 0; k < _turns.Length; k++)
        {
            var (sine, cosine) = Math.SinCos(state.Phases[k].Radians);
            (time[2 * k], time[2 * k + 1]) = ((float)sine, (float)cosine);
        }
        for (var i = 0; i < _paddedHidden; i += 8)
        {
            var a = Vector256.Load(_switchBias.Pointer + i);
            if (_salience is not null)
            {
                for (var j = 0; j < _salienceSize; j++) a += Vector256.Load(_salience.Pointer + j * _paddedHidden + i) * salience[j];
                a += Vector256.Load(_own!.Pointer + i) * Vector256.Load(state.H + i);
            }
            for (var k = 0; k < _turns.Length; k++)
            {
                a += Vector256.Load(_sine!.Pointer + k * _paddedHidden + i) * time[2 * k];
                a += Vector256.Load(_cosine!.Pointer + k * _paddedHidden + i) * time[2 * k + 1];
            }
            a.Store(state.A.Pointer + i);
        }
    }

    /// <summary>Updates the neurons whose switch is open from x_t in <see cref="LayerState.X"/>; dense: works all out, keeps the same.</summary>
    public void Update(LayerState state, bool dense)
    {
        var neurons = dense ? _everyone : state.OpenIndex.AsSpan(0, state.OpenCount);
        state.Evaluated = neurons.Length;
        var candidates = _shape.Cell switch
        {
            CellKind.Lstm => Lstm(state, neurons),
            CellKind.Gru => Gru(state, neurons),
            _ => Rnn(state, neurons),
        };
        for (var n = 0; n < neurons.Length; n++)
        {
            var i = neurons[n];
            if (dense && !state.Open[i]) continue;
            state.H[i] = candidates[n];
            if (_shape.Cell == CellKind.Lstm) state.C[i] = state.Old.Pointer[n];
        }
    }

    /// <summary>The candidates of h; those of c take the place of <see cref="LayerState.Old"/>.</summary>
    float* Lstm(LayerState state, ReadOnlySpan<int> neurons)
    {
        float* i = state.Z.Pointer, f = state.R.Pointer, g = state.Nx.Pointer, o = state.Nh.Pointer, c = state.Old.Pointer;
        for (var n = 0; n < neurons.Length; n++)
        {
            var neuron = neurons[n];
            var row = _rows.Pointer + (long)neuron * 4 * _rowLength;
            i[n] = RowKernel.Best.Dot(row, state.X, _rowLength) + _bias[0][neuron];
            f[n] = RowKernel.Best.Dot(row + _rowLength, state.X, _rowLength) + _bias[1][neuron];
            g[n] = RowKernel.Best.Dot(row + 2 * _rowLength, state.X, _rowLength) + _bias[2][neuron];
            o[n] = RowKernel.Best.Dot(row + 3 * _rowLength, state.X, _rowLength) + _bias[3][neuron];
            c[n] = state.C[neuron];
        }
        for (var n = 0; n < neurons.Length; n += Activations.Lanes)
        {
            var kept = Activations.Sigmoid(Vector256.Load(f + n)) * Vector256.Load(c + n);
            var cell = kept + Activations.Sigmoid(Vector256.Load(i + n)) * Activations.Tanh(Vector256.Load(g + n));
            cell.Store(c + n);
            (Activations.Sigmoid(Vector256.Load(o + n)) * Activations.Tanh(cell)).Store(i + n);
        }
        return i;
    }

    float* Gru(LayerState state, ReadOnlySpan<int> neurons)
    {
        float* z = state.Z.Pointer, r = state.R.Pointer, nx = state.Nx.Pointer, nh = state.Nh.Pointer, old = state.Old.Pointer;
        RowKernel.Best.Gru(_rows.Pointer, _paddedInputs, _paddedHidden, state.X, neurons, z, r, nx, nh);
        for (var n = 0; n < neurons.Length; n++)
        {
            var i = neurons[n];
            z[n] += _bias[0][i];
            r[n] += _bias[1][i];
            nx[n] += _bias[2][i];
            nh[n] += _candidateBias[i];
            old[n] = state.H[i];
        }
        for (var n = 0; n < neurons.Length; n += Activations.Lanes)
        {
            var keep = Activations.Sigmoid(Vector256.Load(z + n));
            var look = Activations.Sigmoid(Vector256.Load(r + n));
            var fresh = Activations.Tanh(Vector256.Load(nx + n) + look * Vector256.Load(nh + n));
            (fresh + keep * (Vector256.Load(old + n) - fresh)).Store(z + n); // (1 - z) n + z h
        }
        return z;
    }

    float* Rnn(LayerState state, ReadOnlySpan<int> neurons)
    {
        var fresh = state.Nx.Pointer;
        for (var n = 0; n < neurons.Length; n++)
            fresh[n] = RowKernel.Best.Dot(_rows.Pointer + (long)neurons[n] * _rowLength, state.X, _rowLength) + _bias[0][neurons[n]];
        for (var n = 0; n < neurons.Length; n += Activations.Lanes) Activations.Tanh(Vector256.Load(fresh + n)).Store(fresh + n);
        return fresh;
    }
}
