using System.Globalization;
using System.Text;

namespace SuRnnStream.Tests.Support;

/// <summary>A signal that is to be written: its samples, or the texts of its data records.</summary>
sealed record EdfSignalToWrite(string Name, string Unit, int PerRecord)
{
    public int[] Samples { get; init; } = [];
    public string[] Texts { get; init; } = [];
    public (double Min, double Max) Physical { get; init; } = (-10, 10);
    public (int Min, int Max) Digital { get; init; } = (-1_000, 1_000);
}

/// <summary>Files in EDF and BDF, written by the specification and by no code that reads them.</summary>
static class EdfFiles
{
    /// <summary>Annotations that say when each data record begins.</summary>
    public static EdfSignalToWrite Times(params double[] seconds) => new("EDF Annotations", "", 12)
    {
        Texts = [.. seconds.Select(second => string.Create(CultureInfo.InvariantCulture, $"{(second < 0 ? "" : "+")}{second}\u0014\u0014\0"))],
        Digital = (-32_768, 32_767),
    };

    public static byte[] Bytes(string reserved, int records, EdfSignalToWrite[] signals, double seconds = 1, bool bdf = false, int? saidRecords = null)
    {
        var header = new StringBuilder();
        void Field(string text, int width) => header.Append(text.PadRight(width)[..width]);
        void Fields(int width, Func<EdfSignalToWrite, string> of) => Array.ForEach(signals, signal => Field(of(signal), width));
        Field(bdf ? "?BIOSEMI" : "0", 8);
        Field("X", 80);
        Field("Startdate X", 80);
        Field("29.11.26", 8);
        Field("12.00.00", 8);
        Field($"{256 + 256 * signals.Length}", 8);
        Field(reserved, 44);
        Field($"{saidRecords ?? records}", 8);
        Field(seconds.ToString(CultureInfo.InvariantCulture), 8);
        Field($"{signals.Length}", 4);
        Fields(16, signal => signal.Name);
        Fields(80, _ => "");
        Fields(8, signal => signal.Unit);
        Fields(8, signal => signal.Physical.Min.ToString(CultureInfo.InvariantCulture));
        Fields(8, signal => signal.Physical.Max.ToString(CultureInfo.InvariantCulture));
        Fields(8, signal => $"{signal.Digital.Min}");
        Fields(8, signal => $"{signal.Digital.Max}");
        Fields(80, _ => "");
        Fields(8, signal => $"{signal.PerRecord}");
        Fields(32, _ => "");
        var bytes = Encoding.ASCII.GetBytes(header.ToString()).ToList();
        if (bdf) bytes[0] = 0xFF;
        var width = bdf ? 3 : 2;
        for (var record = 0; record < records; record++)
        {
            foreach (var signal in signals)
            {
                if (signal.Texts.Length > 0) bytes.AddRange(Encoding.ASCII.GetBytes(signal.Texts[record].PadRight(width * signal.PerRecord, '\0')));
                else for (var i = 0; i < signal.PerRecord; i++) bytes.AddRange(BitConverter.GetBytes(signal.Samples.ElementAtOrDefault(record * signal.PerRecord + i))[..width]);
            }
        }
        return [.. bytes];
    }
}
