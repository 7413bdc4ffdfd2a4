using System.Text;
using Spectre.Console;

namespace SuRnnStream.Cli;

/// <summary>
/// Lines on a terminal that are drawn again and again in one place. Only lines that have changed are written, as text that needs no more
/// layout: a live display of Spectre's lays out and writes everything every time, which costs more than the detection.
/// </summary>
sealed class AnsiPicture(IAnsiConsole console)
{
    readonly StringBuilder _line = new(), _changes = new();
    List<string> _lines = [], _shown = [];
    int _width, _height, _used;

    /// <summary>256 colours; where there are fewer, none is written.</summary>
    public bool HasColours { get; } = console.Profile.Capabilities.ColorSystem >= ColorSystem.EightBit;

    /// <summary>Starts the next picture.</summary>
    /// <returns>Characters in a line.</returns>
    public int Begin()
    {
        var (width, height) = (console.Profile.Width, console.Profile.Height);
        if ((width, height) != (_width, _height) && _shown.Count > 0) Clear(); // the terminal may have wrapped the lines differently
        (_width, _height) = (width, height);
        _lines.Clear();
        return width - 1;
    }

    /// <summary>Text of one colour, as far as it fits into the line; every character takes up one place.</summary>
    public void Put(ReadOnlySpan<char> text, byte colour)
    {
        text = text[..Math.Clamp(_width - 1 - _used, 0, text.Length)];
        if (text.IsEmpty) return;
        _used += text.Length;
        if (HasColours) _line.Append("\e[38;5;").Append(colour).Append('m');
        _line.Append(text);
    }

    public void EndLine()
    {
        if (_lines.Count < _height - 1) _lines.Add(_line.ToString()); // the cursor is in the last one
        _line.Clear();
        _used = 0;
    }

    /// <summary>Writes what differs from the last picture.</summary>
    public void Show()
    {
        _changes.Clear();
        if (_shown.Count == 0) _changes.Append("\e[?25l"); // no cursor
        else _changes.Append("\e[").Append(_shown.Count).Append('A');
        for (var i = 0; i < _lines.Count; i++)
        {
            if (i >= _shown.Count || _lines[i] != _shown[i]) _changes.Append("\e[2K").Append(_lines[i]).Append("\e[0m");
            _changes.Append("\r\n");
        }
        if (_lines.Count < _shown.Count) _changes.Append("\e[J");
        Write(_changes);
        (_lines, _shown) = (_shown, _lines);
    }

    /// <summary>Takes the picture away, and gives the cursor back.</summary>
    public void Clear()
    {
        if (_shown.Count > 0) Write(_changes.Clear().Append("\e[").Append(_shown.Count).Append("A\e[J\e[?25h"));
        _shown.Clear();
    }

    void Write(StringBuilder text)
    {
        console.Profile.Out.Writer.Write(text);
        console.Profile.Out.Writer.Flush();
    }
}
