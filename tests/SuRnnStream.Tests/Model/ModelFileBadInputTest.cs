using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Model;

/// <summary>Whatever a file holds: it loads, or one line names the file, the place and the remedy.</summary>
public sealed class ModelFileBadInputTest
{
    const string Name = "some/where.surnn";

    static readonly byte[] Good = Save(TinyModels.Build(CellKind.Gru, SwitchKind.Both, true, 1));
    static readonly int HeaderLength = BinaryPrimitives.ReadInt32LittleEndian(Good.AsSpan(8));
    static readonly int TensorArea = (12 + HeaderLength + 63) / 64 * 64;

    [Fact]
    public void Load_OfWhatSaveWrote_Works() => Assert.Equal(19, Load(Good).Config.Layers[0].Hidden);

    [Fact]
    public void Load_ShorterThanWhole_IsRefusedAtEveryLength()
    {
        for (var length = 0; length < TensorArea + 200; length++) Refused(Good[..length]);
        for (var length = TensorArea + 200; length < Good.Length; length += 61) Refused(Good[..length], "the file ends before the tensor");
        Refused(Good[..^1], "the file ends before the tensor 'head.bias' does, 1 bytes are missing");
        Assert.Equal(Good.Length - 4, Refused(Good[..^4]).Offset);
    }

    /// <summary>A number for a name would be another kind in the next version, and the second of two members is not what a checksum's reader sees.</summary>
    [Theory, InlineData("switch", "1"), InlineData("cell", "1"), InlineData("precision", "0"), InlineData("readout", "0"), InlineData("head", "0")]
    public void Load_WithANumberForAName_IsRefused(string member, string number)
    {
        var text = Header().ToJsonString();
        var changed = System.Text.RegularExpressions.Regex.Replace(text, $"\"{member}\":\"[a-zA-Z0-9]*\"", $"\"{member}\":{number}");
        if (changed == text) changed = text.Insert(1, $"\"{member}\":{number},"); // one that is left out where it is as usual
        Refused(File(changed));
    }

    [Theory, InlineData("\"name\":\"layer.0.bias\"", "\"name\":\"layer.0.bias\",\"name\":\"layer.0.bias\""), InlineData("\"name\":\"layer.0.bias\"", "\"name\":null")]
    public void Load_WithAMemberTwice_OrNullForText_IsRefused(string member, string twice)
    {
        var text = Header().ToJsonString();
        Assert.Contains(member, text);
        Refused(File(text.Replace(member, twice)));
    }

    [Fact]
    public void Load_OfSomethingElse_SaysSo()
    {
        Refused([], "not a SuRnnStream model");
        Refused("RIFF....WAVEfmt "u8, "not a SuRnnStream model");
        Refused("surnn is a lower-case text file\n"u8, "not a SuRnnStream model");
        Refused([.. "SURNN\r\n"u8, .. Good.AsSpan(6)], "not a SuRnnStream model"); // through a line-end converter
        Refused(new byte[5_000], "not a SuRnnStream model");
    }

    [Fact]
    public void Load_OfAnotherVersion_SaysWhatToDo()
    {
        Assert.Contains("Update SuRnnStream", Refused(With(6, 99, 0), "version 99").Message);
        Assert.Contains("Update SuRnnStream", Refused(With(6, 0, 1), "version 256").Message);
        Refused(With(6, 0, 0), "version 0");
    }

    [Fact]
    public void Load_WithAHeaderLengthThatCannotBe_IsRefused()
    {
        foreach (var length in new uint[] { uint.MaxValue, int.MaxValue, (16 << 20) + 1, (uint)(Good.Length - 12 + 1) })
        {
            var bytes = Good.ToArray();
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), length);
            Assert.Equal(8, Refused(bytes, $"{length} bytes").Offset);
        }
        Refused(With(8, 0, 0, 0, 0));
        Refused(With(8, 1, 0, 0, 0));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"labels\": [\"a\",\n\"b\"\n")]
    [InlineData("{\"labels\": 7}")]
    public void Load_WithABrokenHeader_IsRefused(string json) => Refused(File(json));

    [Fact]
    public void Load_WithBrokenJson_NamesTheByte() => Assert.Equal(12 + 17, Refused(File("{\"card\":\n{},\n   x}\n")).Offset + 1);

    [Fact]
    public void Load_WithBytesThatAreNotUtf8_IsRefused()
    {
        var at = Good.AsSpan().IndexOf("\"yes\""u8) + 1;
        Refused(With(at, 0xff));
        Refused(With(at, 0xed, 0xa0, 0x80)); // half a surrogate pair
    }

    [Fact]
    public void Load_WithAnyFieldMissingOrNull_NamesIt()
    {
        foreach (var path in Paths(Header(), []))
        {
            if (path[0] == "card") continue; // its lines are not fields
            Refused(Changed(header => At(header, path[..^1]).AsObject().Remove(path[^1])), $"'{path[^1]}'");
            Refused(Changed(header => At(header, path[..^1])[path[^1]] = null));
        }
        Refused(Changed(header => header["card"] = new JsonObject { ["note"] = null }), "card");
        Refused(Changed(header => header["labels"]![0] = null), "none empty");
        Refused(Changed(header => header["layers"]![0] = null));
        Refused(Changed(header => header["tensors"]![0] = null));
    }

    [Fact]
    public void Load_WithUnknownFields_IgnoresThem() => Load(Changed(header =>
    {
        header["future"] = new JsonObject { ["a"] = 1 };
        header["frontEnd"]!["future"] = true;
        header["tensors"]![0]!["future"] = "x";
    }));

    [Fact]
    public void Load_WithAFieldTwice_IsRefused() =>
        Refused(File(Header().ToJsonString().Replace("\"labels\"", "\"background\":[],\"labels\"")));

    [Fact]
    public void Load_WithSettingsOutOfRange_NamesThem()
    {
        Refused(Changed(header => header["layers"]![0]!["hidden"] = 0), "1 to 4096 neurons");
        Refused(Changed(header => header["layers"]![0]!["hidden"] = int.MaxValue), "1 to 4096 neurons");
        Refused(Changed(header => header["layers"]![0]!["hidden"] = 1.5));
        Refused(Changed(header => header["layers"]![0]!["cell"] = "elman"), "cell");
        Refused(Changed(header => header["layers"]![0]!["cell"] = 1), "cell");
        Refused(Changed(header => header["layers"]![0]!["harmonics"] = 0), "harmonics");
        Refused(Changed(header => header["readout"] = "sometimes"), "readout");
        Refused(Changed(header => header["readout"] = null), "readout");
        Refused(Changed(header => header["head"] = 1), "head");
        Refused(Changed(header => header["inputs"] = 12), "12 inputs"); // beside a front end
        Refused(Changed(header => header["frontEnd"] = null), "0 inputs");
        Refused(Changed(header => (header["frontEnd"], header["inputs"]) = (null, 4_097)), "4097 inputs");
        Refused(Changed(header => header["layers"] = new JsonArray()), "recurrent layers");
        Refused(Changed(header => header["labels"]![1] = "noise"), "all different");
        Refused(Changed(header => header["background"]![0] = "a\r\nb\u2028c"), "a  b c"); // the message stays one line
        Refused(Changed(header => header["background"]![0] = "nothing"), "background labels");
        Refused(Changed(header => header["frontEnd"]!["windowLength"] = 300), "power of two");
        Refused(Changed(header => header["frontEnd"]!["bands"] = 256), "narrower");
        Refused(Changed(header => header["frontEnd"]!["floor"] = 0), "Floor");
        Refused(Changed(header => header["stem"]![0]!["kernel"] = -1), "kernel");
        Refused(Changed(header => header["stem"]![0]!["residual"] = true), "residual");
        Refused(Changed(header => header["salience"]!["size"] = 1_000_000), "salience");
        Refused(Changed(header => header["detector"]!["threshold"] = 1.5), "Threshold");
        Refused(Changed(header => header["detector"]!["refractorySeconds"] = -1), "Refractory");
        Refused(Changed(header => header["detector"]!["thresholds"]!["maybe"] = 0.5), "maybe");
    }

    [Fact]
    public void Load_WithTensorsThatDoNotFit_NamesThem()
    {
        var first = Header()["tensors"]![0]!["name"]!.GetValue<string>();
        void Tensor(string field, JsonNode value, string says) => Refused(Changed(header => header["tensors"]![0]![field] = value), says);
        Tensor("shape", new JsonArray(1 << 30, 1 << 30), $"'{first}' has the shape [1073741824, 1073741824]");
        Tensor("shape", new JsonArray(-10, 3, -12), first);
        Tensor("shape", new JsonArray(10L << 32, 3, 12), "");
        Tensor("shape", new JsonArray(), first);
        Tensor("shape", new JsonArray(12, 3, 10), first);
        Tensor("dtype", "f16", "Update SuRnnStream");
        Tensor("dtype", "i8", "is of type 'i8', not 'f32'");
        Tensor("name", "layer.9.input", "'layer.9.input' has no place");
        Tensor("length", 0, first);
        Tensor("length", -4, first);
        Tensor("length", long.MaxValue, first);
        foreach (var offset in new[] { 1, 4, 64, -64, long.MaxValue, long.MinValue }) Tensor("offset", offset, first);
        Refused(Changed(header => header["tensors"]![2]!["offset"] = 0), "not 0"); // lies on top of the first
        Refused(Changed(header => header["tensors"]!.AsArray().RemoveAt(0)), "begins at 0");
        Refused(Changed(header => header["tensors"]!.AsArray().Clear()), "follow the last tensor");
        Refused(Changed(header => header["tensors"]!.AsArray().Add(header["tensors"]![0]!.DeepClone())), first);
    }

    [Fact]
    public void Load_WithTheLastTensorLeftOut_NamesIt()
    {
        var before = Header()["tensors"]!.AsArray()[^2]!;
        var without = Changed(header => header["tensors"]!.AsArray().RemoveAt(header["tensors"]!.AsArray().Count - 1));
        Refused(without, "follow the last tensor");
        var area = (12 + BinaryPrimitives.ReadInt32LittleEndian(without.AsSpan(8)) + 63) / 64 * 64;
        var end = area + before["offset"]!.GetValue<int>() + before["length"]!.GetValue<int>();
        Refused(without[..end], "'head.bias' is missing");
    }

    [Fact]
    public void Weights_OfInt8_AreMultiplesOfScalesThatAreNotNegative()
    {
        var model = TinyModels.Build(stem: true).ToInt8();
        InvalidDataException Bad(string name, float value)
        {
            var tensors = SuRnnWeights.Shapes(model.Config).ToDictionary(tensor => tensor.Name, tensor => model.Weights[tensor.Name].ToArray());
            tensors[name][7] = value;
            return Assert.Throws<InvalidDataException>(() => new SuRnnWeights(model.Config, tensors));
        }
        var scale = model.Weights["layer.0.scale"][0];
        Assert.Contains("'layer.0.input' holds", Bad("layer.0.input", 1.5f * scale).Message);
        Assert.Contains("no multiple", Bad("layer.0.input", 128 * scale).Message);
        Assert.Contains("no multiple", Bad("layer.0.recurrent", 1e9f).Message);
        Assert.Contains("'layer.0.scale' holds -1", Bad("layer.0.scale", -1).Message);
    }

    [Fact]
    public void Load_WithANumberThatIsNone_NamesTheTensor()
    {
        Refused(With(TensorArea + 8, BitConverter.GetBytes(float.NaN)), "'stem.0.weight' holds NaN at place 2");
        Refused(With(Good.Length - 4, BitConverter.GetBytes(float.NegativeInfinity)), "'head.bias' holds");
    }

    [Fact]
    public void Load_WithARateThatIsNone_NamesTheTensor()
    {
        var model = Save(TinyModels.Build(CellKind.Rnn, SwitchKind.Random));
        var rate = BitConverter.GetBytes(TinyModels.Tensors(TinyModels.Config(CellKind.Rnn, SwitchKind.Random))["layer.0.switch.rate"][3]);
        var at = model.AsSpan().IndexOf(rate);
        Refused([.. model[..at], .. BitConverter.GetBytes(1.5f), .. model[(at + 4)..]], "'layer.0.switch.rate' holds 1.5 at place 3");
    }

    [Fact]
    public void Load_WithBytesWhereNoneBelong_IsRefused()
    {
        Assert.Equal(Good.Length, Refused([.. Good, 0], "1 bytes follow").Offset);
        Refused([.. Good, .. Good], "follow");
        var padding = 12 + HeaderLength;
        if (padding < TensorArea) Refused(With(padding, 1), "padding");
    }

    [Fact]
    public void Load_OfMutatedFiles_LoadsOrRefuses()
    {
        var random = new Random(2026);
        var (loaded, before) = (0, GC.GetAllocatedBytesForCurrentThread());
        const int Tries = 4_000;
        for (var i = 0; i < Tries; i++)
        {
            var bytes = Mutate(random);
            try
            {
                Load(bytes);
                loaded++;
            }
            catch (InvalidModelException wrong)
            {
                AssertReadable(wrong);
            }
        }
        Assert.InRange(loaded, 1, Tries - 1_000);
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Tries;
        Assert.True(each < 40 * Good.Length, $"{each} bytes were allocated for each file of {Good.Length}");
    }

    static byte[] Mutate(Random random)
    {
        var bytes = Good.ToArray();
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var end = random.Next(4) == 0 ? bytes.Length : Math.Min(bytes.Length, 12 + HeaderLength); // most of them into the header
            var at = random.Next(Math.Max(1, end));
            bytes = random.Next(7) switch
            {
                0 => bytes[..at],
                1 => [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]],
                2 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(20))..]],
                3 => Replaced(bytes, at, (byte)"0123456789-\"[]{},:.eE"[random.Next(21)]),
                4 => Replaced(bytes, at, (byte)random.Next(256)),
                5 when at < bytes.Length => Replaced(bytes, at, (byte)(bytes[at] ^ (1 << random.Next(8)))),
                _ => Replaced(bytes, random.Next(8, 12), (byte)random.Next(256)),
            };
        }
        return bytes;
    }

    /// <summary>A search among the labels for each name of the background would take a hundred times as long where there are many labels.</summary>
    [Fact]
    public void Load_OfALargeHeaderOfRubbish_IsQuick()
    {
        for (var tries = 1; ; tries++)
        {
            var (few, many) = (Took(labels: 10), Took(labels: 10_000));
            if (many < 15 * few) return;
            Assert.True(tries < 5, $"took {many}, and with few labels {few}"); // another program may have had the core
        }

        static TimeSpan Took(int labels)
        {
            var names = new JsonArray([.. Enumerable.Range(0, labels).Select(i => (JsonNode)$"l{i}")]);
            var background = new JsonArray([.. Enumerable.Repeat($"l{labels - 1}", 1_000_000).Select(label => (JsonNode)label)]);
            var bytes = Changed(header => (header["labels"], header["background"]) = (names, background));
            var clock = System.Diagnostics.Stopwatch.StartNew();
            Assert.True(Refused(bytes).Message.Length < 1_000);
            return clock.Elapsed;
        }
    }

    [Fact]
    public void Load_FromAPipe_ReadsAndRefusesAlike()
    {
        Assert.Equal(19, ModelFile.Load(new Forward(Good), Name).Config.Layers[0].Hidden);
        var wrong = Assert.Throws<InvalidModelException>(() => ModelFile.Load(new Forward(Good[..^9]), Name));
        AssertReadable(wrong);
    }

    [Fact]
    public void Load_InTheMiddleOfAStream_StartsThere()
    {
        var stream = new MemoryStream([.. new byte[77], .. Good]) { Position = 77 };
        Assert.Equal(19, ModelFile.Load(stream, Name).Config.Layers[0].Hidden);
    }

    [Fact]
    public void Save_ToAPath_ReplacesTheFileWholeOrNotAtAll()
    {
        var folder = Directory.CreateTempSubdirectory("surnn-test-");
        try
        {
            var path = Path.Combine(folder.FullName, "model.surnn");
            System.IO.File.WriteAllText(path, "an older file, longer or not");
            ModelFile.Save(path, Load(Good));
            Assert.Equal(ShippedFile.Saved(Load(Good)), System.IO.File.ReadAllBytes(path));
            Assert.Equal(19, ModelFile.Load(path).Config.Layers[0].Hidden);

            var card = new Dictionary<string, string> { ["long"] = new('x', 17 << 20) };
            var tooLong = TinyModels.Build(TinyModels.Config(), card: card);
            Assert.Throws<ArgumentException>(() => ModelFile.Save(path, tooLong));
            Assert.Equal(ShippedFile.Saved(Load(Good)), System.IO.File.ReadAllBytes(path));
            Assert.Single(folder.GetFiles());

            Assert.Throws<FileNotFoundException>(() => ModelFile.Load(path + ".not"));
            System.IO.File.WriteAllBytes(path, Good[..100]);
            Assert.StartsWith(path + ": ", Assert.Throws<InvalidModelException>(() => ModelFile.Load(path)).Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static byte[] Save(SuRnnModel model)
    {
        var stream = new MemoryStream();
        ModelFile.Save(stream, model, checksum: false); // else it alone would find each of these
        return stream.ToArray();
    }

    static SuRnnModel Load(byte[] bytes) => ModelFile.Load(new MemoryStream(bytes), Name);

    static InvalidModelException Refused(ReadOnlySpan<byte> bytes, string says = "") => Refused(bytes.ToArray(), says);

    static InvalidModelException Refused(byte[] bytes, string says = "")
    {
        var wrong = Assert.Throws<InvalidModelException>(() => Load(bytes));
        AssertReadable(wrong);
        Assert.InRange(wrong.Offset, 0, Math.Max(bytes.Length, TensorArea));
        Assert.Contains(says, wrong.Message);
        return wrong;
    }

    static void AssertReadable(InvalidModelException wrong)
    {
        Assert.StartsWith(Name + ": ", wrong.Message);
        Assert.Contains($"(byte {wrong.Offset})", wrong.Message);
        Assert.DoesNotContain(wrong.Message, c => char.IsControl(c) || c is '\u2028' or '\u2029');
    }

    static byte[] With(int at, params byte[] values) => [.. Good[..at], .. values, .. Good[(at + values.Length)..]];

    static byte[] Replaced(byte[] bytes, int at, byte value)
    {
        if (at < bytes.Length) bytes[at] = value;
        return bytes;
    }

    static JsonObject Header() => JsonNode.Parse(Good.AsSpan(12, HeaderLength))!.AsObject();

    static byte[] Changed(Action<JsonObject> change)
    {
        var header = Header();
        change(header);
        return File(header.ToJsonString(new JsonSerializerOptions { MaxDepth = 64 }));
    }

    /// <summary>A file with this header and the good file's tensors.</summary>
    static byte[] File(string json)
    {
        var header = Encoding.UTF8.GetBytes(json);
        var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write(Good.AsSpan(0, 8));
        writer.Write(header.Length);
        writer.Write(header);
        while (file.Length % 64 != 0) writer.Write((byte)0);
        writer.Write(Good.AsSpan(TensorArea));
        return file.ToArray();
    }

    static JsonNode At(JsonNode node, string[] path) =>
        path.Aggregate(node, (at, step) => int.TryParse(step, CultureInfo.InvariantCulture, out var index) ? at[index]! : at[step]!);

    /// <summary>Paths of all fields, of lists those of the first entry.</summary>
    static IEnumerable<string[]> Paths(JsonNode node, string[] path) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Paths(field.Value!, [.. path, field.Key]).Prepend([.. path, field.Key])),
        JsonArray { Count: > 0 } list => Paths(list[0]!, [.. path, "0"]),
        _ => [],
    };

    /// <summary>Cannot seek, and gives a few bytes at a time.</summary>
    sealed class Forward(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1_000));
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1_000)]);
        public override void CopyTo(Stream to, int bufferSize)
        {
            var buffer = new byte[1_000];
            for (int got; (got = Read(buffer, 0, 1_000)) > 0;) to.Write(buffer, 0, got);
        }
    }
}
