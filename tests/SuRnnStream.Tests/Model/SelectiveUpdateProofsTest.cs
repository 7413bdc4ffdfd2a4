using System.Numerics;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Model;

/// <summary>What a selective-update network promises, each promise driven to where a weaker one would break.</summary>
public sealed class SelectiveUpdateProofsTest
{
    // (a) A closed switch holds: not nearly, and not for a while.

    [Theory, InlineData(CellKind.Rnn), InlineData(CellKind.Gru), InlineData(CellKind.Lstm)]
    public void AClosedNeuron_AfterAMillionFrames_HasTheSameBits(CellKind cell)
    {
        // The first number of a frame opens neuron 0, the second the others.
        var config = Numbers(2, [new(cell, 3, SwitchKind.Event)]) with { SalienceSize = 2, SalienceFrames = 1 };
        var tensors = TinyModels.Tensors(config);
        tensors["salience.weight"] = [1, 0, 0, 1];
        tensors["salience.bias"] = [0, 0];
        tensors["layer.0.switch.bias"] = [0, 0, 0];
        tensors["layer.0.switch.own"] = [0, 0, 0];
        tensors["layer.0.switch.salience"] = [1, 0, 0, 1, 0, 1];
        var model = new SuRnnModel(config, new SuRnnWeights(config, tensors));
        var (state, random) = (model.NewState(), new Random(1));
        for (var t = 0; t < 10; t++) model.Step([1, random.NextSingle()], state);
        var (h, c) = (state.Hidden(0)[0], state.Cell(0).ToArray());
        Assert.NotEqual(0, h);

        var (frame, moved) = (new float[2], 0);
        for (var t = 0; t < 1_000_000; t++)
        {
            (frame[0], frame[1]) = (-random.NextSingle(), 2 * random.NextSingle() - 1);
            var before = state.Hidden(0)[1];
            model.Step(frame, state, dense: t % 7 == 0);
            moved += state.Hidden(0)[1] != before ? 1 : 0;
        }
        Assert.InRange(moved, 400_000, 600_000);
        Assert.Equal(BitConverter.SingleToInt32Bits(h), BitConverter.SingleToInt32Bits(state.Hidden(0)[0]));
        if (cell == CellKind.Lstm) Assert.Equal(BitConverter.SingleToInt32Bits(c[0]), BitConverter.SingleToInt32Bits(state.Cell(0)[0]));
    }

    // (b) A gate is a neuron's own, and a rhythm.

    [Theory, InlineData(SwitchKind.Harmonic), InlineData(SwitchKind.Random)]
    public void Gates_DifferBetweenNeuronsAndOverTime(SwitchKind kind)
    {
        var config = Numbers(1, [Layer(16, kind), Layer(16, kind)]);
        var (model, gates) = (TinyModels.Build(config), new HashSet<string>());
        var state = model.NewState();
        var rows = Enumerable.Range(0, 32).Select(_ => new char[200]).ToArray();
        for (var t = 0; t < 200; t++)
        {
            model.Step([0], state);
            for (var i = 0; i < 32; i++) rows[i][t] = state.Open(i / 16)[i % 16] ? '1' : '0';
        }
        Assert.Equal(32, rows.Select(row => new string(row)).Distinct().Count());
        Assert.True(rows.Count(row => row.Distinct().Count() == 2) > 24, "most neurons never change their gate");
    }

    // (c) Time goes on in every layer, whoever is shut.

    [Fact]
    public void Time_WhileEverySwitchIsShut_GoesOnInEveryLayer()
    {
        var config = TinyModels.Config(CellKind.Gru, SwitchKind.Both, layers: 3);
        var model = TinyModels.Build(config);
        var state = model.NewState();
        const int Frames = 12_345;
        for (var t = 0; t < Frames; t++) Assert.Equal(0, model.Step(new float[TinyModels.Bands], state).SwitchesOpen);
        for (var i = 0; i < 3; i++)
        {
            var omega = model.Weights[$"layer.{i}.switch.omega"];
            for (var k = 0; k < omega.Length; k++) Assert.True(Apart(Angle(omega[k], Frames), state.Layers[i].Phases[k].Radians) < 1e-10);
        }
    }

    [Fact]
    public void Time_ThroughAStack_MovesTheGatesOfEveryLayer()
    {
        foreach (var kind in new[] { SwitchKind.Harmonic, SwitchKind.Both, SwitchKind.Random })
        {
            var model = TinyModels.Build(Numbers(4, [Layer(8, kind), Layer(8, kind), Layer(8, kind)]));
            var state = model.NewState();
            var seen = Enumerable.Range(0, 3).Select(_ => new HashSet<string>()).ToArray();
            foreach (var frame in TinyModels.Frames(100, bands: 4))
            {
                model.Step(frame, state);
                for (var i = 0; i < 3; i++) seen[i].Add(string.Join(' ', state.Open(i).ToArray()));
            }
            Assert.All(seen, patterns => Assert.True(patterns.Count > 5, $"{kind}: {patterns.Count} patterns in 100 frames"));
        }
    }

    // (d) The clock of a stream that never ends stays right.

    [Theory]
    [InlineData(0.05f), InlineData(-0.0123f), InlineData(1e-7f), InlineData(3.1415927f), InlineData(6.2831855f), InlineData(-100.25f)]
    public void Phase_AfterABillionSteps_IsRightToAMillionth(float omega)
    {
        const int Steps = 1_000_000_000;
        var (clock, turns) = (new PhaseClock(), PhaseClock.TurnsOf(omega));
        for (var t = 0; t < Steps; t++) clock.Advance(turns);
        Assert.InRange(clock.Radians, -Math.PI, Math.PI);
        var error = Apart(Angle(omega, Steps), clock.Radians);
        Assert.True(error < 1e-9, $"off by {error:E1}"); // a thousand times better than promised
    }

    // (e) The baseline: the wanted rate, for no reason.

    [Fact]
    public void RandomSwitch_OpensAtItsRate()
    {
        float[] rates = [0, 0.003f, 0.1f, 0.25f, 0.5f, 0.9f, 1];
        var (model, counts) = (AtRates(rates), new int[2 * rates.Length]);
        var state = model.NewState();
        const int Frames = 200_000;
        for (var t = 0; t < Frames; t++)
        {
            model.Step([0], state);
            for (var i = 0; i < counts.Length; i++) counts[i] += state.Open(i / rates.Length)[i % rates.Length] ? 1 : 0;
        }
        for (var i = 0; i < counts.Length; i++)
        {
            var rate = rates[i % rates.Length];
            var deviations = 4.5 * Math.Sqrt(rate * (1 - rate) / Frames);
            Assert.InRange((double)counts[i] / Frames, rate - deviations, rate + deviations);
        }
    }

    [Fact]
    public void RandomSwitch_DrawsAlikeForNoTwoNeuronsLayersOrTimes()
    {
        // Correlations of draws that lie one neuron, one layer and one or two frames apart; 5 deviations of chance are 0.016.
        (int Layer, int Neuron, int Step)[] shifts = [(0, 1, 0), (1, 0, 0), (0, 0, 1), (0, 0, 2), (0, 1, 1), (1, 1, 0), (0, 64, 0)];
        const int Frames = 100_000;
        foreach (var (layer, neuron, step) in shifts)
        {
            var sum = 0.0;
            for (var t = 0; t < Frames; t++)
                sum += (RandomSwitch.Uniform(0, 5, t) - 0.5) * (RandomSwitch.Uniform(layer, 5 + neuron, t + step) - 0.5);
            Assert.InRange(12 * sum / Frames, -0.016, 0.016);
        }
    }

    [Fact]
    public void RandomSwitch_WhateverTheInput_AfterResetAndRestore_KeepsItsRhythm()
    {
        var model = AtRates([0.1f, 0.5f, 0.9f]);
        string Rhythm(SuRnnState state, float input, int frames) => string.Concat(Enumerable.Range(0, frames).Select(_ =>
        {
            model.Step([input], state);
            return string.Concat(state.Open(0).ToArray().Concat(state.Open(1).ToArray()).Select(open => open ? '1' : '0'));
        }));
        var state = model.NewState();
        var whole = Rhythm(state, 0, 300);
        state.Reset();
        var first = Rhythm(state, 1, 100);
        Assert.Equal(whole, first + Rhythm(Copy(model, state), -1, 200));
    }

    // (f) To skip is not to approximate.

    [Theory]
    [InlineData(CellKind.Lstm, SwitchKind.Event), InlineData(CellKind.Lstm, SwitchKind.Random), InlineData(CellKind.Gru, SwitchKind.Both)]
    public void Skipping_WithEveryReadout_IsDenseBitForBit_AndSoIsAStreamThatWasSaved(CellKind cell, SwitchKind kind)
    {
        foreach (var readout in Enum.GetValues<Readout>())
        {
            var model = TinyModels.Build(Numbers(5, [Layer(24, kind, cell), Layer(17, kind, cell)]) with { Readout = readout });
            SuRnnState skipping = model.NewState(), dense = model.NewState();
            foreach (var frame in TinyModels.Frames(2_000, bands: 5))
            {
                model.Step(frame, skipping);
                model.Step(frame, dense, dense: true);
                if (skipping.Frame % 100 == 7) skipping = Copy(model, skipping);
            }
            Assert.Equal(Bits(dense.Scores.Span), Bits(skipping.Scores.Span));
            for (var i = 0; i < 2; i++)
            {
                Assert.Equal(Bits(dense.Hidden(i)), Bits(skipping.Hidden(i)));
                Assert.Equal(Bits(dense.Cell(i)), Bits(skipping.Cell(i)));
            }
        }
    }

    [Fact]
    public void Step_OfEveryKind_AllocatesNothing()
    {
        foreach (var (cell, kind, stem, layers) in TinyModels.Kinds())
        {
            var model = TinyModels.Build(TinyModels.Config(cell, kind, stem, layers) with { Readout = Readout.Mean });
            var (state, frames) = (model.NewState(), TinyModels.Frames(20));
            void Run()
            {
                foreach (var frame in frames) model.Step(frame, state);
                _ = state.Scores;
                state.Reset();
            }
            Run();
            Assert.Equal(0, Allocations.Of(Run));
        }
    }

    static SuRnnConfig Numbers(int inputs, IReadOnlyList<RecurrentLayer> layers) =>
        new() { FrontEnd = null, Inputs = inputs, SalienceSize = 3, Layers = layers, Labels = ["no", "yes"] };

    static RecurrentLayer Layer(int hidden, SwitchKind kind, CellKind cell = CellKind.Rnn) =>
        new(cell, hidden, kind, kind is SwitchKind.Harmonic or SwitchKind.Both ? 3 : 0);

    /// <summary>Two layers of random switches, both with these rates.</summary>
    static SuRnnModel AtRates(float[] rates)
    {
        var config = Numbers(1, [Layer(rates.Length, SwitchKind.Random), Layer(rates.Length, SwitchKind.Random)]);
        var tensors = TinyModels.Tensors(config);
        tensors["layer.0.switch.rate"] = tensors["layer.1.switch.rate"] = rates;
        return new SuRnnModel(config, new SuRnnWeights(config, tensors));
    }

    static SuRnnState Copy(SuRnnModel model, SuRnnState state)
    {
        var saved = new MemoryStream();
        state.Save(new BinaryWriter(saved));
        saved.Position = 0;
        var copy = model.NewState();
        copy.Restore(new BinaryReader(saved));
        Assert.Equal(saved.Length, saved.Position);
        return copy;
    }

    /// <summary>omega t mod 2 pi in whole numbers, to 40 decimals.</summary>
    static double Angle(float omega, int t)
    {
        var one = BigInteger.Pow(10, 40);
        var turn = 2 * BigInteger.Parse("31415926535897932384626433832795028841972");
        var scaled = new BigInteger(Math.ScaleB((double)omega, 60)); // exact: a float from 2^-36 on has no bits below 2^-60
        return (double)(scaled * t * one / BigInteger.Pow(2, 60) % turn) / (double)one;
    }

    /// <summary>Distance on the circle.</summary>
    static double Apart(double a, double b) => Math.Abs(Math.IEEERemainder(a - b, 2 * Math.PI));

    static int[] Bits(ReadOnlySpan<float> values) => [.. values.ToArray().Select(BitConverter.SingleToInt32Bits)];
}
