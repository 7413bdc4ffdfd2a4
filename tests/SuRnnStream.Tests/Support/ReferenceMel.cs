namespace SuRnnStream.Tests.Support;

/// <summary>
/// The front end's arithmetic, a float at a time and in plain loops: the specification that every width of vectors keeps to the bit. C# does not fuse
/// a multiply with an add, nor keep more digits than a float has.
/// </summary>
static class ReferenceMel
{
    /// <summary>Squares are summed in 64 parts, which are then folded by halves.</summary>
    public static float Energy(float[] windowed)
    {
        var parts = new float[64];
        for (var i = 0; i < windowed.Length; i++) parts[i % 64] += windowed[i] * windowed[i];
        for (var half = 32; half > 0; half /= 2)
            for (var i = 0; i < half; i++) parts[i] += parts[i + half];
        return parts[0];
    }

    /// <summary>Bins 0 .. N / 2.</summary>
    public static float[] PowerSpectrum(float[] windowed)
    {
        var half = windowed.Length / 2;
        var z = Enumerable.Range(0, half).Select(i => new Pair(windowed[2 * i], windowed[2 * i + 1])).ToArray();
        var stride = 1;
        for (; half / stride >= 4; stride *= 4) z = Radix4(z, stride);
        if (half / stride == 2) z = [.. z[..stride].Zip(z[stride..], (a, b) => a + b), .. z[..stride].Zip(z[stride..], (a, b) => a - b)];
        var power = new float[half + 1];
        for (var k = 0; k < half / 2; k++)
        {
            Pair a = z[k], b = z[(half - k) % half];
            var even = new Pair(0.5f * (a.Re + b.Re), 0.5f * (a.Im - b.Im));
            var odd = new Pair(0.5f * (a.Im + b.Im), 0.5f * (b.Re - a.Re)) * Pair.Unit(k, windowed.Length);
            (power[k], power[half - k]) = ((even + odd).Square, (even - odd).Square);
        }
        power[half / 2] = z[half / 2].Square;
        return power;
    }

    static Pair[] Radix4(Pair[] from, int stride)
    {
        var (quarter, to) = (from.Length / 4, new Pair[from.Length]);
        for (var i = 0; i < quarter; i++)
        {
            var (p, q) = Math.DivRem(i, stride);
            Pair a = from[i], b = from[i + quarter], c = from[i + 2 * quarter], d = from[i + 3 * quarter];
            var turned = new Pair(d.Im - b.Im, b.Re - d.Re);
            Pair[] outputs = [a + c + (b + d), a - c - turned, a + c - (b + d), a - c + turned];
            for (var n = 0; n < 4; n++)
                to[q + stride * (4 * p + n)] = n == 0 || quarter == stride ? outputs[n] : outputs[n] * Pair.Unit(n * p * stride, from.Length);
        }
        return to;
    }

    /// <summary>A band is summed in four parts: bins 0, 4, 8 ..., bins 1, 5, 9 ... and so on.</summary>
    public static float[] Bands(FrontEndConfig config, float[] power) => [.. MelBands.Triangles(config).Select(band =>
    {
        var parts = new float[4];
        for (var i = 0; i < band.Weights.Length; i++) parts[(band.Start + i) % 4] += band.Weights[i] * power[band.Start + i];
        return parts[0] + parts[1] + (parts[2] + parts[3]);
    })];

    /// <summary>ln of a positive number: Cephes' polynomial about 1.</summary>
    public static float Log(float x)
    {
        var scaled = x < 1.17549435e-38f ? x * 8_388_608f : x;
        var bits = BitConverter.SingleToInt32Bits(scaled);
        var power = (bits - 0x3f3504f3) >> 23;
        var f = BitConverter.Int32BitsToSingle(bits - (power << 23)) - 1f;
        var e = power - (x < 1.17549435e-38f ? 23f : 0f);
        float[] coefficients =
        [
            7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f,
            -1.6668057665e-1f, 2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f,
        ];
        var p = coefficients[0];
        foreach (var coefficient in coefficients[1..]) p = p * f + coefficient;
        var square = f * f;
        return f + (p * f * square - e * 2.12194440e-4f - square * 0.5f) + e * 0.693359375f;
    }

    public static float[] Frame(FrontEndConfig config, float[] samples)
    {
        var hann = MelTransform.Hann(config.WindowLength);
        float[] windowed = [.. samples.Zip(hann, (x, w) => x * w)];
        if (!(Energy(windowed) <= float.MaxValue / config.WindowLength / 4)) return new float[config.Bands];
        return [.. Bands(config, PowerSpectrum(windowed)).Select(energy => (Log(Math.Max(energy, config.Floor)) - Log(config.Floor)) * config.Scale)];
    }

    readonly record struct Pair(float Re, float Im)
    {
        public float Square => Re * Re + Im * Im;
        public static Pair operator +(Pair a, Pair b) => new(a.Re + b.Re, a.Im + b.Im);
        public static Pair operator -(Pair a, Pair b) => new(a.Re - b.Re, a.Im - b.Im);
        public static Pair operator *(Pair a, Pair w) => new(a.Re * w.Re - a.Im * w.Im, a.Re * w.Im + a.Im * w.Re);

        /// <summary>e^(-2 pi i k / n).</summary>
        public static Pair Unit(int k, int n) => new((float)Math.Cos(-2 * Math.PI * k / n), (float)Math.Sin(-2 * Math.PI * k / n));
    }
}
