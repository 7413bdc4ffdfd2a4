using System.Text;

namespace SuRnnStream;

/// <summary>Lines of a text of which none may be longer than <see cref="Longest"/>: a file of one endless line costs no memory.</summary>
sealed class BoundedLines(TextReader text, Func<long, Exception> tooLong) : IDisposable
{
    /// <summary>Characters: more than any moment of 256 channels needs.</summary>
    public const int Longest = 1 << 16;

    readonly char[] _buffer = new char[4_096];
    readonly StringBuilder _line = new();
    int _at, _filled;
    bool _afterReturn;
    long _number;

    /// <summary>The next line without its end; null: there is none.</summary>
    public string? ReadLine()
    {
        _line.Clear();
        var any = false;
        while (true)
        {
            if (_at == _filled)
            {
                (_at, _filled) = (0, text.Read(_buffer, 0, _buffer.Length));
                if (_filled == 0) return any ? _line.ToString() : null;
            }
            if (_afterReturn && _buffer[_at] == '\n') _at++; // the end of the line before
            _afterReturn = false;
            if (_at == _filled) continue;
            if (!any) _number++;
            any = true;
            var rest = _buffer.AsSpan(_at, _filled - _at);
            var end = rest.IndexOfAny('\r', '\n');
            var piece = end < 0 ? rest : rest[..end];
            if (_line.Length + piece.Length > Longest) throw tooLong(_number);
            _line.Append(piece);
            _at += piece.Length;
            if (end < 0) continue;
            _afterReturn = _buffer[_at++] == '\r';
            return _line.ToString();
        }
    }

    /// <summary>All lines of a small file.</summary>
    public static IEnumerable<string> Of(string path, Func<long, Exception> tooLong)
    {
        using var lines = new BoundedLines(new StreamReader(path), tooLong);
        while (lines.ReadLine() is { } line) yield return line;
    }

    public void Dispose() => text.Dispose();
}
