using System.Runtime.InteropServices;
using System.Text;

namespace SuRnnStream.Peers;

/// <summary>
/// A model file of ONNX Runtime with one GRU layer (reset-after, batch 1): inputs X [T, 1, D] and initial_h [1, 1, H], output Y_h [1, 1, H],
/// any T. ONNX stacks the gates z, r, n as our files do. Field numbers are those of onnx.proto.
/// </summary>
static class OnnxGru
{
    const int Float = 1, Int = 2; // TensorProto.DataType.FLOAT, AttributeProto.AttributeType.INT
    const int IrVersion = 8, Opset = 14;

    /// <param name="input">W [3H, D].</param>
    /// <param name="recurrent">U [3H, H].</param>
    /// <param name="bias">b [3H], added to W x.</param>
    /// <param name="candidateBias">c [H], added to U_n h.</param>
    public static byte[] Model(ReadOnlySpan<float> input, ReadOnlySpan<float> recurrent, ReadOnlySpan<float> bias, ReadOnlySpan<float> candidateBias)
    {
        var hidden = candidateBias.Length;
        var inputs = input.Length / (3 * hidden);
        float[] biases = [.. bias, .. new float[2 * hidden], .. candidateBias]; // of W x, then of U h
        var node = new Message();
        foreach (var name in new[] { "X", "W", "R", "B", "", "initial_h" }) node.Add(1, name); // no sequence_lens
        node.Add(2, "").Add(2, "Y_h").Add(4, "GRU");
        node.Add(5, new Message().Add(1, "hidden_size").Add(3, hidden).Add(20, Int));
        node.Add(5, new Message().Add(1, "linear_before_reset").Add(3, 1).Add(20, Int));
        var graph = new Message().Add(1, node).Add(2, "gru");
        graph.Add(5, Tensor("W", [1, 3 * hidden, inputs], input));
        graph.Add(5, Tensor("R", [1, 3 * hidden, hidden], recurrent));
        graph.Add(5, Tensor("B", [1, 6 * hidden], biases));
        graph.Add(11, Value("X", null, 1, inputs)).Add(11, Value("initial_h", 1, 1, hidden)).Add(12, Value("Y_h", 1, 1, hidden));
        return new Message().Add(1, IrVersion).Add(2, "surnn-peers").Add(7, graph).Add(8, new Message().Add(1, "").Add(2, Opset)).ToArray();
    }

    static Message Tensor(string name, ReadOnlySpan<int> shape, ReadOnlySpan<float> values)
    {
        var tensor = new Message();
        foreach (var side in shape) tensor.Add(1, side);
        return tensor.Add(2, Float).Add(8, name).Add(9, MemoryMarshal.AsBytes(values)); // little-endian, as the machines are
    }

    /// <summary>A tensor that goes in or out; a side without a length is any.</summary>
    static Message Value(string name, params ReadOnlySpan<int?> shape)
    {
        var sides = new Message();
        foreach (var side in shape) sides.Add(1, side is { } length ? new Message().Add(1, length) : new Message().Add(2, "T"));
        return new Message().Add(1, name).Add(2, new Message().Add(1, new Message().Add(1, Float).Add(2, sides)));
    }

    /// <summary>A protobuf message: fields one after the other, each a key (number and kind), and a varint or a length and bytes.</summary>
    sealed class Message
    {
        const int Varint = 0, Bytes = 2;

        readonly List<byte> _bytes = [];

        public Message Add(int field, long value)
        {
            Write((ulong)(field << 3 | Varint));
            Write((ulong)value);
            return this;
        }

        public Message Add(int field, ReadOnlySpan<byte> bytes)
        {
            Write((ulong)(field << 3 | Bytes));
            Write((ulong)bytes.Length);
            CollectionExtensions.AddRange(_bytes, bytes);
            return this;
        }

        public Message Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text));

        public Message Add(int field, Message message) => Add(field, CollectionsMarshal.AsSpan(message._bytes));

        public byte[] ToArray() => [.. _bytes];

        void Write(ulong value)
        {
            for (; value >= 0x80; value >>= 7) _bytes.Add((byte)(value | 0x80));
            _bytes.Add((byte)value);
        }
    }
}
