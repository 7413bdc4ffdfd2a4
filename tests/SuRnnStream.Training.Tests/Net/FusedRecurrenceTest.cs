using SuRnnStream.Training.Net;
using SuRnnStream.Training.Tests.Support;
using Xunit;
using static SuRnnStream.Training.Tests.Support.RecurrenceCase;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Tests.Net;

public class FusedRecurrenceTest
{
    public static TheoryData<CellKind, SurrogateKind, int, int, int, int> Cases => [.. from cell in Enum.GetValues<CellKind>().Where(cell => cell != CellKind.Hold)
        from kind in Enum.GetValues<SurrogateKind>()
        from shape in new[] { (4, 2, 3, 1), (7, 3, 17, 5), (40, 21, 32, 16), (25, 37, 24, 19) } // crosses and leaves every block of rows, columns and lanes
        select (cell, kind, shape.Item1, shape.Item2, shape.Item3, shape.Item4)];

    [Theory, MemberData(nameof(Cases))]
    public void Run_AgreesWithThePlainLoop_ForwardAndBackward(CellKind cell, SurrogateKind kind, int steps, int batch, int hidden, int inputs)
    {
        using var torch = new TorchScope();
        var run = new RecurrenceCase(cell, steps, batch, hidden, inputs, new Surrogate(kind, kind == SurrogateKind.Triangle ? 8 : 2));
        Tensor weight = randn(steps, batch, hidden), rate = randn(steps, batch, hidden);
        var plain = run.Plain();
        var expected = run.Gradients((plain.Hidden * weight).sum() + (plain.Gates * rate).sum());
        foreach (var threads in new[] { 1, 2 })
        {
            FusedRecurrence.Threads = threads;
            var fused = run.Fused(steps);
            Assert.Equal(Values(plain.Gates), Values(fused.Gates));
            AssertClose("hidden states", Values(plain.Hidden), Values(fused.Hidden));
            var actual = run.Gradients((fused.Hidden * weight).sum() + (fused.Gates * rate).sum());
            foreach (var name in expected.Keys) AssertClose(name, expected[name], actual[name]);
        }
    }

    [Theory, InlineData(CellKind.Rnn), InlineData(CellKind.Gru), InlineData(CellKind.Lstm)]
    public void Run_ReturnsTheLastStatesOrTheirMean(CellKind cell)
    {
        using var torch = new TorchScope();
        var run = new RecurrenceCase(cell, steps: 30, batch: 18, hidden: 9);
        var whole = run.Plain().Hidden;
        foreach (var (keep, kept) in new[] { (1, whole.slice(0, 29, 30, 1)), (7, whole.slice(0, 23, 30, 1)), (0, whole.mean([0], keepdim: true)) })
        {
            manual_seed(keep);
            var weight = randn(kept.shape);
            var fused = run.Fused(keep).Hidden;
            AssertClose($"hidden states, keep {keep}", Values(kept), Values(fused));
            var expected = run.Gradients((run.Plain().Hidden is var again && keep == 0 ? again.mean([0], keepdim: true) * weight : again.slice(0, 30 - keep, 30, 1) * weight).sum());
            var actual = run.Gradients((fused * weight).sum());
            foreach (var name in expected.Keys) AssertClose($"{name}, keep {keep}", expected[name], actual[name]);
        }
    }

    /// <summary>Gates that are given: the same for all sequences, their gradient weighted by the probe.</summary>
    [Theory, InlineData(CellKind.Rnn), InlineData(CellKind.Gru), InlineData(CellKind.Lstm)]
    public void RunTimed_AgreesWithThePlainLoop(CellKind cell)
    {
        using var torch = new TorchScope();
        var run = new RecurrenceCase(cell, steps: 25, batch: 19, hidden: 20);
        var gates = (rand(25, 20) < 0.3).to_type(ScalarType.Float32).requires_grad_(true);
        var probe = (rand(25, 20) < 0.5).to_type(ScalarType.Float32) * 2;
        var weight = randn(25, 19, 20);
        run.Inputs["gates"] = gates;
        run.Inputs.Remove("ga");
        run.Inputs.Remove("own");
        var plain = PlainRecurrence.RunTimed(cell, run.Inputs["x"], run.Weights, gates);
        var expected = run.Gradients((plain * weight).sum());
        var fused = FusedRecurrence.RunTimed(cell, run.Inputs["x"], run.Weights, gates, probe, 25);
        AssertClose("hidden states", Values(plain), Values(fused));
        var actual = run.Gradients((fused * weight).sum());
        expected["gates"] = [.. expected["gates"].Zip(Values(probe), (gradient, part) => gradient * part)];
        foreach (var name in expected.Keys) AssertClose(name, expected[name], actual[name]);
    }

    /// <summary>
    /// Groups of sequences take turns at the gradient of shut switches: over all sixteen-sequence groups of a batch whose sequences are alike each finds the same, so one
    /// group's finding times their number is the whole, whatever the batch's last group holds.
    /// </summary>
    [Theory, InlineData(64, 1), InlineData(64, 3), InlineData(37, 1), InlineData(37, 2), InlineData(9, 1)]
    public void RunTimed_ProbingInTurns_FindsTheWholeGradient_AtLessWork(int batch, int groups)
    {
        using var torch = new TorchScope();
        var run = new RecurrenceCase(CellKind.Gru, steps: 25, batch: 1, hidden: 20);
        var x = run.Inputs["x"].detach().expand(25, batch, 3).contiguous();
        Tensor open = (rand(25, 20) < 0.3).to_type(ScalarType.Float32), always = ones(25, 20), weight = randn(25, 1, 20);
        (float[] Gates, float[] U) Gradients(int probing)
        {
            using var gates = open.clone().requires_grad_(true);
            run.Inputs["u"].grad?.zero_();
            (FusedRecurrence.RunTimed(CellKind.Gru, x, run.Weights, gates, always, 25, probing) * weight).sum().backward();
            return (Values(gates.grad!), Values(run.Inputs["u"].grad!));
        }
        var (whole, turns) = (Gradients(int.MaxValue), Gradients(groups));
        AssertClose("gates", whole.Gates, turns.Gates);
        AssertClose("u", whole.U, turns.U); // what is open is worked out for all
        Assert.Equal(25 * 20, RecordsOfGroup(run, x, open, always, int.MaxValue, 0));
        var all = (batch + 15) / 16;
        var records = Enumerable.Range(0, all).Sum(group => RecordsOfGroup(run, x, open, always, groups, group));
        var opened = (int)open.sum().item<float>();
        Assert.Equal(opened * all + (25 * 20 - opened) * Math.Min(groups, all), records); // each shut switch in as many groups as asked for
    }

    static unsafe int RecordsOfGroup(RecurrenceCase run, Tensor x, Tensor gates, Tensor probe, int probing, int group)
    {
        float* At(Tensor tensor)
        {
            fixed (byte* start = tensor.bytes) return (float*)start;
        }
        var batch = (int)x.shape[1];
        using var kept = zeros(1, batch, 20);
        var pass = new Recurrence { Cell = CellKind.Gru, Steps = 25, Batch = batch, Inputs = 3, Hidden = 20, Timed = true, Surrogate = default, Keep = 1, ProbingGroups = probing };
        pass.X = At(x);
        pass.W = At(run.Inputs["w"]);
        pass.B = At(run.Inputs["b"]);
        pass.U = At(run.Inputs["u"]);
        pass.C = At(run.Inputs["c"]);
        pass.Gates = At(gates);
        pass.Probe = At(probe);
        pass.Kept = At(kept);
        var tape = pass.NewTape();
        pass.Forward(16 * group, tape);
        return tape.Records;
    }

    /// <summary>Shut neurons beyond the triangle leave no record, so they cost neither time nor memory.</summary>
    [Fact]
    public void FarShutSwitches_LeaveNoRecord()
    {
        using var torch = new TorchScope();
        var run = new RecurrenceCase(CellKind.Gru, steps: 40, batch: 1, hidden: 16, surrogate: new Surrogate(SurrogateKind.Triangle, 40), shut: false);
        using (no_grad()) run.Inputs["own"].zero_();
        var near = Values(run.Inputs["ga"]).Count(a => a > 0 || -a < 0.1);
        Assert.Equal(near, Records(run, new Surrogate(SurrogateKind.Triangle, 40)));
        Assert.Equal(640, Records(run, Surrogate.Default));
    }

    static unsafe int Records(RecurrenceCase run, Surrogate surrogate)
    {
        float* At(Tensor tensor)
        {
            fixed (byte* start = tensor.bytes) return (float*)start;
        }
        Tensor kept = zeros(1, 1, 16), gates = zeros(40, 1, 16);
        var pass = new Recurrence { Cell = CellKind.Gru, Steps = 40, Batch = 1, Inputs = 3, Hidden = 16, Timed = false, Surrogate = surrogate, Keep = 1 };
        pass.X = At(run.Inputs["x"]);
        pass.W = At(run.Inputs["w"]);
        pass.B = At(run.Inputs["b"]);
        pass.U = At(run.Inputs["u"]);
        pass.C = At(run.Inputs["c"]);
        pass.Own = At(run.Inputs["own"]);
        pass.Activation = At(run.Inputs["ga"]);
        pass.Shut = At(run.Shut);
        pass.Kept = At(kept);
        pass.Gates = At(gates);
        var tape = pass.NewTape();
        pass.Forward(0, tape);
        return tape.Records;
    }

    static void AssertClose(string what, float[] expected, float[] actual)
    {
        var (difference, size) = (expected.Zip(actual, (e, a) => MathF.Abs(e - a)).Max(), expected.Max(MathF.Abs));
        Assert.True(size > 0, $"{what}: all zero");
        Assert.True(difference <= 1e-4 * Math.Max(1, size), $"{what}: largest difference {difference} at size {size}");
    }
}
