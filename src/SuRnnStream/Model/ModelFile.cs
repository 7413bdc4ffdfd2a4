using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>Reads and writes model files (.surnn); FORMAT.md describes the bytes.</summary>
public static class ModelFile
{
    const int Version = 9;
    const int PrefixLength = 12;             // magic, version, header length
    const int LongestHeader = 16 << 20;
    const int Alignment = 64;
    const long LongestPiped = 1L << 30;      // bytes of a model that comes through a pipe, which have to be kept
    const string Ending = ".surnn";
    const string Float32 = "f32", Int8 = "i8";
    const string Damaged = "The file is damaged: get it again, or train and save the model again";
    const string Newer = "Update SuRnnStream to read it";

    static ReadOnlySpan<byte> Magic => "SURNN\n"u8;
    static ReadOnlySpan<byte> NoChecksum => "00000000"u8;
    static ReadOnlySpan<byte> AfterChecksum => "\"}\n"u8;

    /// <summary>Reads a model from a file.</summary>
    /// <exception cref="InvalidModelException">The file is no model, is damaged, or was written by a newer SuRnnStream.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static SuRnnModel Load(string path)
    {
        using var file = File.OpenRead(path);
        return Load(file, path);
    }

    /// <summary>
    /// The file of a model that is named as settings and commands name it: by name (<c>wake-words</c>), which is looked for in the folder <c>models</c> beside the
    /// app and below <paramref name="folder"/>, or by path, from <paramref name="folder"/> and then from the app's folder.
    /// </summary>
    /// <param name="nameOrPath">A name without an ending, or a path that ends in .surnn.</param>
    /// <param name="folder">Where relative paths begin: a host's content root. Null: the current folder.</param>
    /// <returns>The full path of a file that is there.</returns>
    /// <exception cref="ArgumentException">It is empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file; the message lists every place that was looked at, and says how the package SuRnnStream.Models brings it.</exception>
    public static string Find(string nameOrPath, string? folder = null) => ModelSearch.Find(nameOrPath, folder ?? Environment.CurrentDirectory, AppContext.BaseDirectory);

    /// <summary>
    /// Reads a model in the folder <c>models</c> beside the app, wherever the app is started from. The package SuRnnStream.Models
    /// puts it there: <c>&lt;SuRnnModels&gt;commands&lt;/SuRnnModels&gt;</c> in the app's project.
    /// </summary>
    /// <param name="name">The file's name, with or without its ending: "commands" is models/commands.surnn.</param>
    /// <exception cref="ArgumentException">That is a path, or nothing.</exception>
    /// <exception cref="FileNotFoundException">There is no such file beside the app; the message says which there are.</exception>
    /// <exception cref="InvalidModelException">The file is no model, is damaged, or was written by a newer SuRnnStream.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SuRnnModel LoadByName(string name) => Load(PathByName(AppContext.BaseDirectory, name));

    internal static string PathByName(string app, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.AsSpan().IndexOfAny('/', '\\') >= 0) throw new ArgumentException($"'{name}' is a path, not a model's name: use ModelFile.Load.", nameof(name));
        var folder = Path.Combine(app, "models");
        var path = Path.Combine(folder, name.EndsWith(Ending, StringComparison.Ordinal) ? name : name + Ending);
        if (File.Exists(path)) return path;
        string[] there = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*" + Ending).Select(Path.GetFileNameWithoutExtension).OfType<string>().Order()] : [];
        throw new FileNotFoundException($"There is no model {path}{(there.Length > 0 ? $", only {string.Join(", ", there)}" : "")}. "
            + "Reference SuRnnStream.Models and name it in the app's project, as <SuRnnModels>commands</SuRnnModels>.", path);
    }

    /// <summary>Reads a model from the stream's position to its end; <paramref name="name"/> is used in messages.</summary>
    /// <exception cref="InvalidModelException">The stream holds no model, a damaged one, or one by a newer SuRnnStream.</exception>
    public static SuRnnModel Load(Stream from, string name)
    {
        ArgumentNullException.ThrowIfNull(from);
        if (!from.CanSeek) from = Copy(from, name); // sizes are checked against what is there before anything is allocated for them
        try
        {
            return new Reader(from, name).Read();
        }
        catch (EndOfStreamException shorter)
        {
            throw new InvalidModelException(name, from.Length, "the file became shorter while it was read", Damaged, shorter);
        }
    }

    /// <summary>A pipe's bytes, once they begin as a model does.</summary>
    static MemoryStream Copy(Stream from, string name)
    {
        var (copy, piece) = (new MemoryStream(), new byte[1 << 16]);
        var got = from.ReadAtLeast(piece, PrefixLength, throwOnEndOfStream: false);
        if (!piece.AsSpan(0, got).StartsWith(Magic)) throw NoModel(name);
        for (; got > 0; got = from.Read(piece))
        {
            if (copy.Length + got > LongestPiped) throw new InvalidModelException(name, copy.Length, $"it goes on after {LongestPiped >> 20} MiB", "Save it as a file, and give its path");
            copy.Write(piece, 0, got);
        }
        copy.Position = 0;
        return copy;
    }

    static InvalidModelException NoModel(string name) => new(name, 0, "this is not a SuRnnStream model, there is no 'SURNN' at its start", "Give the path of a .surnn file");

    /// <summary>Writes a file beside <paramref name="path"/>, then moves it there: an old file is replaced whole or not at all.</summary>
    /// <exception cref="ArgumentException">The header (card, labels) is larger than 16 MiB.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, SuRnnModel model) => SafeFile.Replace(path, file => Save(file, model));

    /// <summary>Writes the model at the stream's position. The same model always gives the same bytes.</summary>
    /// <exception cref="ArgumentException">The header (card, labels) is larger than 16 MiB.</exception>
    public static void Save(Stream to, SuRnnModel model) => Save(to, model, checksum: true);

    /// <summary>Without a checksum: as files were written before there was one.</summary>
    internal static void Save(Stream to, SuRnnModel model, bool checksum)
    {
        var tensors = new List<TensorHeader>();
        var scales = SuRnnWeights.Quantized(model.Config).ToDictionary();
        long end = 0;
        foreach (var (name, shape) in SuRnnWeights.Shapes(model.Config))
        {
            var dtype = scales.ContainsKey(name) ? Int8 : Float32;
            var tensor = new TensorHeader { Name = name, Shape = shape, Dtype = dtype, Offset = Align(end), Length = Bytes(shape, dtype) };
            tensors.Add(tensor);
            end = tensor.Offset + tensor.Length;
        }
        var none = checksum ? Encoding.ASCII.GetString(NoChecksum) : null;
        var json = JsonSerializer.SerializeToUtf8Bytes(ModelHeader.From(model, [.. tensors], none), ModelJson.Strict.ModelHeader);
        byte[] header = [.. json, (byte)'\n'];
        if (header.Length > LongestHeader)
            throw new ArgumentException($"The header has {header.Length} bytes, at most {LongestHeader} are allowed: shorten the card.");

        Span<byte> prefix = stackalloc byte[PrefixLength], padding = stackalloc byte[Alignment];
        padding.Clear();
        Magic.CopyTo(prefix);
        BinaryPrimitives.WriteUInt16LittleEndian(prefix[6..], VersionOf(model));
        BinaryPrimitives.WriteUInt32LittleEndian(prefix[8..], (uint)header.Length);
        if (checksum)
        {
            var sum = new ChecksumStream();
            WriteAll(sum, prefix, header, padding);
            sum.Digits.CopyTo(DigitsIn(header));
        }
        WriteAll(to, prefix, header, padding);

        void WriteAll(Stream to, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> header, ReadOnlySpan<byte> padding)
        {
            to.Write(prefix);
            to.Write(header);
            var at = (long)PrefixLength + header.Length;
            foreach (var tensor in tensors)
            {
                to.Write(padding[..(int)(Align(at) - at)]);
                if (scales.TryGetValue(tensor.Name, out var scale)) WriteMultiples(to, model.Weights[tensor.Name], model.Weights[scale]);
                else WriteFloats(to, model.Weights[tensor.Name]);
                at = Align(at) + tensor.Length;
            }
        }
    }

    /// <summary>Where a header that ends as it is written has the digits of its checksum.</summary>
    static Span<byte> DigitsIn(Span<byte> header) => header[^(NoChecksum.Length + AfterChecksum.Length)..^AfterChecksum.Length];

    /// <summary>The first version whose readers understand such a model.</summary>
    static ushort VersionOf(SuRnnModel model)
    {
        var config = model.Config;
        if (config.Sensor is { KnowsRhythm: true } || (config.FrameSwitch is not null && !config.Holds)) return 9;
        if (config.BlockWidth > 0) return 8;
        if (config.Verifier is not null) return 7;
        if (config.Words is not null) return 6;
        if (model.Defaults.Rule != GateRule.Scores || config.Holds || config.Stem.Any(layer => layer.Dilation > 1)) return 5;
        if (config.Sensor is not null) return 4;
        if (config.Precision == Precision.Int8) return 3;
        var first = config is { FrontEnd: not null, Readout: Readout.PerStep, Head: HeadKind.Softmax }
            && config.Layers.All(layer => layer.Cell != CellKind.Lstm && layer.Switch != SwitchKind.Random);
        return (ushort)(first ? 1 : 2);
    }

    static long Align(long offset) => (offset + Alignment - 1) / Alignment * Alignment;

    static long Bytes(int[] shape, string dtype) => shape.Aggregate((long)(dtype == Int8 ? sizeof(sbyte) : sizeof(float)), (product, side) => product * side);

    static void FromLittleEndian(Span<int> values)
    {
        if (!BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(values, values);
    }

    static void WriteFloats(Stream to, ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            to.Write(MemoryMarshal.AsBytes(values));
            return;
        }
        Span<byte> four = stackalloc byte[sizeof(float)];
        foreach (var value in values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(four, value);
            to.Write(four);
        }
    }

    /// <summary>Weights as multiples of their row's scale.</summary>
    static void WriteMultiples(Stream to, ReadOnlySpan<float> weights, ReadOnlySpan<float> scale)
    {
        var bytes = new byte[weights.Length];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)Quantizer.Weight(weights[i], scale[i / (weights.Length / scale.Length)]);
        to.Write(bytes);
    }

    sealed class Reader(Stream from, string name)
    {
        readonly long _start = from.Position;
        readonly long _length = from.Length - from.Position;

        long At => from.Position - _start;

        public SuRnnModel Read()
        {
            var header = ReadHeader();
            var area = Align(At);
            try
            {
                var config = header.ToConfig().Validate();
                if (config.FrontEnd is { } frontEnd) MelBands.Triangles(frontEnd); // refuses bands that are narrower than an FFT bin
                var defaults = header.Detector.ToOptions().Validate(config);
                return new SuRnnModel(config, new SuRnnWeights(config, ReadTensors(header, config)), defaults, header.Card);
            }
            catch (ArgumentException wrong)
            {
                throw new InvalidModelException(name, PrefixLength, wrong.Message, Damaged, wrong);
            }
            catch (InvalidDataException wrong)
            {
                throw new InvalidModelException(name, area, wrong.Message, Damaged, wrong);
            }
        }

        ModelHeader ReadHeader()
        {
            Span<byte> prefix = stackalloc byte[PrefixLength];
            var got = from.ReadAtLeast(prefix, PrefixLength, throwOnEndOfStream: false);
            if (!prefix[..got].StartsWith(Magic)) throw NoModel(name);
            if (got < PrefixLength) throw Wrong(got, "the file ends in its first line");
            var version = BinaryPrimitives.ReadUInt16LittleEndian(prefix[6..]);
            if (version > Version) throw Wrong(6, $"the format is version {version}, this SuRnnStream reads up to {Version}", Newer);
            if (version == 0) throw Wrong(6, "the format is version 0, which never was");
            var length = BinaryPrimitives.ReadUInt32LittleEndian(prefix[8..]);
            var most = Math.Min(LongestHeader, _length - PrefixLength);
            if (length > most) throw Wrong(8, $"the header is said to have {length} bytes, but at most {most} are possible");
            var json = new byte[length];
            from.ReadExactly(json);
            try
            {
                var header = JsonSerializer.Deserialize(json, ModelJson.Strict.ModelHeader);
                var whole = header is not null && !header.Card.Values.Contains(null!);
                if (!whole) throw new JsonException("The header or a line of its card is null.");
                if (header!.Checksum is { } checksum) Verify(prefix, json, checksum);
                return header;
            }
            catch (JsonException broken)
            {
                throw new InvalidModelException(name, PrefixLength + Place(json, broken), broken.Message, Damaged, broken);
            }
        }

        /// <summary>Takes the whole file once more, and comes back.</summary>
        void Verify(ReadOnlySpan<byte> prefix, byte[] json, string checksum)
        {
            var after = from.Position;
            if (!json.AsSpan().EndsWith(AfterChecksum) || json.Length < NoChecksum.Length + AfterChecksum.Length) throw Wrong(PrefixLength, "the checksum is not the last thing in the header");
            NoChecksum.CopyTo(DigitsIn(json));
            var sum = new ChecksumStream();
            sum.Write(prefix);
            sum.Write(json);
            from.CopyTo(sum);
            from.Position = after;
            if (!sum.Digits.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(checksum))) throw Wrong(PrefixLength, $"the checksum is {sum}, but the header says {checksum}");
        }

        /// <summary>Byte of the header that the parser complains of.</summary>
        static long Place(ReadOnlySpan<byte> json, JsonException broken)
        {
            var place = 0;
            for (var line = 0; line < (broken.LineNumber ?? 0); line++) place += json[place..].IndexOf((byte)'\n') + 1;
            return Math.Min(place + (broken.BytePositionInLine ?? 0), json.Length);
        }

        /// <summary>Checks each tensor against what the model needs and what the file holds; only then allocates it.</summary>
        Dictionary<string, float[]> ReadTensors(ModelHeader header, SuRnnConfig config)
        {
            var shapes = SuRnnWeights.Shapes(config).ToDictionary();
            var scales = SuRnnWeights.Quantized(config).ToDictionary();
            var tensors = new Dictionary<string, float[]>();
            var area = Align(At);
            long end = 0; // from the start of the area
            foreach (var tensor in header.Tensors)
            {
                CheckDescription(tensor, shapes, scales.ContainsKey(tensor.Name) ? Int8 : Float32, Align(end));
                end = tensor.Offset + tensor.Length;
                var missing = area + end - _length;
                if (missing > 0) throw Wrong(_length, $"the file ends before the tensor '{tensor.Name}' does, {missing} bytes are missing");
                SkipPadding();
                var values = tensor.Dtype == Int8 ? ReadBytes(tensor.Length) : ReadFloats(tensor.Length);
                if (!tensors.TryAdd(tensor.Name, values)) throw Wrong(PrefixLength, $"the tensor '{tensor.Name}' is there twice");
            }
            if (At != _length) throw Wrong(At, $"{_length - At} bytes follow the last tensor");
            foreach (var (weights, scale) in scales) Multiply(tensors.GetValueOrDefault(weights, []), tensors.GetValueOrDefault(scale, []));
            return tensors;
        }

        float[] ReadFloats(long bytes)
        {
            var values = new float[bytes / sizeof(float)];
            from.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            FromLittleEndian(MemoryMarshal.Cast<float, int>(values.AsSpan()));
            return values;
        }

        float[] ReadBytes(long bytes)
        {
            var values = new byte[bytes];
            from.ReadExactly(values);
            var floats = new float[bytes];
            Widen(MemoryMarshal.Cast<byte, sbyte>(values.AsSpan()), floats);
            return floats;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        static void Widen(ReadOnlySpan<sbyte> from, Span<float> to)
        {
            for (var i = 0; i < from.Length; i++) to[i] = from[i];
        }

        /// <summary>Whole numbers to the weights that they encode. A missing tensor is reported later.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        static void Multiply(float[] weights, float[] scale)
        {
            for (var r = 0; r < scale.Length; r++)
                foreach (ref var weight in weights.AsSpan(weights.Length / scale.Length * r, weights.Length / scale.Length)) weight *= scale[r];
        }

        void CheckDescription(TensorHeader tensor, Dictionary<string, int[]> shapes, string dtype, long offset)
        {
            var about = $"the tensor '{tensor.Name}'";
            if (tensor.Dtype is not (Float32 or Int8)) throw Wrong(PrefixLength, $"{about} is of type '{tensor.Dtype}', this SuRnnStream reads f32 and i8", Newer);
            if (!shapes.TryGetValue(tensor.Name, out var shape)) throw Wrong(PrefixLength, $"{about} has no place in this model");
            if (tensor.Dtype != dtype) throw Wrong(PrefixLength, $"{about} is of type '{tensor.Dtype}', not '{dtype}'");
            if (!tensor.Shape.AsSpan().SequenceEqual(shape))
                throw Wrong(PrefixLength, $"{about} has the shape [{string.Join(", ", tensor.Shape)}], not [{string.Join(", ", shape)}]");
            if (tensor.Length != Bytes(shape, dtype)) throw Wrong(PrefixLength, $"{about} has {Bytes(shape, dtype)} bytes, not {tensor.Length}");
            if (tensor.Offset != offset) throw Wrong(PrefixLength, $"{about} begins at {offset} of the tensor area, not {tensor.Offset}");
        }

        void SkipPadding()
        {
            Span<byte> padding = stackalloc byte[(int)(Align(At) - At)];
            from.ReadExactly(padding);
            if (padding.ContainsAnyExcept((byte)0)) throw Wrong(At - padding.Length, "the padding before a tensor is not zero");
        }

        InvalidModelException Wrong(long offset, string problem, string remedy = Damaged) => new(name, offset, problem, remedy);
    }
}
