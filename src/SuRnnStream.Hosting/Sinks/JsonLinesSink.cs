namespace SuRnnStream;

/// <summary>Appends detections to a file or writes them to standard output: a JSON object a line, see <see cref="HeardJson.ToJson"/>.</summary>
public sealed class JsonLinesSink : IDetectionSink, IAsyncDisposable
{
    const byte LineEnd = (byte)'\n';

    readonly string _path;
    Stream _output; // without a buffer: what is written has been handed to the system

    /// <summary>
    /// Opens the file, which is made if there is none. Others may read it, cut it short, rename or remove it, as programs that rotate logs do, but not write
    /// to it. A last line without an end, of a process that was killed, is ended.
    /// </summary>
    /// <param name="path">The file, or <c>-</c> for standard output.</param>
    /// <exception cref="IOException">The file cannot be opened; the message names it and says what to do.</exception>
    public JsonLinesSink(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (_path, _output) = (path, path == "-" ? OutputPipe.Open() : Open(path));
    }

    /// <summary>
    /// Writes a line at the file's end, also when someone has cut the file short meanwhile. Where the path has come to name another file, or none, that is
    /// opened.
    /// </summary>
    /// <exception cref="IOException">It could not be written, because the disk is full for instance. The file has no part of the line.</exception>
    public async ValueTask WriteAsync(HeardDetection heard, CancellationToken cancellation)
    {
        byte[] line = [.. heard.ToJson(), LineEnd];
        if (_output is FileStream file && _path != "-" && !FileIdentity.IsStill(file, _path))
        {
            var next = Open(_path);
            await _output.DisposeAsync();
            _output = next;
        }
        var end = _output.CanSeek ? _output.Seek(0, SeekOrigin.End) : 0;
        try
        {
            await _output.WriteAsync(line, cancellation);
        }
        catch (Exception failed) when (failed is IOException or OperationCanceledException)
        {
            CutTo(end); // half a line would spoil the next one
            if (failed is OperationCanceledException) throw;
            throw new IOException($"{_path}: a detection could not be written: {failed.Message.TrimEnd('.')}; make room, or name another file.", failed);
        }
    }

    /// <summary>Closes the file.</summary>
    public ValueTask DisposeAsync() => _output.DisposeAsync();

    void CutTo(long end)
    {
        if (!_output.CanSeek) return;
        try
        {
            _output.SetLength(end);
        }
        catch (IOException)
        {
            // it is a device
        }
    }

    static void EndLastLine(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length == 0) return; // a device has no length
        using var file = new FileStream(path, new FileStreamOptions { Access = FileAccess.ReadWrite, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 });
        file.Seek(-1, SeekOrigin.End);
        if (file.ReadByte() != LineEnd) file.WriteByte(LineEnd);
    }

    static FileStream Open(string path)
    {
        try
        {
            EndLastLine(path);
            return new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 });
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path}: cannot be opened for detections: {failed.Message.TrimEnd('.')}; name a file that this user may write, in a folder that is there.", failed);
        }
    }
}
