using System.Buffers.Binary;

namespace SuRnnStream.Tests.Support;

/// <summary>Writes records for tests: the other direction of what the project reads.</summary>
static class WfdbFiles
{
    /// <summary>A record NAME.hea, NAME.dat of these signals, in steps of 1/200 mV around 0; steps are 12 bits in format 212, 16 bits in format 16.</summary>
    /// <returns>The header's path.</returns>
    public static string Write(string folder, string name, int format, double rate, params (string Name, short[] Steps)[] signals)
    {
        var moments = signals[0].Steps.Length;
        short[] turns = [.. Enumerable.Range(0, moments * signals.Length).Select(n => signals[n % signals.Length].Steps[n / signals.Length])];
        File.WriteAllBytes(Path.Combine(folder, name + ".dat"), format == 16 ? Format16(turns) : Format212(turns));
        var lines = signals.Select(signal => $"{name}.dat {format} 200 {(format == 16 ? 16 : 12)} 0 {signal.Steps[0]} {unchecked((short)signal.Steps.Sum(step => (long)step))} 0 {signal.Name}");
        var header = Path.Combine(folder, name + ".hea");
        File.WriteAllLines(header, [FormattableString.Invariant($"{name} {signals.Length} {rate} {moments}"), .. lines, "# made for a test"]);
        return header;
    }

    static byte[] Format16(short[] steps)
    {
        var bytes = new byte[2 * steps.Length];
        for (var i = 0; i < steps.Length; i++) BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * i), steps[i]);
        return bytes;
    }

    static byte[] Format212(short[] steps)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < steps.Length; i += 2)
        {
            int first = steps[i] & 0xFFF, second = i + 1 < steps.Length ? steps[i + 1] & 0xFFF : 0;
            bytes.AddRange([(byte)first, (byte)(first >> 8 | (second >> 8) << 4), (byte)second]);
        }
        return [.. bytes];
    }

    /// <summary>Annotations of beats, and behind them the end mark.</summary>
    public static byte[] Annotations(params (long Moment, int Type)[] beats)
    {
        var (bytes, before) = (new List<byte>(), 0L);
        void Word(int word) => bytes.AddRange([(byte)word, (byte)(word >> 8)]);
        foreach (var (moment, type) in beats)
        {
            var increment = (int)(moment - before);
            before = moment;
            if (increment is < 0 or > 1_023)
            {
                Word(59 << 10);
                Word((int)((uint)increment >> 16));
                Word(increment & 0xFFFF);
                increment = 0;
            }
            Word(type << 10 | increment);
        }
        Word(0);
        return [.. bytes];
    }
}
