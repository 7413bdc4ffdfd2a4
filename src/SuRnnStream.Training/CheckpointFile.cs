namespace SuRnnStream.Training;

/// <summary>
/// A training's checkpoint on the disk: sealed (<see cref="Envelope"/>), two generations, each whole or not there. One that is damaged is told and
/// the one before it read; a checkpoint of before there were seals has none and is read as it is.
/// </summary>
static class CheckpointFile
{
    const int Version = 1;
    const long Longest = 2_000_000_000; // bytes

    static ReadOnlySpan<byte> Kind => "SURNNCK\n"u8;

    /// <exception cref="IOException">The file cannot be written; the one before is still there.</exception>
    public static void Write(string file, Action<BinaryWriter> write)
    {
        var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        write(writer);
        writer.Flush();
        SafeFile.Replace(file, to => Envelope.Write(to, Kind, Version, content.GetBuffer().AsSpan(0, (int)content.Length)), keepPrevious: true);
    }

    /// <summary>The content of the checkpoint, or of the one before it where this one is damaged.</summary>
    /// <exception cref="InvalidDataException">Both are damaged, or there is no other.</exception>
    public static BinaryReader Read(string file)
    {
        var previous = SafeFile.PreviousOf(file);
        try
        {
            return File.Exists(file) || !File.Exists(previous) ? Open(file) : Open(previous); // a kill between two moves leaves the one before
        }
        catch (InvalidDataException damaged) when (File.Exists(previous))
        {
            Console.Error.WriteLine($"{damaged.Message} The training goes on from {previous}.");
            return Open(previous);
        }
    }

    /// <summary>True: there is a checkpoint, of this generation or the one before.</summary>
    public static bool Exists(string file) => File.Exists(file) || File.Exists(SafeFile.PreviousOf(file));

    static BinaryReader Open(string file)
    {
        var stream = File.OpenRead(file);
        try
        {
            Span<byte> start = stackalloc byte[Kind.Length];
            var got = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            stream.Position = 0;
            if (!Envelope.IsOne(start[..got], Kind)) return new BinaryReader(stream);
            var content = Envelope.Read(stream, Kind, Version, file, Longest);
            stream.Dispose();
            return new BinaryReader(new MemoryStream(content));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
