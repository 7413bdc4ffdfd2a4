using System.IO.Ports;
using System.Text;

namespace SuRnnStream;

/// <summary>Lines from a serial port. The first one is left out: part of it may have been sent before the port was opened.</summary>
sealed class SerialLink(SerialSensorOptions options) : ISensorLink
{
    const int Patience = 200;          // ms of one wait: how soon a stop is noticed
    const int LongestLine = 1 << 16;   // characters

    readonly StringBuilder _line = new();
    bool _whole;

    public string Name => options.ToString();

    public Task RunAsync(Action connected, SensorTextTaker take, TimeSpan connectTimeout, CancellationToken stop) =>
        Task.Factory.StartNew(() => Run(connected, take, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    void Run(Action connected, SensorTextTaker take, CancellationToken stop)
    {
        using var port = Open();
        connected();
        _line.Clear();
        _whole = false;
        var bytes = new byte[4_096];
        while (!stop.IsCancellationRequested)
        {
            var count = Read(port, bytes);
            foreach (var character in Encoding.Latin1.GetString(bytes, 0, count)) Add(character, take);
        }
        stop.ThrowIfCancellationRequested();
    }

    SerialPort Open()
    {
        var port = new SerialPort(options.Port, options.Baud, options.Parity, options.DataBits, options.StopBits) { ReadTimeout = Patience };
        try
        {
            port.Open();
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            port.Dispose();
            throw new CaptureException(Name, OneLine(failed.Message), "plug the device in, name another port, or let this user read it (on Linux: the group dialout)");
        }
        try
        {
            port.DtrEnable = true; // some boards send nothing before they see it
        }
        catch (IOException)
        {
            // a pseudo-terminal has no such wire
        }
        return port;
    }

    /// <returns>Bytes; none where nothing has come for a while.</returns>
    static int Read(SerialPort port, byte[] bytes)
    {
        try
        {
            var count = port.BaseStream.Read(bytes, 0, bytes.Length);
            return count > 0 ? count : throw new IOException("the device has gone");
        }
        catch (TimeoutException)
        {
            return 0;
        }
        catch (Exception gone) when (gone is InvalidOperationException or UnauthorizedAccessException or OperationCanceledException)
        {
            throw new IOException("the device has gone: " + OneLine(gone.Message), gone);
        }
    }

    void Add(char character, SensorTextTaker take)
    {
        if (character is not ('\n' or '\r'))
        {
            if (_line.Length < LongestLine) _line.Append(character);
            return;
        }
        if (_line.Length == 0 && _whole) return;
        take(_line.ToString(), _whole);
        _line.Clear();
        _whole = true;
    }

    static string OneLine(string text) => text.ReplaceLineEndings(" ").TrimEnd('.');
}
