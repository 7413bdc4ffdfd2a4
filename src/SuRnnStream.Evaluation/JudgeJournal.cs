using System.Security.Cryptography;
using System.Text;

namespace SuRnnStream.Evaluation;

/// <summary>
/// Remembers in a file what was made of each stream, so that an evaluation of many hours can be interrupted at any moment and goes on where it was, to the same figures
/// to the last bit. Scores that are to be replayed lie there too, and not in memory. A record that was cut off is written again. Several threads may use it.
/// </summary>
sealed class JudgeJournal : IDisposable
{
    const int KeyLength = 32, LongestRecord = 1 << 30;
    static ReadOnlySpan<byte> Magic => "SURNNJ1\n"u8;

    readonly FileStream _file;
    readonly Dictionary<string, (long At, int Length)> _records = []; // by key in hexadecimal digits
    readonly SuRnnConfig _config;
    readonly Lock _lock = new();

    /// <param name="path">Made if need be.</param>
    /// <param name="settings">SHA-256 of everything that all streams depend on: model, options, conditions.</param>
    /// <param name="config">Of the model.</param>
    /// <param name="temporary">True: the file goes when this does.</param>
    /// <exception cref="IOException">The file cannot be opened, or is none or another evaluation's.</exception>
    public JudgeJournal(string path, ReadOnlySpan<byte> settings, SuRnnConfig config, bool temporary = false)
    {
        (Path, _config) = (path, config);
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1 << 16, temporary ? FileOptions.DeleteOnClose : FileOptions.None);
        try
        {
            if (_file.Length < Magic.Length + settings.Length) Begin(settings);
            else
            {
                var head = new byte[Magic.Length + settings.Length];
                _file.ReadExactly(head);
                if (!head.AsSpan(0, Magic.Length).SequenceEqual(Magic)) throw new IOException($"{path}: this is no journal of an evaluation; name another file");
                if (!head.AsSpan(Magic.Length).SequenceEqual(settings)) throw new IOException($"{path}: it was written with another model or other settings; name another file, or remove it");
                Index();
            }
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Streams in it.</summary>
    public int Count => _records.Count;

    /// <summary>What was made of a stream, and what was to be said of its file; null: it is not there.</summary>
    public (JudgedStream Heard, string? Complaint, string? Remark)? Find(byte[] key)
    {
        byte[] record;
        lock (_lock)
        {
            if (!_records.TryGetValue(Convert.ToHexString(key), out var place)) return null;
            record = Read(place.At, place.Length);
        }
        using var reader = new BinaryReader(new MemoryStream(record));
        reader.BaseStream.Position = KeyLength;
        var (complaint, remark) = (Text(reader), Text(reader));
        return (JudgedRecord.Read(reader, record.Length, () => Track(key)), complaint, remark);
    }

    /// <summary>Keeps what was made of a stream.</summary>
    public void Add(byte[] key, JudgedStream heard, string? complaint, string? remark)
    {
        using var record = new MemoryStream();
        using var writer = new BinaryWriter(record);
        writer.Write(key);
        writer.Write(complaint ?? "");
        writer.Write(remark ?? "");
        JudgedRecord.Write(writer, heard);
        writer.Flush();
        var content = record.GetBuffer().AsSpan(0, (int)record.Length);
        lock (_lock)
        {
            var at = _file.Seek(0, SeekOrigin.End);
            _file.Write(BitConverter.GetBytes(content.Length));
            _file.Write(SHA256.HashData(content).AsSpan(0, 8));
            _file.Write(content);
            _file.Flush();
            _records[Convert.ToHexString(key)] = (at + 12, content.Length);
        }
    }

    public void Dispose() => _file.Dispose();

    void Begin(ReadOnlySpan<byte> settings)
    {
        _file.SetLength(0);
        _file.Write(Magic);
        _file.Write(settings);
        _file.Flush();
    }

    /// <summary>Finds the records, and cuts off what follows the last whole one.</summary>
    void Index()
    {
        var good = _file.Position;
        var head = new byte[12];
        while (_file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length)
        {
            var length = BitConverter.ToInt32(head);
            if (length is < KeyLength or > LongestRecord || _file.Position + length > _file.Length) break;
            var record = new byte[length];
            _file.ReadExactly(record);
            if (!SHA256.HashData(record).AsSpan(0, 8).SequenceEqual(head.AsSpan(4))) break;
            _records[Convert.ToHexString(record.AsSpan(0, KeyLength))] = (good + 12, length);
            good = _file.Position;
        }
        _file.SetLength(good);
    }

    byte[] Read(long at, int length)
    {
        var record = new byte[length];
        _file.Position = at;
        _file.ReadExactly(record);
        return record;
    }

    ScoreTrack Track(byte[] key)
    {
        byte[] record;
        lock (_lock) record = _records[Convert.ToHexString(key)] is var place ? Read(place.At, place.Length) : [];
        using var reader = new BinaryReader(new MemoryStream(record));
        reader.BaseStream.Position = KeyLength;
        _ = (Text(reader), Text(reader));
        return JudgedRecord.ReadTrack(reader, _config);
    }

    static string? Text(BinaryReader reader) => reader.ReadString() is { Length: > 0 } text ? text : null;

    /// <summary>A key of texts and numbers.</summary>
    public static byte[] KeyOf(params IEnumerable<string> parts) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts)));
}
