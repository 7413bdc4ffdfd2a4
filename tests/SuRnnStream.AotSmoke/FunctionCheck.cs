using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;

namespace SuRnnStream.AotSmoke;

/// <summary>exp, sigmoid, tanh and ln, the neurons' sums turned round for them, and numbers rounded to 16 bits.</summary>
static unsafe class FunctionCheck
{
    const int Steps = 20_000;

    public static Digest Run()
    {
        var digest = new Digest();
        foreach (var function in new Func<Vector256<float>, Vector256<float>>[] { Activations.Exp, Activations.Sigmoid, Activations.Tanh })
            for (var i = 0; i <= Steps; i++) AddAll(digest, function, -90 + 180f * i / Steps);
        for (var i = 0; i <= Steps; i++) AddAll(digest, NaturalLog.Of, BitConverter.Int32BitsToSingle(1 + (int)((long)i * 0x7f7ffffe / Steps))); // all magnitudes
        Turned(digest);
        for (var length = RowKernel.Int8Lanes; length <= 1_024; length += RowKernel.Int8Lanes) Rounded(digest, length);
        return digest;
    }

    /// <summary>Every lane of a vector gives what the first does.</summary>
    static void AddAll(Digest digest, Func<Vector256<float>, Vector256<float>> function, float x)
    {
        var result = function(Vector256.Create(x));
        if (result.AsInt32() != Vector256.Create(result.AsInt32()[0])) throw new DeviationException($"{function.Method.Name} of {x:R} is {result}: it depends on the lane");
        digest.Add(result[0]);
    }

    static void Turned(Digest digest)
    {
        var sums = new AlignedBuffer(4 * Activations.Lanes);
        for (var i = 0; i < sums.Length; i++) sums.Span[i] = i;
        var (first, second, third, fourth) = Activations.Transpose(sums.Pointer);
        for (var n = 0; n < Activations.Lanes; n++)
        {
            float[] ofNeuron = [first[n], second[n], third[n], fourth[n]];
            DeviationException.Require([4 * n, 4 * n + 1, 4 * n + 2, 4 * n + 3], ofNeuron, $"the sums of neuron {n}, turned round");
            digest.Add(ofNeuron);
        }
    }

    static void Rounded(Digest digest, int length)
    {
        var random = new Random(length);
        AlignedBuffer x = new(length), q = new(length);
        foreach (ref var value in x.Span) value = (random.NextSingle() - 0.5f) * (1 << random.Next(20));
        digest.Add(Quantizer.Activations(x.Pointer, length, (short*)q.Pointer));
        foreach (var value in new Span<short>(q.Pointer, length)) digest.Add(value);
    }
}
