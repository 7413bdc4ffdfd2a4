using SuRnnStream.Research.LongRange;

namespace SuRnnStream.Research.Anomalies;

/// <summary>To say by how much a metric's next value differs from this one, learnt from pieces of its first part; labels are not used.</summary>
sealed class NextValueTask : SequenceTask
{
    public const int PieceLength = 64;
    const int WarmUp = 8;
    const double Largest = 8; // deviations; a value beyond is this

    readonly float[] _frames; // [values, Inputs]
    readonly float[] _change; // [values] to the next
    readonly int _first;      // values that may be learnt from

    /// <param name="stream">Needs a probation of at least two pieces.</param>
    public NextValueTask(MetricStream stream)
    {
        _first = stream.Probation;
        if (_first < 2 * PieceLength) throw new ArgumentException($"{stream.Name} is too short to learn from: its first part has {_first} values, and needs {2 * PieceLength}.");
        var mean = stream.Values.Take(_first).Average();
        var deviation = Math.Sqrt(stream.Values.Take(_first).Average(value => (value - mean) * (value - mean)));
        var scale = deviation > 0 ? deviation : 1;
        float[] values = [.. stream.Values.Select(value => (float)Math.Clamp((value - mean) / scale, -Largest, Largest))];
        _frames = new float[values.Length * Inputs];
        for (var t = 0; t < values.Length; t++)
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * stream.Times[t].TimeOfDay.TotalDays);
            (_frames[t * Inputs], _frames[t * Inputs + 1], _frames[t * Inputs + 2]) = (values[t], (float)sin, (float)cos);
        }
        _change = [.. values.Skip(1).Zip(values, (next, now) => next - now), 0];
    }

    public override string Name => "next-value";
    public override int TestSeed => 0;
    public override int Inputs => 3; // the value in deviations, and the time of day as a place on a circle
    public override int Outputs => 1;
    public override int ScoredFrom => WarmUp;
    public override ScoreKind Scoring => ScoreKind.Mse;
    public override double Chance => _change.Take(_first - 1).Average(change => change * change); // that of the last value
    public override int? Count(Part part) => part == Part.Training ? null : 8;

    protected override void Write(SequenceBatch batch, int column, Part part, int n, Dice dice)
    {
        var from = (int)(dice.NextDouble() * (_first - Length - 1));
        for (var t = 0; t < Length; t++)
        {
            for (var i = 0; i < Inputs; i++) batch.Values![(t * batch.Count + column) * Inputs + i] = _frames[(from + t) * Inputs + i];
            if (t >= WarmUp) batch.Targets![(t - WarmUp) * batch.Count + column] = _change[from + t];
        }
    }

    /// <summary>[values] by how much each differed from what the model predicted before it; the first by nothing.</summary>
    public double[] Errors(SuRnnModel model, out ComputeStats cost)
    {
        var (state, errors) = (model.NewState(), new double[_change.Length]);
        cost = new ComputeStats();
        for (var t = 0; t + 1 < errors.Length; t++)
        {
            cost += model.Step(_frames.AsSpan(t * Inputs, Inputs), state);
            errors[t + 1] = Math.Abs(state.Scores.Span[0] - _change[t]);
        }
        return errors;
    }

    /// <summary>[values] by how much each differed from the one before.</summary>
    public double[] LastValueErrors() => [0, .. _change.SkipLast(1).Select(change => (double)Math.Abs(change))];
}
