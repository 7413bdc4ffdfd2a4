using System.Numerics;

namespace SuRnnStream.Kernels;

/// <summary>
/// A vector of floats as the FFT, the switches and the filters want it: one implementation for every width that machines have, so that one text of a kernel serves all.
/// Multiplies and adds stay apart, for a fused operation would give other bits where there is one.
/// </summary>
unsafe interface IFloatLanes<T> : IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T> where T : struct, IFloatLanes<T>
{
    /// <summary>Floats in a vector, 4 or more.</summary>
    static abstract int Count { get; }

    static abstract T Load(float* from);
    static abstract T All(float value);
    void Store(float* to);

    /// <summary>The floats at even and at odd places of a and then b.</summary>
    static abstract (T Even, T Odd) Unzip(T a, T b);

    /// <summary>a0 b0 c0 d0 a1 b1 c1 d1 ...: four vectors from <paramref name="to"/> on.</summary>
    static abstract void StoreZipped(T a, T b, T c, T d, float* to);

    /// <summary>The same with runs of four floats: a0..a3 b0..b3 c0..c3 d0..d3 a4..a7 ...</summary>
    static abstract void StoreZippedQuads(T a, T b, T c, T d, float* to);

    /// <summary>The last float first.</summary>
    T Reverse();
}
