using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Model;

/// <summary>A source that repeats its value, bit for bit: what follows from the same frames is not worked out twice, and nothing comes out otherwise.</summary>
public class RepeatedFramesTest
{
    /// <summary>Frames that come up to twelve times each, some of them zeros.</summary>
    static float[][] Repeating(int count)
    {
        var random = new Random(11);
        return [.. TinyModels.Frames(count, silent: 0.2).SelectMany(frame => Enumerable.Repeat(frame, random.Next(1, 13))).Take(count)];
    }

    public static TheoryData<SwitchKind, bool, int, int, Readout> Cases()
    {
        var data = new TheoryData<SwitchKind, bool, int, int, Readout>();
        foreach (var kind in new[] { SwitchKind.Event, SwitchKind.Both, SwitchKind.Harmonic, SwitchKind.Random })
            foreach (var stem in new[] { false, true })
                foreach (var blocks in new[] { 0, 11 })
                    foreach (var readout in Enum.GetValues<Readout>()) data.Add(kind, stem, blocks, 2, readout);
        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Step_LeavesTheSameBitsAsDense(SwitchKind kind, bool stem, int blocks, int layers, Readout readout)
    {
        foreach (var depth in stem ? new[] { 0, 2 } : [0])
        {
            foreach (var frontEnd in new[] { true, false })
            {
                // Switches of the second seed are mostly shut, those of the first mostly not.
                foreach (var seed in new[] { 1, 2 })
                {
                    var config = TinyModels.Config(kind: kind, stem: stem, layers: layers) with { BlockWidth = blocks, Readout = readout, SalienceDepth = depth };
                    if (!frontEnd) config = config with { FrontEnd = null, Inputs = TinyModels.Bands };
                    var tensors = TinyModels.Tensors(config, seed);
                    if (seed == 2 && kind == SwitchKind.Event)
                        foreach (var bias in tensors.Where(tensor => tensor.Key.EndsWith("switch.bias", StringComparison.Ordinal))) for (var i = 0; i < bias.Value.Length; i++) bias.Value[i] -= 2.5f;
                    foreach (var model in new[] { new SuRnnModel(config, new SuRnnWeights(config, tensors)), new SuRnnModel(config, new SuRnnWeights(config, tensors)).ToInt8() }) IsExact(model);
                }
            }
        }
    }

    static void IsExact(SuRnnModel model)
    {
        SuRnnState skipping = model.NewState(), dense = model.NewState(), mixed = model.NewState(), moved = model.NewState();
        foreach (var (t, frame) in Repeating(160).Index())
        {
            var stats = model.Step(frame, skipping);
            model.Step(frame, dense, dense: true);
            model.Step(frame, mixed, dense: t % 3 == 0);
            if (t % 7 == 3) moved = Again(model, moved); // saved and restored, now and then
            model.Step(frame, moved);
            foreach (var other in new[] { dense, mixed, moved })
            {
                Assert.Equal(Bits(skipping.Scores.Span), Bits(other.Scores.Span));
                for (var i = 0; i < model.Config.Layers.Count; i++)
                {
                    Assert.Equal(Bits(skipping.Hidden(i)), Bits(other.Hidden(i)));
                    Assert.Equal(skipping.Open(i), other.Open(i));
                }
            }
            Assert.Equal(stats.SwitchesOpen, Enumerable.Range(0, model.Config.Layers.Count).Sum(i => skipping.Open(i).Count(true)));
        }
    }

    static SuRnnState Again(SuRnnModel model, SuRnnState state)
    {
        using var memory = new MemoryStream();
        using (var to = new BinaryWriter(memory, System.Text.Encoding.UTF8, leaveOpen: true)) state.Save(to);
        memory.Position = 0;
        var restored = model.NewState();
        using var from = new BinaryReader(memory);
        restored.Restore(from);
        return restored;
    }

    static int[] Bits(ReadOnlySpan<float> values) => System.Runtime.InteropServices.MemoryMarshal.Cast<float, int>(values).ToArray();

    /// <summary>All shut and the same frames again: nothing is worked out, not even the switches. One bit of a frame changes that.</summary>
    [Fact]
    public void Step_OfAFrameThatRepeats_CostsNothing_OnceAllIsShut()
    {
        var config = TinyModels.Config(layers: 2) with { FrontEnd = null, Inputs = TinyModels.Bands, BlockWidth = 11 };
        const int Salience = 5 * 3 * TinyModels.Bands, Switches = (19 + 13) * (5 + 1), Entry = 11 * TinyModels.Bands;
        var tensors = TinyModels.Tensors(config);
        long[] Costs(float bias, float[][] frames)
        {
            foreach (var layer in new[] { 0, 1 })
            {
                Array.Clear(tensors[$"layer.{layer}.switch.own"]);
                Array.Clear(tensors[$"layer.{layer}.switch.salience"]);
                Array.Fill(tensors[$"layer.{layer}.switch.bias"], layer == 0 ? bias : -1);
            }
            var model = new SuRnnModel(config, new SuRnnWeights(config, tensors));
            var state = model.NewState();
            return [.. frames.Select(frame => model.Step(frame, state).MultiplyAdds)];
        }
        var one = TinyModels.Frames(1, silent: 0)[0];
        var other = one.ToArray();
        other[3] = MathF.BitIncrement(other[3]);
        const int Shut = Salience + Switches;
        Assert.Equal([Shut, Shut, Shut, 0, 0, Shut, Shut, Shut, 0], Costs(-1, [one, one, one, one, one, other, other, other, other])); // the salience sees three frames
        const int Lower = 19 * 3 * (11 + 19);
        Assert.Equal([Shut + Entry + Lower, Shut + Lower, Shut + Lower, Switches + Lower, Switches + Lower], Costs(1, [one, one, one, one, one]));
    }
}
