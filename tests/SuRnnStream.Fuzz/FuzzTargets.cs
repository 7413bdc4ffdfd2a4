using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SuRnnStream.Cli;
using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Enrolment;
using SuRnnStream.Server;
using SuRnnStream.Tests.Support;
using SuRnnStream.Wyoming;

namespace SuRnnStream.Fuzz;

/// <summary>Every reader of untrusted bytes, and what it may throw.</summary>
static class FuzzTargets
{
    const string Name = "fuzz";
    static readonly byte[] StateKind = [.. "SURNNST\n"u8], CheckpointKind = [.. "SURNNCK\n"u8];
    static readonly SensorFrontEndConfig Sensor = SensorModels.FrontEnd;
    static readonly StreamingDetector Sound = new(TinyModels.Build(CellKind.Gru, SwitchKind.Both, true, 1)), Sensors = new(SensorModels.Build());
    static readonly string Folder = Directory.Exists("/dev/shm") ? Directory.CreateDirectory($"/dev/shm/surnn-fuzz-{Environment.ProcessId}").FullName : Directory.CreateTempSubdirectory("surnn-fuzz-").FullName; // files are written again and again

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("wav", Wav, typeof(InvalidAudioException)) { Words = ["RIFF", "RF64", "WAVE", "fmt ", "data", "ds64", "LIST"] },
        new("model", Model, typeof(InvalidModelException))
        {
            Made = [Saved(TinyModels.Build(CellKind.Gru, SwitchKind.Both, true, 1)), Saved(SensorModels.Build()), Saved(TinyModels.Build().ToInt8()), Saved(Enrolled())],
            Words = ["SURNN\n", "\"checksum\":\"00000000\"", "\"frontEnd\":null", "\"layers\":[]", "\"shape\":[1000000000,1000000000]", "\"hidden\":2147483647"],
        },
        new("space", Space, typeof(InvalidDataException)) { Made = [SpaceBytes()], Mutations = 8_000, Words = ["SURNN words 1\n", "SURNN words 2\n", "\"vectors\":90000", "\"candidates\":-1", "\"speakers\":[]", "\"size\":512", "\"hours\":0"] },
        new("takes", Takes, typeof(InvalidDataException))
        {
            Made = [[.. """{"format":"surnn takes 1","space":"0","size":8,"voiceSize":8,"words":[{"label":"halt","takes":[{"name":"x","weight":1,"vectors":"ADgAOAA4ADgAOAA4ADgAOAA4ADgAOAA4ADgAOAA4ADg="}],"others":[]}]}"""u8]],
            Mutations = 8_000,
            Words = ["\"vectors\":\"AAAA\"", "\"weight\":-1", "\"size\":512", "\"words\":[]", "\"takes\":null", "\"\\ud800\"", "\"label\":\"halt\""],
        },
        new("state", State, typeof(InvalidDataException)) { Made = [StateOf(Sound, [.. Enumerable.Range(0, 5_000).Select(i => 0.5f * MathF.Sin(0.2f * i))]), StateOf(Sensors, SensorModels.Stream(400))] },
        new("checkpoint", Checkpoint, typeof(InvalidDataException)) { Made = [Sealed(CheckpointKind, [1, 2, 3, 4, 5])] },
        new("wfdb", Wfdb, typeof(InvalidSensorDataException)) { Words = ["212", "310", "311", "16x2", "16:3", "16+24", "/mV", "(1024)", "x/3 ", "~ 5", ".dat", "MLII"] },
        new("edf", Edf, typeof(InvalidSensorDataException)) { Made = [EdfFiles.Bytes("EDF+D", 4, [new("I", "mV", 4), EdfFiles.Times(0, 1, 5, 6)]), EdfFiles.Bytes("", 3, [new("I", "uV", 4), new("acc x", "g", 2)], bdf: true)], Words = ["EDF+C", "-1      ", "32767   ", "EDF Annotations ", "1e308   ", "+1e300\u0014"] },
        new("annotations", Annotations, typeof(InvalidSensorDataException)) { Words = ["## time resolution: 1000", "## annotation type definitions", "## end of definitions", "45 K knock"] },
        new("csv", Csv, typeof(InvalidSensorDataException)) { Words = ["time", "time_ms", "I [mV]", "acc x (g)", "sep=;", "#", "NaN", "2024-05-01T10:00:00Z", "01-05-2024"] },
        new("jsonl", JsonLines, typeof(InvalidSensorDataException)) { Words = ["{\"I\": 1}", "\"time\":", "\"acc x [g]\": 2", "[1, 2]", "{\"\\ud800\":1}"] },
        new("mqtt", Mqtt, typeof(UnusableSensorException)) { Words = ["{\"I\": 1}", "[[1,2],[3,4]]", "1,2\n3,4\n", "I,acc x\n", "{\"\\ud800\":1}"] },
        new("socket", Socket, typeof(ProtocolException)) { Words = ["\"type\":\"hello\"", "\"version\":1", "\"rate\":16000", "\"format\":\"s16\"", "\"model\":", "{\"type\":\"end\"}"] },
        new("wyoming", Wyoming, typeof(WyomingException))
        {
            Made =
            [
                [.. "{\"type\":\"audio-chunk\",\"data\":{\"rate\":16000,\"width\":2,\"channels\":1,\"timestamp\":5},\"payload_length\":8}\nabcdefgh{\"type\":\"audio-stop\"}\n"u8],
                [.. "{\"type\":\"detect\",\"data_length\":21}\n{\"names\":[\"computer\"]}{\"type\":\"describe\",\"data\":null}\n"u8],
            ],
            Words = ["\"data_length\":2147483647", "\"payload_length\":", "\"rate\":48000", "\"width\":4", "\"names\":[", "\"\\ud800\"", "{\"type\":\"ping\"}\n"],
        },
        new("events", Events, typeof(InvalidEventTableException)) { Words = ["label,start,end\n", "yes,1.5,2\n"] },
        new("configuration", Configuration, typeof(OptionsValidationException)) { Words = ["Sources:hall:Address=", "Detectors:door:Source=hall", "Health:DegradedAfter=", "SinkQueue=", "Sources:hall:Live=true", "mqtt://", "replay:"] },
        new("commandline", CommandLine) { Mutations = 4_000, Words = ["--model", "--format", "json", "--channel", "--threshold", "-", "--", "-h", "--rate", "detect", "inspect", "classify"] },
    ];

    static void Wav(byte[] input)
    {
        var samples = new float[4_096];
        foreach (var stream in new Stream[] { new MemoryStream(input), new RestoredStream(input, Stream.Null) })
        {
            using var wav = WavFile.Open(stream, Name);
            while (wav.Read(samples) > 0) Require(samples.All(float.IsFinite), "a sample is no number");
            _ = (wav.Truncated, wav.Remark, wav.SecondData());
        }
    }

    static void Model(byte[] input)
    {
        var model = ModelFile.Load(new MemoryStream(input), Name);
        Require(model.Config.Labels.Count > 0, "there is no label");
    }

    /// <summary>As it came, or under a right checksum.</summary>
    static void Space(byte[] input)
    {
        if (input.Length > 4 && input.Sum(one => one) % 4 != 0)
        {
            var sum = new ChecksumStream();
            sum.Write(input.AsSpan(0, input.Length - 4));
            input = [.. input[..^4], .. BitConverter.GetBytes(Convert.ToUInt32(Encoding.ASCII.GetString(sum.Digits), 16))];
        }
        Require(WordSpace.Load(new MemoryStream(input), Name).BankVectors >= 100, "a bank is too small");
    }

    static void Takes(byte[] input)
    {
        var takes = EnrolledTakes.Load(new MemoryStream(input), Name);
        Require(takes.Words.All(word => takes.TakesOf(word) >= 0), "less than no take");
    }

    /// <summary>As it came; and, so that more than the checksum is tried, its content under a right one.</summary>
    static void State(byte[] input)
    {
        var (detector, samples) = input.AsSpan().IndexOf("channels"u8) < 0 ? (Sound, new float[2_000]) : (Sensors, SensorModels.Stream(50));
        if (input.Length > Envelope.HeaderLength && input.Sum(one => one) % 4 != 0) input = Sealed(StateKind, input[Envelope.HeaderLength..]);
        detector.Restore(new MemoryStream(input));
        detector.Process(samples, _ => { });
        Require(detector.State.Scores.ToArray().All(score => score is >= 0 and <= 1.001f), "a score is none");
    }

    static void Checkpoint(byte[] input) => _ = Envelope.Read(new MemoryStream(input), CheckpointKind, 1, Name, 1 << 30);

    /// <summary>A header, an empty line's two line ends, and the bytes of x.dat.</summary>
    static void Wfdb(byte[] input)
    {
        var end = input.AsSpan().IndexOf("\n\n"u8);
        var header = Path.Combine(Folder, "x.hea");
        File.WriteAllBytes(header, end < 0 ? input : input[..end]);
        File.WriteAllBytes(Path.Combine(Folder, "x.dat"), end < 0 ? [] : input[(end + 2)..]);
        var record = WfdbRecord.Open(header);
        for (var i = 0; i < record.Signals.Count; i++) Require(record.Read(i).Length == record.Moments, "a signal has another length");
    }

    static void Edf(byte[] input)
    {
        var path = Path.Combine(Folder, "x.edf");
        File.WriteAllBytes(path, input);
        var samples = new float[64];
        var source = EdfRecord.Open(path).ToSource(Sensor with { SampleRate = 4, Channels = [new() { Name = "I", Unit = "mV" }] });
        while (source.Read(samples) > 0) { }
    }

    static void Annotations(byte[] input) => _ = WfdbAnnotations.Defined(WfdbAnnotations.Parse(input, Name), Name, () => 360);

    static void Csv(byte[] input) => ReadAll(new CsvSource(new StreamReader(new MemoryStream(input)), Name, Sensor));

    static void JsonLines(byte[] input) => ReadAll(new JsonLinesSource(new StreamReader(new MemoryStream(input)), Name, Sensor));

    static void ReadAll(LineSource source)
    {
        using (source)
        {
            var samples = new float[64];
            while (source.Read(samples) > 0) { }
            _ = (source.Damage, source.Remark);
            Require(source.SamplesLost >= 0, "less than nothing was lost");
        }
    }

    static void Mqtt(byte[] input)
    {
        var queue = new PushSource(Sensor.SampleRate, Sensor.Channels.Count, 1_000);
        var intake = new SensorIntake(Name, Sensor, new LiveSensorOptions().Validate(), queue, text => Require(!text.Contains('\n'), "a complaint has several lines"));
        var text = Encoding.UTF8.GetString(input);
        intake.Take(text, whole: input.Length % 5 != 0);
        intake.Take("1,2", whole: true);
        intake.Take(text, whole: true);
        intake.End();
    }

    static void Socket(byte[] input)
    {
        if (input.Length % 4 == 0) Hello.RequireEnd(input);
        else _ = Hello.Parse(input);
    }

    /// <summary>Every frame, with what is read of those with sound and words.</summary>
    static void Wyoming(byte[] input)
    {
        var reader = new WyomingReader(new MemoryStream(input), FrameLimits.Default);
        SoundIntake? sound = null;
        while (reader.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult() is { } frame)
        {
            using (frame)
            {
                _ = (frame.Texts("names"), frame.Number("timestamp", 0, 1_000_000));
                var format = SoundIntake.FormatOf(frame);
                if (format is { } known) sound ??= SoundIntake.Of(known, 16_000);
                sound?.RequireSame(format);
                if (sound is not null) Require(sound.Take(frame.Payload).Span.IndexOfAnyExceptInRange(-8, 8) < 0, "a sample is no sound");
            }
        }
    }

    static void Events(byte[] input)
    {
        var file = Path.Combine(Folder, "events.csv");
        File.WriteAllBytes(file, input);
        _ = EventTable.Read(file, TimeSpan.FromSeconds(60));
    }

    /// <summary>Lines NAME=VALUE below the section: what is wrong is a fault with its name, never an exception.</summary>
    static void Configuration(byte[] input)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in Encoding.UTF8.GetString(input).Split('\n'))
            if (line.IndexOf('=') is > 0 and var equals) settings[$"{SuRnnStreamOptions.Section}:{line[..equals].Trim()}"] = line[(equals + 1)..].Trim();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSuRnnStream();
        using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<SuRnnStreamOptions>>().Value;
        _ = provider.GetRequiredService<HostPlanner>().TryMake(options, out _);
    }

    /// <summary>Arguments between NULs. Commands that write or wait are read as <c>inspect</c>.</summary>
    static void CommandLine(byte[] input)
    {
        var args = Encoding.UTF8.GetString(input).Split('\0');
        if (args[0] is not ("detect" or "inspect" or "classify" or "-h" or "--help" or "--version" or "")) args[0] = "inspect";
        var (output, errors) = (new StringWriter(), new StringWriter());
        var exitCode = Surnn.RunAsync(args, new Terminal(output, errors, () => new MemoryStream(input))).GetAwaiter().GetResult();
        Require(exitCode is 0 or 1 or 2, $"the exit code is {exitCode}");
        Require(exitCode == 0 || errors.ToString().Length > 0, "it failed without a word");
        foreach (var line in errors.ToString().Split(Environment.NewLine)) Require(!line.Any(c => char.IsControl(c) && c != '\t'), "a control character came out");
        Require(!errors.ToString().Contains("Exception:"), errors.ToString());
    }

    /// <summary>Takes the folder of the inputs away.</summary>
    public static void Clean() => Directory.Delete(Folder, recursive: true);

    static void Require(bool holds, string what)
    {
        if (!holds) throw new FuzzFinding(what);
    }

    static WordSpace TinySpace()
    {
        var (shape, random) = (new WordSpaceShape { Bands = TinyModels.Bands, Channels = 8, Blocks = 1, Kernel = 3, Segments = 2, Segment = 1, Shifts = 1, FramesAfter = 1, Size = 8, VoiceChannels = 8, VoiceSize = 8 }, new Random(1));
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        var tensors = shape.Tensors().Where(tensor => !tensor.Name.EndsWith(".scale", StringComparison.Ordinal)).ToDictionary(tensor => tensor.Name, tensor => Numbers(tensor.Shape.Aggregate(1, (product, side) => product * side)));
        return WordSpace.Of(shape, tensors, [.. Enumerable.Range(0, 100).Select(_ => Numbers(8))], 50, 1, [Numbers(8)], [0], new Dictionary<string, string>());
    }

    static byte[] SpaceBytes()
    {
        var path = Path.Combine(Folder, "x.space");
        TinySpace().Save(path);
        return File.ReadAllBytes(path);
    }

    static SuRnnModel Enrolled() => EnrolledModel.With(TinyModels.Build(), TinySpace(), new(new EnrolledWord("halt", 3), new float[8], 0, new float[8]), "for this test");

    static byte[] Saved(SuRnnModel model)
    {
        var stream = new MemoryStream();
        ModelFile.Save(stream, model, checksum: false); // it alone would refuse every mutation
        return stream.ToArray();
    }

    static byte[] StateOf(StreamingDetector detector, float[] samples)
    {
        detector.Process(samples, _ => { });
        var stream = new MemoryStream();
        detector.Save(stream);
        return stream.ToArray();
    }

    static byte[] Sealed(byte[] kind, byte[] content)
    {
        var stream = new MemoryStream();
        Envelope.Write(stream, kind, 1, content);
        return stream.ToArray();
    }
}

/// <summary>What a reader did that it must never do.</summary>
sealed class FuzzFinding(string what) : Exception(what);
