using System.Text.Json;
using SuRnnStream.Cli;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

public sealed class DetectCommandTest : CliTest
{
    [Fact]
    public async Task Json_IsTheContract()
    {
        var sound = AsPcm(ToneModel.Tones(3));
        var path = Wav("three.wav", sound);
        var run = await Run("detect", path, "--model", ModelPath, "--format", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(4, run.Json.Length);

        var expected = ToneModel.Detect(Model, sound);
        foreach (var (detection, json) in expected.Zip(run.Json))
        {
            Assert.Equal(["source", "label", "score", "start", "end", "time"], Names(json));
            Assert.Equal((path, detection.Label), (json.GetProperty("source").GetString(), json.GetProperty("label").GetString()));
            Assert.Equal(detection.Score, json.GetProperty("score").GetSingle());
            Assert.Equal(detection.Start.TotalSeconds, json.GetProperty("start").GetDouble());
            Assert.Equal(detection.End.TotalSeconds, json.GetProperty("end").GetDouble());
            Assert.Equal(detection.Time.TotalSeconds, json.GetProperty("time").GetDouble());
        }
        var last = run.Json[^1];
        Assert.Equal(["summary"], Names(last));
        var summary = last.GetProperty("summary");
        string[] names =
        [
            "seconds", "frames", "framesSkipped", "openRatio", "macs", "macsDense", "weightBytes", "weightBytesDense",
            "frontEndSeconds", "networkSeconds", "realTimeFactor", "dropped",
        ];
        Assert.Equal(names, Names(summary));
        Assert.Equal((double)sound.Length / ToneModel.Rate, summary.GetProperty("seconds").GetDouble());
        Assert.Equal((sound.Length + 159) / 160, summary.GetProperty("frames").GetInt64());
        Assert.Equal(0, summary.GetProperty("dropped").GetInt64());
        Assert.True(summary.GetProperty("realTimeFactor").GetDouble() > 0);
    }

    [Theory, InlineData("detect"), InlineData("listen"), InlineData("evaluate"), InlineData("bench")]
    public async Task AVerifier_InAProgramWithoutARuntime_NamesTheProgramThatHasOne(string command)
    {
        var path = Wav("one.wav", ToneModel.Tones(1));
        string[] input = command switch { "bench" => ["--seconds", "1"], "evaluate" => ["--negatives", path], _ => [path] };
        var run = await Run([command, .. input, "--model", ModelPath, "--verifier", "some.look"]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("surnn-onnx", run.Error);
        Assert.Contains("some.look", run.Error);
    }

    [Fact]
    public async Task ManyInputs_AreTakenInOrder_AndSummedUp()
    {
        Wav("sounds/b.wav", ToneModel.Tones(1));
        Wav("sounds/a.WAV", ToneModel.Tones(1));
        Wav("sounds/c/d.wav", ToneModel.Tones(1, rate: 44_100), 44_100);
        var first = Wav("z.wav", ToneModel.Tones(2));
        var run = await Run("detect", first, "--format", "json", Folder.File("sounds"), "--model", ModelPath); // options anywhere
        Assert.Equal(0, run.ExitCode);
        string[] sources = [first, first, .. from name in new[] { "a.WAV", "b.wav", "c/d.wav" } select Path.Combine(Folder.File("sounds"), name)];
        Assert.Equal(sources, run.Json[..^1].Select(json => json.GetProperty("source").GetString()));
        Assert.Equal(1.3 + 3 * 0.8, run.Json[^1].GetProperty("summary").GetProperty("seconds").GetDouble(), 3);
    }

    [Fact]
    public async Task InputsThatCannotBeRead_AreNamed_AndTheOthersAreProcessed()
    {
        var good = Wav("good.wav", ToneModel.Tones(1));
        File.WriteAllText(Folder.File("text.wav"), "This is no sound.");
        Directory.CreateDirectory(Folder.File("empty"));
        var (missing, text, empty) = (Folder.File("missing.wav"), Folder.File("text.wav"), Folder.File("empty"));
        var run = await Run("detect", missing, text, empty, good, "--model", ModelPath, "--format", "csv");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(2, run.Lines.Length);
        Assert.StartsWith(good, run.Lines[1]);
        Assert.Equal(3, run.Errors.Length);
        Assert.Equal($"surnn: {missing}: there is no such file or folder", run.Errors[0]);
        Assert.StartsWith($"surnn: {text}: ", run.Errors[1]);
        Assert.Equal($"surnn: {empty}: there is no sound file ({string.Join(", ", AudioFile.Extensions)}) in this folder", run.Errors[2]);
    }

    [Theory, InlineData("detect"), InlineData("listen")]
    public async Task ARecordingOfSensors_ForAModelOfSound_AsksForAModelOfSensors(string command)
    {
        var path = Folder.File("heart.csv");
        File.WriteAllText(path, "time,MLII [mV]\n0,0.1\n0.003,0.2\n");
        var run = await Run(command, path, "--model", ModelPath);
        Assert.Equal((1, $"surnn: {path}: this is no sound; if it is a recording of sensors name a model of sensors, as -m heartbeat for an ECG"), (run.ExitCode, Assert.Single(run.Errors)));
    }

    [Fact]
    public async Task Flac_IsHeardAsItsWavIs_AndDamageIsTold()
    {
        var wav = Wav("source.wav", AsPcm(ToneModel.Tones(4)));
        Directory.CreateDirectory(Folder.File("sounds"));
        string whole = Folder.File("sounds/a.flac"), cut = Folder.File("sounds/b.FLAC");
        FfmpegProgram.Convert(wav, whole);
        File.WriteAllBytes(cut, File.ReadAllBytes(whole)[..^20_000]);
        var heard = await Run("detect", wav, "--model", ModelPath, "--format", "csv");
        var run = await Run("detect", Folder.File("sounds"), "--model", ModelPath, "--format", "csv");
        Assert.Equal(4, heard.Lines[1..].Length);
        Assert.Equal(heard.Lines[1..].Select(line => line.Replace(wav, whole)), run.Lines.Where(line => line.StartsWith(whole, StringComparison.Ordinal)));
        Assert.Contains(run.Lines, line => line.StartsWith(cut, StringComparison.Ordinal));
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"surnn: {cut}: a part could not be decoded: ", Assert.Single(run.Errors));
    }

    [Theory, InlineData(16_000, 1), InlineData(44_100, 2)]
    public async Task StandardInput_IsHeardAsTheSameWavIs(int rate, int channels)
    {
        var sound = AsPcm(ToneModel.Tones(4, rate));
        var wav = await Run("detect", Wav("same.wav", sound, rate), "--model", ModelPath, "--format", "json");
        var raw = Sound.Pcm16([.. sound.SelectMany(sample => Enumerable.Repeat(sample, channels))]);
        string[] shape = rate == 16_000 ? [] : ["--rate", $"{rate}", "--channels", $"{channels}"];
        var pipe = await RunWith(new PipeStream(raw, 1_001), ["detect", "-", "--model", ModelPath, "--format", "json", .. shape]);
        Assert.Equal(0, pipe.ExitCode);
        Assert.Equal(5, pipe.Lines.Length);
        Assert.All(pipe.Json[..^1], json => Assert.Equal("-", json.GetProperty("source").GetString()));
        Assert.Equal(Rest(wav), Rest(pipe));

        static IEnumerable<string> Rest(CliRun run) => run.Lines[..^1].Select(line => line[line.IndexOf("\"label\"", StringComparison.Ordinal)..]);
    }

    [Fact]
    public async Task StandardInput_PrintsDetectionsWhileItIsStillOpen()
    {
        using var printed = new ManualResetEventSlim();
        var output = new SignallingWriter(printed);
        var pcm = Sound.Pcm16(ToneModel.Tones(1));
        var input = new ScriptedStream(pcm, () => Assert.True(printed.Wait(TimeSpan.FromMinutes(5))), pcm);
        var terminal = new Terminal(output, TextWriter.Null, () => input);
        var exitCode = await Surnn.RunAsync(["detect", "-", "--model", ModelPath, "--format", "json"], terminal, TestContext.Current.CancellationToken);
        Assert.Equal(0, exitCode);
        Assert.Equal(3, output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task StandardInput_Interrupted_SumsUpAndEnds()
    {
        using var stop = new CancellationTokenSource();
        using var printed = new ManualResetEventSlim();
        using var over = new ManualResetEventSlim();
        var output = new SignallingWriter(printed);
        var input = new ScriptedStream(Sound.Pcm16(ToneModel.Tones(1)), () =>
        {
            printed.Wait(TimeSpan.FromMinutes(5));
            stop.Cancel();
            over.Wait(TimeSpan.FromSeconds(30)); // nothing comes any more, and nobody closes the pipe
        }, []);
        var terminal = new Terminal(output, TextWriter.Null, () => input);
        var exitCode = await Surnn.RunAsync(["detect", "-", "--model", ModelPath, "--format", "json"], terminal, stop.Token);
        over.Set();
        Assert.Equal(0, exitCode);
        Assert.Contains("{\"summary\":", output.ToString());
    }

    [Fact]
    public async Task Dense_GivesTheSameDetectionsAtFullCost()
    {
        var path = Wav("sparse.wav", [.. new float[8_000], .. ToneModel.Tones(4), .. new float[8_000]]);
        var sparse = await Run("detect", path, "--model", ModelPath, "--format", "json");
        var dense = await Run("detect", "--dense", path, "--model", ModelPath, "--format", "json");
        Assert.Equal(5, sparse.Lines.Length);
        Assert.Equal(sparse.Lines[..^1], dense.Lines[..^1]);
        var (less, more) = (sparse.Json[^1].GetProperty("summary"), dense.Json[^1].GetProperty("summary"));
        Assert.Equal(more.GetProperty("macsDense").GetInt64(), less.GetProperty("macsDense").GetInt64());
        Assert.True(less.GetProperty("macs").GetInt64() < more.GetProperty("macs").GetInt64());
        Assert.True(less.GetProperty("framesSkipped").GetInt64() > 50);
        Assert.Equal(0, more.GetProperty("framesSkipped").GetInt64());
    }

    [Fact]
    public async Task Csv_QuotesWhatNeedsIt()
    {
        var path = Wav("one, \"two\".wav", ToneModel.Tones(2));
        var run = await Run("detect", path, "--model", ModelPath, "--format", "csv");
        Assert.Equal("source,label,score,start,end,time", run.Lines[0]);
        Assert.Equal(3, run.Lines.Length);
        Assert.StartsWith($"\"{path.Replace("\"", "\"\"")}\",low,0.9", run.Lines[1]);
        Assert.Equal(5, run.Lines[1][path.Length..].Count(c => c == ','));
    }

    [Theory, InlineData("", ""), InlineData("plain", "plain"), InlineData("a,b", "\"a,b\"")]
    [InlineData("a\"b", "\"a\"\"b\""), InlineData("a\nb", "\"a\nb\"")]
    public void Quote_FollowsRfc4180(string field, string quoted) => Assert.Equal(quoted, DetectionCsv.Quote(field));

    [Fact]
    public async Task Table_SaysItInWords()
    {
        var heard = Wav("heard.wav", ToneModel.Tones(1));
        var silent = Wav("silent.wav", new float[16_000]);
        var run = await Run("detect", heard, silent, "--model", ModelPath);
        Assert.Equal(heard, run.Lines[0]);
        Assert.Matches(@"^ +time \(s\)  label +score +start - end \(s\)$", run.Lines[1]);
        Assert.Matches(@"^ +0\.\d{3}  low +[01]\.\d\d +0\.3\d\d - 0\.\d{3}$", run.Lines[2]);
        Assert.Equal([silent, "  nothing detected"], run.Lines[3..5]);
        Assert.Equal("1 detection in 1.8 s of audio from 2 sources", run.Lines[5]);
        Assert.Contains("% wholly skipped", run.Lines[6]);
        Assert.Contains("times fewer", run.Lines[7]);
        Assert.Contains("of weights read of", run.Lines[8]);
        Assert.Contains("times faster than real time", run.Lines[9]);
        Assert.Equal(10, run.Lines.Length);
    }

    [Fact]
    public async Task Threshold_TakesThePlaceOfAllOfTheModels()
    {
        var strict = new DetectorOptions { Thresholds = new Dictionary<string, float> { ["high"] = 0.999f } };
        ModelFile.Save(ModelPath, ToneModel.Build(strict));
        var path = Wav("two.wav", ToneModel.Tones(2));
        Assert.Single((await Run("detect", path, "--model", ModelPath, "--format", "csv")).Lines[1..]);
        Assert.Equal(2, (await Run("detect", path, "--model", ModelPath, "--format", "csv", "--threshold", "0.5")).Lines[1..].Length);
        Assert.Empty((await Run("detect", path, "--model", ModelPath, "--format", "csv", "-t", "0.999")).Lines[1..]);
        Assert.Empty((await Run("detect", path, $"--model={ModelPath}", "--format=csv", "--threshold=0.999")).Lines[1..]);
    }

    [Theory]
    [InlineData("needs a path", "detect")]
    [InlineData("needs a path", "detect", "--dense")]
    [InlineData("detect has no option --bogus; see surnn detect --help", "detect", "x.wav", "--bogus")]
    [InlineData("detect has no option --treshold. Did you mean --threshold?", "detect", "x.wav", "--treshold", "1")]
    [InlineData("detect has no option --treshold. Did you mean --threshold?", "detect", "x.wav", "--treshold=1")]
    [InlineData("nine", "detect", "x.wav", "--threshold=nine")]
    [InlineData("--model needs a value", "detect", "x.wav", "--model")]
    [InlineData("format", "detect", "x.wav", "--format", "xml")]
    [InlineData("table, json, csv or audacity", "detect", "x.wav", "--format", "7")]
    [InlineData("need", "detect", "x.wav", "--rate", "8000")]
    [InlineData("only once", "detect", "-", "-")]
    [InlineData("--rate is 1 to 10000000", "detect", "-", "--rate", "0")]
    [InlineData("(0, 1)", "detect", "x.wav", "--threshold", "1.5")]
    [InlineData("no command 'hear'", "hear")]
    [InlineData("no command 'detekt', only detect, listen", "detekt")]
    [InlineData("Did you mean detect?", "detekt")]
    [InlineData("--model needs a value", "detect", "--model", "--dense")]
    [InlineData("--threshold takes a number, not '0,5'", "detect", "x.wav", "-t", "0,5")]
    [InlineData("--rate takes a whole number", "detect", "-", "--rate", "1.5")]
    [InlineData("--format is given twice", "detect", "x.wav", "-f", "json", "--format", "csv")]
    [InlineData("detect has no option -x", "detect", "--dense", "-x")]
    public async Task Misuse_IsOneLineAndExitCodeTwo(string message, params string[] args)
    {
        string[] all = args.Length > 1 && args[^1] != "--model" ? [.. args, "--model", ModelPath] : args;
        var run = await Run(all);
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains(message, Assert.Single(run.Errors));
    }

    [Fact]
    public async Task AModelThatCannotBeRead_IsOneLineAndExitCodeOne()
    {
        var path = Wav("some.wav", ToneModel.Tones(1));
        File.WriteAllText(Folder.File("text.surnn"), "This is no model.");
        foreach (var model in new[] { "text.surnn", "missing.surnn" })
        {
            var run = await Run("detect", path, "--model", Folder.File(model));
            Assert.Equal((1, ""), (run.ExitCode, run.Out));
            Assert.Contains(model, Assert.Single(run.Errors));
        }
    }

    [Fact]
    public void DefaultModel_IsSoughtBesideTheProgram_Here_AndAboveTheProgram()
    {
        string Place(params string[] folders) => Directory.CreateDirectory(Path.Combine([Folder.Path, .. folders])).FullName;
        var (program, here) = (Place("above", "bin", "release"), Place("here"));
        var missing = Assert.Throws<InputException>(() => Models.Find(program, here));
        Assert.Contains(Path.Combine(program, "models"), missing.Message);
        Assert.Contains(Path.Combine(here, "models"), missing.Message);
        string[] lastToFirst =
        [
            Place("above", "models"), Place("above", "bin", "models"), Place("here", "models"), Place("above", "bin", "release", "models"),
        ];
        foreach (var place in lastToFirst)
        {
            var model = Path.Combine(place, "commands.surnn");
            File.Copy(ModelPath, model);
            Assert.Equal(model, Models.Find(program + Path.DirectorySeparatorChar, here));
        }
    }

    static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(member => member.Name);

    /// <summary>Some bytes, then what is to happen before the next ones.</summary>
    sealed class ScriptedStream(byte[] first, Action between, byte[] second) : MemoryStream([.. first, .. second])
    {
        bool _happened;

        public override int Read(byte[] buffer, int offset, int count) // the other overloads come here
        {
            if (Position < first.Length) return base.Read(buffer, offset, (int)Math.Min(count, first.Length - Position));
            if (!_happened) between();
            _happened = true;
            return base.Read(buffer, offset, count);
        }
    }
}
