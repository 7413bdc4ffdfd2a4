using System.Runtime.InteropServices;
using System.Text;

namespace SuRnnStream.Training.Tests.Support;

/// <summary>An ONNX file of the shape of openWakeWord's heads: sigmoid(flatten(x) · w), x [1, windows, size]. Field numbers are those of onnx.proto.</summary>
static class HeadFile
{
    const int Float = 1, IrVersion = 8, Opset = 14;

    public static byte[] Of(float[] weights, int windows, int size)
    {
        var tensor = new Message().Add(1, weights.Length).Add(1, 1).Add(2, Float).Add(8, "w").Add(9, MemoryMarshal.AsBytes<float>(weights));
        var graph = new Message()
            .Add(1, Node("Flatten", ["x"], "flat")).Add(1, Node("MatMul", ["flat", "w"], "logit")).Add(1, Node("Sigmoid", ["logit"], "score"))
            .Add(2, "head").Add(5, tensor).Add(11, Value("x", 1, windows, size)).Add(12, Value("score", 1, 1));
        return new Message().Add(1, IrVersion).Add(7, graph).Add(8, new Message().Add(1, "").Add(2, Opset)).ToArray();
    }

    static Message Node(string operation, string[] inputs, string output)
    {
        var node = new Message();
        foreach (var input in inputs) node.Add(1, input);
        return node.Add(2, output).Add(4, operation);
    }

    static Message Value(string name, params int[] shape)
    {
        var sides = new Message();
        foreach (var side in shape) sides.Add(1, new Message().Add(1, side));
        return new Message().Add(1, name).Add(2, new Message().Add(1, new Message().Add(1, Float).Add(2, sides)));
    }

    /// <summary>A protobuf message: each field a key (number and kind), then a varint or a length and bytes.</summary>
    sealed class Message
    {
        readonly List<byte> _bytes = [];

        public Message Add(int field, long value)
        {
            Write((ulong)(field << 3));
            Write((ulong)value);
            return this;
        }

        public Message Add(int field, ReadOnlySpan<byte> bytes)
        {
            Write((ulong)(field << 3 | 2));
            Write((ulong)bytes.Length);
            _bytes.AddRange(bytes);
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
