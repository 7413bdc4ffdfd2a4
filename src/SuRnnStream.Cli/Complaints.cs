namespace SuRnnStream.Cli;

/// <summary>Says what is wrong with files, at most ten times; the rest is counted.</summary>
sealed class Complaints(Terminal terminal)
{
    const int Most = 10;
    readonly Lock _lock = new();
    int _remarks;

    /// <summary>Files or folders that something was wrong with.</summary>
    public int Count { get; private set; }

    /// <summary>A file cannot be used, or a part of it.</summary>
    public void Add(string text)
    {
        lock (_lock)
            if (Count++ < Most) terminal.Complain(text);
    }

    /// <summary>A file was used, but may not be as it seems.</summary>
    public void Remark(string text)
    {
        lock (_lock)
            if (_remarks++ < Most) terminal.Complain(text);
    }

    /// <summary>Says how many more there were.</summary>
    public void End()
    {
        if (Count > Most) terminal.Complain($"... and {Words.Count(Count - Most, "more file")} that could not be read; {Words.Count(Count, "file")} in all");
        if (_remarks > Most) terminal.Complain($"... and {Words.Count(_remarks - Most, "more remark")} of this kind");
    }
}
