using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;

namespace SuRnnStream.Training.Net;

/// <summary>
/// The passes of one recurrent layer over sixteen sequences at a time. Per step it lists the neurons that matter, those with an open switch
/// and those whose switch has a gradient, and reads, works out and remembers nothing else: a shut switch passes the state forward and its
/// gradient backward.
/// </summary>
sealed unsafe class Recurrence
{
    public required CellKind Cell { get; init; }
    public required int Steps { get; init; }
    public required int Batch { get; init; }
    public required int Inputs { get; init; }
    public required int Hidden { get; init; }

    /// <summary>True: gates are given, the same for all sequences. False: they follow from activations and the neuron's own state.</summary>
    public required bool Timed { get; init; }
    public required Surrogate Surrogate { get; init; }

    /// <summary>
    /// Timed: how many of the batch's groups of sixteen sequences work out the gradient of a shut switch, in turns over steps and neurons; what they find
    /// counts for all. The sequences share their gates and come in random order, so that is right in the mean.
    /// </summary>
    public int ProbingGroups { get; init; } = int.MaxValue;

    /// <summary>Last steps whose hidden states are returned; 0: the mean over all steps.</summary>
    public required int Keep { get; init; }

    public float* X, W, B, U, C;      // [T, B, D] [GH, D] [GH] [GH, H] [H]
    public float* Gates;              // timed: [T, H] given, 0 or 1; otherwise [T, B, H] made here, zeroed
    public float* Probe;              // timed: [T, H] weight of a gate's gradient, 0: not worked out
    public float* Activation, Own;    // otherwise: [T, B, H] [H]
    public float* Shut;               // otherwise: [T, B]
    public float* Kept;               // [Keep or 1, B, H]
    public float* DKept, DGates;      // gradients that come in, as Kept and Gates
    public float* DX, DActivation;    // gradients that go out; DX may be null

    int G => RecurrentLayer.GatesOf(Cell);
    int Groups => (Batch + Lanes.Count - 1) / Lanes.Count;
    int CellVectors => Cell switch { CellKind.Rnn => 2, CellKind.Gru => 5, _ => 7 };

    public Tape NewTape() => new(CellVectors + (Timed ? 0 : 2)); // open lanes and the surrogate's derivative after the cell's own

    /// <summary>Sequences first to first + 15; those beyond the batch repeat the last one and are not returned.</summary>
    public void Forward(int first, Tape? tape)
    {
        var state = new AlignedBuffer(Hidden * Lanes.Count);
        float* h = state.Pointer, c = Cell == CellKind.Lstm ? Take(Hidden) : null;
        float* x = Take(Inputs), preX = Take(G * Hidden), preH = Take(G * Hidden), sum = Take(Hidden), a = Take(Hidden), open = Take(Hidden), slope = Take(Hidden);
        var rowMemory = new int[G * Hidden];
        var list = new int[Hidden];
        fixed (int* rows = rowMemory)
        {
            for (var t = 0; t < Steps; t++)
            {
                tape?.BeginStep();
                if (!Timed) Load(Activation + (long)t * Batch * Hidden, first, Hidden, a);
                var count = Timed ? Listed(t, first / Lanes.Count, list, open, tape is not null) : Listed(t, first, h, a, list, open, slope, tape is not null);
                if (count > 0)
                {
                    for (var j = 0; j < count; j++) for (var g = 0; g < G; g++) rows[j * G + g] = g * Hidden + list[j];
                    Load(X + (long)t * Batch * Inputs, first, Inputs, x);
                    Lanes.Dots(W, Inputs, rows, count * G, x, preX);
                    Lanes.Dots(U, Hidden, rows, count * G, h, preH);
                    for (var j = 0; j < count; j++)
                    {
                        var i = list[j];
                        var record = tape is null ? null : tape.Append(i);
                        var mask = Vector512.Load(open + j * Lanes.Count);
                        float* px = preX + j * G * Lanes.Count, ph = preH + j * G * Lanes.Count;
                        if (Cell == CellKind.Gru) Gru(i, px, ph, mask, h, record);
                        else if (Cell == CellKind.Rnn) Rnn(i, px, ph, mask, h, record);
                        else Lstm(i, px, ph, mask, h, c, record);
                        if (Timed) continue;
                        if (record is not null)
                        {
                            mask.Store(record + CellVectors * Lanes.Count);
                            Vector512.Load(slope + j * Lanes.Count).Store(record + (CellVectors + 1) * Lanes.Count);
                        }
                        var gates = Gates + ((long)t * Batch + first) * Hidden + i;
                        for (var lane = 0; lane < Used(first); lane++) gates[(long)lane * Hidden] = open[j * Lanes.Count + lane] != 0 ? 1 : 0;
                    }
                }
                if (Keep == 0) for (var i = 0; i < Hidden * Lanes.Count; i += Lanes.Count) (Vector512.Load(sum + i) + Vector512.Load(h + i)).Store(sum + i);
                else if (t >= Steps - Keep) Store(h, first, Hidden, Kept + (long)(t - Steps + Keep) * Batch * Hidden);
            }
        }
        if (Keep == 0)
        {
            for (var i = 0; i < Hidden * Lanes.Count; i++) sum[i] /= Steps;
            Store(sum, first, Hidden, Kept);
        }
        if (tape is not null) tape.Final = state.Span.ToArray();
    }

    int Used(int first) => Math.Min(Lanes.Count, Batch - first);

    /// <summary>Open neurons, and those that this group probes; open lanes are all or none.</summary>
    int Listed(int t, int group, int[] list, float* open, bool probing)
    {
        float* gates = Gates + (long)t * Hidden, probe = Probe + (long)t * Hidden;
        var count = 0;
        var (groups, turn) = (Groups, (group + t) % Groups);
        for (var i = 0; i < Hidden; i++)
        {
            var probed = probing && turn < ProbingGroups;
            if (++turn == groups) turn = 0;
            if (gates[i] == 0 && !(probed && probe[i] != 0)) continue;
            (gates[i] != 0 ? Vector512<float>.AllBitsSet : Vector512<float>.Zero).Store(open + count * Lanes.Count);
            list[count++] = i;
        }
        return count;
    }

    /// <summary>By how much the gradient of a shut switch counts that its probing groups find, by (step + neuron) % groups: sequences in the batch by sequences in those groups.</summary>
    double[] ProbeWeights()
    {
        var groups = Groups;
        return [.. Enumerable.Range(0, groups).Select(turn => (double)Batch / Enumerable.Range(0, groups).Where(group => (group + turn) % groups < ProbingGroups).Sum(group => Used(group * Lanes.Count)))];
    }

    int Listed(int t, int first, float* h, float* a, int[] list, float* open, float* slope, bool probing)
    {
        var shut = stackalloc float[Lanes.Count];
        for (var lane = 0; lane < Lanes.Count; lane++) shut[lane] = Shut[(long)t * Batch + Math.Min(first + lane, Batch - 1)];
        var mayOpen = Vector512.Equals(Vector512.Load(shut), Vector512<float>.Zero);
        if (mayOpen == Vector512<float>.Zero) return 0;
        var count = 0;
        for (var i = 0; i < Hidden; i++)
        {
            var activation = Vector512.Load(a + i * Lanes.Count) + Own[i] * Vector512.Load(h + i * Lanes.Count);
            var lanes = Vector512.GreaterThan(activation, Vector512<float>.Zero) & mayOpen;
            var derivative = probing ? Surrogate.Derivative(activation) & mayOpen : Vector512<float>.Zero;
            if ((lanes | derivative).AsInt32() == Vector512<int>.Zero) continue;
            lanes.Store(open + count * Lanes.Count);
            derivative.Store(slope + count * Lanes.Count);
            list[count++] = i;
        }
        return count;
    }

    void Rnn(int i, float* px, float* ph, Vector512<float> open, float* h, float* record)
    {
        var old = Vector512.Load(h + i * Lanes.Count);
        var f = Lanes.Tanh(Vector512.Load(px) + Vector512.Load(ph) + Vector512.Create(B[i]));
        Vector512.ConditionalSelect(open, f, old).Store(h + i * Lanes.Count);
        if (record is null) return;
        old.Store(record);
        f.Store(record + Lanes.Count);
    }

    void Gru(int i, float* px, float* ph, Vector512<float> open, float* h, float* record)
    {
        var old = Vector512.Load(h + i * Lanes.Count);
        var z = Lanes.Sigmoid(Vector512.Load(px) + Vector512.Load(ph) + Vector512.Create(B[i]));
        var r = Lanes.Sigmoid(Vector512.Load(px + Lanes.Count) + Vector512.Load(ph + Lanes.Count) + Vector512.Create(B[Hidden + i]));
        var inner = Vector512.Load(ph + 2 * Lanes.Count) + Vector512.Create(C[i]);
        var n = Lanes.Tanh(Vector512.Load(px + 2 * Lanes.Count) + Vector512.Create(B[2 * Hidden + i]) + r * inner);
        Vector512.ConditionalSelect(open, n + z * (old - n), old).Store(h + i * Lanes.Count);
        if (record is null) return;
        old.Store(record);
        z.Store(record + Lanes.Count);
        r.Store(record + 2 * Lanes.Count);
        n.Store(record + 3 * Lanes.Count);
        inner.Store(record + 4 * Lanes.Count);
    }

    void Lstm(int i, float* px, float* ph, Vector512<float> open, float* h, float* c, float* record)
    {
        Vector512<float> Pre(int gate) => Vector512.Load(px + gate * Lanes.Count) + Vector512.Load(ph + gate * Lanes.Count) + Vector512.Create(B[gate * Hidden + i]);
        Vector512<float> old = Vector512.Load(h + i * Lanes.Count), oldCell = Vector512.Load(c + i * Lanes.Count);
        Vector512<float> write = Lanes.Sigmoid(Pre(0)), keep = Lanes.Sigmoid(Pre(1)), fresh = Lanes.Tanh(Pre(2)), show = Lanes.Sigmoid(Pre(3));
        var cell = keep * oldCell + write * fresh;
        var squashed = Lanes.Tanh(cell);
        Vector512.ConditionalSelect(open, cell, oldCell).Store(c + i * Lanes.Count);
        Vector512.ConditionalSelect(open, show * squashed, old).Store(h + i * Lanes.Count);
        if (record is null) return;
        old.Store(record);
        write.Store(record + Lanes.Count);
        keep.Store(record + 2 * Lanes.Count);
        fresh.Store(record + 3 * Lanes.Count);
        show.Store(record + 4 * Lanes.Count);
        oldCell.Store(record + 5 * Lanes.Count);
        squashed.Store(record + 6 * Lanes.Count);
    }

    /// <summary>What the sequences of one thread add to the gradients that all share.</summary>
    public sealed class Gradients(Recurrence of)
    {
        public readonly int InputStride = Padded(of.Inputs), HiddenStride = Padded(of.Hidden);
        public readonly AlignedBuffer W = new(of.G * of.Hidden * Padded(of.Inputs)), U = new(of.G * of.Hidden * Padded(of.Hidden)); // rows padded
        public readonly AlignedBuffer B = new(of.G * of.Hidden * Lanes.Count), C = new(of.Hidden * Lanes.Count), Own = new(of.Hidden * Lanes.Count); // per lane
        public readonly double[] Gates = of.Timed ? new double[of.Steps * of.Hidden] : [];

        static int Padded(int length) => (length + Lanes.Count - 1) / Lanes.Count * Lanes.Count;
    }

    public void Backward(int first, Tape tape, Gradients into)
    {
        float* dh = Take(Hidden), dc = Take(Hidden), dx = Take(Inputs), column = Take(Hidden);
        float* dPreX = Take(G * Hidden), dPreH = Take(G * Hidden);
        float* turnedH = Take(into.HiddenStride), turnedX = Take(into.InputStride); // [16][stride]: a sequence's vector in a row
        for (var i = 0; i < Hidden; i++) for (var lane = 0; lane < Lanes.Count; lane++) turnedH[lane * into.HiddenStride + i] = tape.Final[i * Lanes.Count + lane];
        var rowMemory = new int[G * Hidden];
        var probeWeights = Timed ? ProbeWeights() : [];
        fixed (int* rows = rowMemory)
        {
            if (Keep == 0)
            {
                Load(DKept, first, Hidden, column, zeroBeyond: true);
                for (var i = 0; i < Hidden * Lanes.Count; i++) column[i] /= Steps;
            }
            for (var t = Steps - 1; t >= 0; t--)
            {
                if (Keep > 0 && t >= Steps - Keep) Load(DKept + (long)(t - Steps + Keep) * Batch * Hidden, first, Hidden, column, zeroBeyond: true);
                if (Keep == 0 || t >= Steps - Keep)
                    for (var i = 0; i < Hidden * Lanes.Count; i += Lanes.Count) (Vector512.Load(dh + i) + Vector512.Load(column + i)).Store(dh + i);
                var (start, count) = tape.Step(t);
                var open = 0; // neurons open in any lane
                for (var n = start; n < start + count; n++)
                {
                    var i = tape.Neuron(n);
                    var record = tape.At(n);
                    var old = Vector512.Load(record);
                    for (var lane = 0; lane < Lanes.Count; lane++) turnedH[lane * into.HiddenStride + i] = record[lane]; // h_(t-1)
                    Vector512<float> mask, dGate;
                    if (Timed)
                    {
                        mask = Gates[(long)t * Hidden + i] != 0 ? Vector512<float>.AllBitsSet : Vector512<float>.Zero;
                        dGate = Vector512<float>.Zero;
                    }
                    else
                    {
                        mask = Vector512.Load(record + CellVectors * Lanes.Count);
                        dGate = FromGates(t, first, i);
                    }
                    float* px = dPreX + open * G * Lanes.Count, ph = dPreH + open * G * Lanes.Count;
                    var dSwitch = Cell switch
                    {
                        CellKind.Gru => GruBack(i, record, mask, dh, px, ph),
                        CellKind.Rnn => RnnBack(i, record, mask, dh, px, ph),
                        _ => LstmBack(i, record, mask, dh, dc, px, ph),
                    };
                    if (Timed)
                    {
                        var weight = mask.AsInt32() == Vector512<int>.Zero ? probeWeights[(t + i) % probeWeights.Length] : 1;
                        into.Gates[(long)t * Hidden + i] += weight * Probe[(long)t * Hidden + i] * Vector512.Sum(dSwitch);
                    }
                    else
                    {
                        var da = (dSwitch + dGate) * Vector512.Load(record + (CellVectors + 1) * Lanes.Count);
                        Spread(da, t, first, i);
                        Accumulate(into.Own.Pointer + i * Lanes.Count, da * old);
                        Accumulate(dh + i * Lanes.Count, da * Own[i]);
                    }
                    if (mask.AsInt32() == Vector512<int>.Zero) continue;
                    for (var g = 0; g < G; g++)
                    {
                        rows[open * G + g] = g * Hidden + i;
                        Accumulate(into.B.Pointer + (g * Hidden + i) * Lanes.Count, Vector512.Load(px + g * Lanes.Count));
                    }
                    if (Cell == CellKind.Gru) Accumulate(into.C.Pointer + i * Lanes.Count, Vector512.Load(ph + 2 * Lanes.Count));
                    open++;
                }
                if (open == 0) continue;
                for (var lane = 0; lane < Lanes.Count; lane++)
                    new ReadOnlySpan<float>(X + ((long)t * Batch + Math.Min(first + lane, Batch - 1)) * Inputs, Inputs).CopyTo(new Span<float>(turnedX + lane * into.InputStride, Inputs));
                Lanes.AddOuter(dPreH, rows, open * G, turnedH, into.HiddenStride, into.U.Pointer);
                Lanes.AddOuter(dPreX, rows, open * G, turnedX, into.InputStride, into.W.Pointer);
                Lanes.AddTransposed(U, Hidden, rows, open * G, dPreH, dh);
                if (DX is null) continue;
                new Span<float>(dx, Inputs * Lanes.Count).Clear();
                Lanes.AddTransposed(W, Inputs, rows, open * G, dPreX, dx);
                Store(dx, first, Inputs, DX + (long)t * Batch * Inputs);
            }
        }
    }

    // Each takes dL/dh_t out of dh, leaves what passes to h_(t-1) without the weights, writes the gradients of the pre-activations (zero in
    // lanes whose switch is shut) and returns dL/dg = dL/dh (f - h).

    Vector512<float> RnnBack(int i, float* record, Vector512<float> open, float* dh, float* px, float* ph)
    {
        Vector512<float> old = Vector512.Load(record), f = Vector512.Load(record + Lanes.Count), d = Vector512.Load(dh + i * Lanes.Count);
        var dPre = (d & open) * (Vector512<float>.One - f * f);
        Vector512.AndNot(d, open).Store(dh + i * Lanes.Count);
        dPre.Store(px);
        dPre.Store(ph);
        return d * (f - old);
    }

    Vector512<float> GruBack(int i, float* record, Vector512<float> open, float* dh, float* px, float* ph)
    {
        var one = Vector512<float>.One;
        Vector512<float> old = Vector512.Load(record), z = Vector512.Load(record + Lanes.Count), r = Vector512.Load(record + 2 * Lanes.Count);
        Vector512<float> n = Vector512.Load(record + 3 * Lanes.Count), inner = Vector512.Load(record + 4 * Lanes.Count), d = Vector512.Load(dh + i * Lanes.Count);
        var dF = d & open;                                  // through the candidate f = n + z (h - n)
        var dN = dF * (one - z) * (one - n * n);
        var dZ = dF * (old - n) * z * (one - z);
        var dR = dN * inner * r * (one - r);
        (Vector512.AndNot(d, open) + dF * z).Store(dh + i * Lanes.Count);
        dZ.Store(px);
        dR.Store(px + Lanes.Count);
        dN.Store(px + 2 * Lanes.Count);
        dZ.Store(ph);
        dR.Store(ph + Lanes.Count);
        (dN * r).Store(ph + 2 * Lanes.Count);
        return d * (z - one) * (old - n);                   // f - h = (z - 1)(h - n)
    }

    Vector512<float> LstmBack(int i, float* record, Vector512<float> open, float* dh, float* dc, float* px, float* ph)
    {
        var one = Vector512<float>.One;
        Vector512<float> Saved(int n) => Vector512.Load(record + n * Lanes.Count);
        Vector512<float> old = Saved(0), write = Saved(1), keep = Saved(2), fresh = Saved(3), show = Saved(4), oldCell = Saved(5), squashed = Saved(6);
        Vector512<float> d = Vector512.Load(dh + i * Lanes.Count), dCell = Vector512.Load(dc + i * Lanes.Count);
        var dSwitch = d * (show * squashed - old) + dCell * (keep * oldCell + write * fresh - oldCell);
        var dF = d & open;
        var dInner = (dCell & open) + dF * show * (one - squashed * squashed); // at the new cell
        Vector512.AndNot(d, open).Store(dh + i * Lanes.Count);
        (Vector512.AndNot(dCell, open) + dInner * keep).Store(dc + i * Lanes.Count);
        void Write(int gate, Vector512<float> value)
        {
            value.Store(px + gate * Lanes.Count);
            value.Store(ph + gate * Lanes.Count);
        }
        Write(0, dInner * fresh * write * (one - write));
        Write(1, dInner * oldCell * keep * (one - keep));
        Write(2, dInner * write * (one - fresh * fresh));
        Write(3, dF * squashed * show * (one - show));
        return dSwitch;
    }

    static void Accumulate(float* at, Vector512<float> value) => (Vector512.Load(at) + value).Store(at);

    Vector512<float> FromGates(int t, int first, int i)
    {
        var lanes = stackalloc float[Lanes.Count];
        var from = DGates + ((long)t * Batch + first) * Hidden + i;
        for (var lane = 0; lane < Lanes.Count; lane++) lanes[lane] = lane < Used(first) ? from[(long)lane * Hidden] : 0;
        return Vector512.Load(lanes);
    }

    void Spread(Vector512<float> value, int t, int first, int i)
    {
        var lanes = stackalloc float[Lanes.Count];
        value.Store(lanes);
        var to = DActivation + ((long)t * Batch + first) * Hidden + i;
        for (var lane = 0; lane < Used(first); lane++) to[(long)lane * Hidden] = lanes[lane];
    }

    readonly List<AlignedBuffer> _memory = []; // keeps it alive; of one pass on one thread: a Recurrence is made for each

    float* Take(int vectors)
    {
        var buffer = new AlignedBuffer(vectors * Lanes.Count);
        _memory.Add(buffer);
        return buffer.Pointer;
    }

    /// <summary>Rows [B, width] to columns [width][16].</summary>
    void Load(float* rows, int first, int width, float* columns, bool zeroBeyond = false)
    {
        for (var lane = 0; lane < Lanes.Count; lane++)
        {
            var row = rows + (long)Math.Min(first + lane, Batch - 1) * width;
            if (zeroBeyond && first + lane >= Batch) for (var k = 0; k < width; k++) columns[k * Lanes.Count + lane] = 0;
            else for (var k = 0; k < width; k++) columns[k * Lanes.Count + lane] = row[k];
        }
    }

    void Store(float* columns, int first, int width, float* rows)
    {
        for (var lane = 0; lane < Used(first); lane++)
        {
            var row = rows + (long)(first + lane) * width;
            for (var k = 0; k < width; k++) row[k] = columns[k * Lanes.Count + lane];
        }
    }
}
