using System.IO.Ports;
using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>A serial port and how it is set.</summary>
public sealed record SerialSensorOptions
{
    /// <summary>The port: <c>/dev/ttyUSB0</c>, <c>COM3</c>.</summary>
    public required string Port { get; init; }

    /// <summary>Bits per second, 1 to 20,000,000.</summary>
    public int Baud { get; init; } = 115_200;

    /// <summary>Bits of a character, 5 to 8.</summary>
    public int DataBits { get; init; } = 8;

    /// <summary>The parity bit after them.</summary>
    public Parity Parity { get; init; } = Parity.None;

    /// <summary>The stop bits after that.</summary>
    public StopBits StopBits { get; init; } = StopBits.One;

    /// <summary>Reads <c>serial:///dev/ttyUSB0[?baud=115200&amp;bits=8&amp;parity=none|odd|even|mark|space&amp;stop=1|2]</c>; on Windows <c>serial://COM3</c>.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static SerialSensorOptions Parse(string address)
    {
        var parts = new SensorAddress(address, "baud", "bits", "parity", "stop");
        if (!Enum.TryParse<Parity>(parts["parity"] ?? "none", ignoreCase: true, out var parity)) throw new ArgumentException($"{parts.Text}: 'parity' is none, odd, even, mark or space, not '{PlainText.Cut(parts["parity"]!)}'.");
        return new SerialSensorOptions
        {
            Port = parts.Host.Length > 0 ? parts.Host : parts.Path,
            Baud = parts.Number("baud", 115_200),
            DataBits = parts.Number("bits", 8),
            Parity = parity,
            StopBits = parts.Number("stop", 1) switch
            {
                1 => StopBits.One,
                2 => StopBits.Two,
                var other => throw new ArgumentException($"{parts.Text}: 'stop' is 1 or 2, not {other}."),
            },
        }.Validate();
    }

    /// <summary>The address.</summary>
    public override string ToString() => $"serial://{Port}";

    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    internal SerialSensorOptions Validate()
    {
        RequireText(Port.Length > 1, nameof(Port), Port, "the name of a port: serial:///dev/ttyUSB0");
        RequireText(Baud is >= 1 and <= 20_000_000, nameof(Baud), Baud, "1 to 20000000");
        RequireText(DataBits is >= 5 and <= 8, nameof(DataBits), DataBits, "5 to 8");
        RequireText(Enum.IsDefined(Parity), nameof(Parity), Parity, "None, Odd, Even, Mark or Space");
        RequireText(StopBits is StopBits.One or StopBits.OnePointFive or StopBits.Two, nameof(StopBits), StopBits, "One, OnePointFive or Two");
        return this;
    }
}
