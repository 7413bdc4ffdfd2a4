using System.Runtime.InteropServices;
using System.Text;
using SuRnnStream.Peers;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Peers;

/// <summary>The model file, read back with the field numbers of onnx.proto and run by the formulas of ONNX's GRU operator.</summary>
public class OnnxGruTest
{
    const int Inputs = 3, Hidden = 5;

    readonly SuRnnModel _ours;
    readonly Dictionary<int, List<Field>> _file, _graph;

    public OnnxGruTest()
    {
        var config = new SuRnnConfig
        {
            FrontEnd = null,
            Inputs = Inputs,
            Layers = [new RecurrentLayer(CellKind.Gru, Hidden, SwitchKind.None)],
            Labels = ["no", "yes"],
        };
        var weights = TinyModels.Tensors(config);
        _ours = new SuRnnModel(config, new SuRnnWeights(config, weights));
        _file = Parse(OnnxGru.Model(weights["layer.0.input"], weights["layer.0.recurrent"], weights["layer.0.bias"], weights["layer.0.candidate_bias"]));
        _graph = Parse(_file[7][0].Bytes);
    }

    [Fact]
    public void Model_RunByTheOperatorsFormulas_IsOurGru()
    {
        var tensors = _graph[5].Select(field => Parse(field.Bytes)).ToDictionary(tensor => tensor[8][0].Text);
        double[] Values(string name, params int[] shape)
        {
            Assert.Equal(shape, tensors[name][1].Select(side => (int)side.Number));
            Assert.Equal(1, tensors[name][2][0].Number); // float
            var values = MemoryMarshal.Cast<byte, float>(tensors[name][9][0].Bytes).ToArray();
            Assert.Equal(shape.Aggregate((a, b) => a * b), values.Length);
            return [.. values.Select(value => (double)value)];
        }
        double[] w = Values("W", 1, 3 * Hidden, Inputs), r = Values("R", 1, 3 * Hidden, Hidden), b = Values("B", 1, 6 * Hidden);
        double Row(double[] rows, int row, double[] x) => x.Select((value, i) => rows[row * x.Length + i] * value).Sum();
        double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

        var (state, random, h) = (_ours.NewState(), new Random(5), new double[Hidden]);
        for (var t = 0; t < 20; t++)
        {
            float[] frame = [.. Enumerable.Range(0, Inputs).Select(_ => 4 * random.NextSingle() - 2)];
            _ours.Step(frame, state);
            double[] x = [.. frame.Select(value => (double)value)];
            h = [.. Enumerable.Range(0, Hidden).Select(i => // gates z, r, h; linear_before_reset = 1
            {
                double OfInput(int gate) => Row(w, gate * Hidden + i, x) + b[gate * Hidden + i];
                double OfState(int gate) => Row(r, gate * Hidden + i, h) + b[(3 + gate) * Hidden + i];
                var (keep, look) = (Sigmoid(OfInput(0) + OfState(0)), Sigmoid(OfInput(1) + OfState(1)));
                return (1 - keep) * Math.Tanh(OfInput(2) + look * OfState(2)) + keep * h[i];
            })];
            for (var i = 0; i < Hidden; i++) Assert.Equal(h[i], state.Hidden(0)[i], 1e-5);
        }
    }

    [Fact]
    public void Model_SaysWhatItIs()
    {
        Assert.Equal(8, _file[1][0].Number);
        Assert.Equal(14, Parse(_file[8][0].Bytes)[2][0].Number);
        var node = Parse(Assert.Single(_graph[1]).Bytes);
        Assert.Equal("GRU", node[4][0].Text);
        Assert.Equal(["X", "W", "R", "B", "", "initial_h"], node[1].Select(field => field.Text));
        Assert.Equal(["", "Y_h"], node[2].Select(field => field.Text));
        var attributes = node[5].Select(field => Parse(field.Bytes)).ToDictionary(attribute => attribute[1][0].Text);
        Assert.All(attributes.Values, attribute => Assert.Equal(2, attribute[20][0].Number)); // an integer
        Assert.Equal((Hidden, 1), (attributes["hidden_size"][3][0].Number, attributes["linear_before_reset"][3][0].Number));
        Assert.Equal(["X T,1,3", "initial_h 1,1,5"], _graph[11].Select(Shape));
        Assert.Equal(["Y_h 1,1,5"], _graph[12].Select(Shape));
    }

    static string Shape(Field value)
    {
        var info = Parse(value.Bytes);
        var tensor = Parse(Parse(info[2][0].Bytes)[1][0].Bytes);
        Assert.Equal(1, tensor[1][0].Number);
        var sides = Parse(tensor[2][0].Bytes)[1].Select(side => Parse(side.Bytes)).Select(side => side.TryGetValue(1, out var length) ? $"{length[0].Number}" : side[2][0].Text);
        return $"{info[1][0].Text} {string.Join(',', sides)}";
    }

    sealed record Field(long Number, byte[] Bytes)
    {
        public string Text => Encoding.UTF8.GetString(Bytes);
    }

    /// <summary>The fields of a protobuf message by number.</summary>
    static Dictionary<int, List<Field>> Parse(byte[] message)
    {
        var (at, fields) = (0, new Dictionary<int, List<Field>>());
        long Varint()
        {
            var value = 0L;
            for (var shift = 0; ; shift += 7)
            {
                var part = message[at++];
                value |= (long)(part & 0x7f) << shift;
                if (part < 0x80) return value;
            }
        }
        while (at < message.Length)
        {
            var key = Varint();
            var number = Varint();
            var bytes = (key & 7) switch { 0 => [], 2 => message[at..(at += (int)number)], var kind => throw new InvalidDataException($"kind {kind}") };
            if (!fields.TryGetValue((int)(key >> 3), out var list)) fields[(int)(key >> 3)] = list = [];
            list.Add(new Field(number, bytes));
        }
        return fields;
    }
}
