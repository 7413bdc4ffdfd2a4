using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SuRnnStream.Evaluation;
using static SuRnnStream.Cli.Words;

namespace SuRnnStream.Cli;

sealed class BenchCommand(Terminal terminal)
{
    static readonly string[] Sounds = ["speech", "noise", "silence"];

    public static Command Create(Terminal terminal)
    {
        var command = new Command("bench", "Measures on this machine what a frame of speech, of noise and of digital silence costs, on one thread; or, with --streams, how many live streams it carries.");
        var model = command.ModelOption();
        var seconds = command.Number<int>("--seconds", 10, "Length of each of the three sounds, or of the live streams, 1 to 600.", "-s");
        var speech = command.Text("--speech", "A WAV file of speech. By default the words in samples/audio/commands.wav, one after the other.");
        var verifier = command.Text("--verifier", "A .look file: also what this second look costs. Needs surnn-onnx. That of the model itself is told anyway.");
        var noVerify = command.NoVerifyOption();
        var beside = command.Text("--beside", "A second model file for the same sound: also what both cost apart, and in one pool, where equal front ends run once. With --streams it runs beside the first on every stream.");
        var format = command.ReportFormatOption();
        var streams = command.Number<int>("--streams", "This many live streams in real time instead, through one pool on all cores: what is dropped, how late, memory, processor.");
        var speechShare = command.Number<double>("--speech-share", 0.1, "With --streams, the part of them, 0 to 1, that gets speech all the time.");
        var silenceShare = command.Number<double>("--silence-share", 0.4, "With --streams, the part of them that gets digital silence; the others get noise.");
        var patience = command.Number<int>("--patience", 0, "With --streams, how many milliseconds samples may wait for more of their stream, 0 to 1000, so that several frames are taken at once.");
        return command.Runs((given, cancellation) => new BenchCommand(terminal).Bench(
            given.GetValue(model), given.GetValue(seconds), given.GetValue(speech), given.GetValue(verifier), given.GetValue(noVerify), given.GetValue(beside),
            given.GetValue(format), given.GetValue(streams), given.GetValue(speechShare), given.GetValue(silenceShare), given.GetValue(patience), cancellation));
    }

    async Task<int> Bench(
        string? model, int seconds, string? speech, string? verifier, bool noVerify, string? beside, ReportFormat format, int? streams,
        double speechShare, double silenceShare, int patience, CancellationToken cancellation)
    {
        var mix = streams is { } count ? new StreamMix(count, speechShare, silenceShare).Validate() : null;
        if (patience is < 0 or > 1_000) throw new UsageException($"--patience is 0 to 1000 ms, not {patience}");
        if (seconds is < 1 or > 600) throw new UsageException($"--seconds is 1 to 600, not {seconds}");
        var path = Models.PathOf(model);
        var network = ModelFile.Load(path);
        _ = network.Settings(noVerify, verifier); // both exclude each other
        if (noVerify) network = network.WithoutSecondLook();
        var rate = network.Config.RequireSoundDetector().SampleRate;
        var length = Math.Max(seconds * rate, network.Config.RequireFrontEnd().WindowLength);
        var companion = beside is null ? null : ModelFile.Load(Models.PathOf(beside));
        var look = verifier is null && network.Config.Verifier is null ? null : network.Defaults.With(network, terminal, verifier, null);
        float[][] sounds =
        [
            BenchSounds.Speech(speech, Directory.GetCurrentDirectory(), rate, length), BenchSounds.Noise(length), new float[length],
        ];
        if (mix is not null)
        {
            Report(path, await new StreamsBench(network, companion, sounds[0], sounds[1], sounds[2], TimeSpan.FromMilliseconds(patience)).RunAsync(mix, TimeSpan.FromSeconds(seconds), cancellation), format);
            return 0;
        }
        var costs = new FrameBench(network).Measure(sounds, cancellation);
        var together = companion is null ? null : new CompanionBench(network, companion).Measure(sounds, cancellation);
        ComputeStats[]? looks = look is null ? null : [.. sounds.Select(sound => SecondLookCost(network, look, sound))];
        if (format == ReportFormat.Json)
        {
            terminal.Print(Json.Line(json =>
            {
                WriteCosts(json, path, network, seconds, costs);
                if (companion is not null) WriteBeside(json, network, companion, Models.PathOf(beside), together!);
                if (looks is not null) WriteLooks(json, looks);
            }));
            return 0;
        }
        foreach (var line in ToTable(path, network, seconds, costs)) terminal.Print(line);
        if (companion is not null) terminal.Print($"with {Models.PathOf(beside)} {(network.Config.FrontEnd == companion.Config.FrontEnd ? "on the same frames" : "on frames of its own")}, µs a frame of a pool's stream: {string.Join(", ", Sounds.Zip(together!, (sound, cost) => Text($"{sound} {cost.Beside:N2} (in two pools {cost.Apart:N2})")))}");
        foreach (var (name, stats) in Sounds.Zip(looks ?? []))
            terminal.Print(Text($"second look in {name}: {Count(stats.Candidates, "candidate")}, {stats.VerifierTime.TotalMilliseconds / Math.Max(1, stats.Candidates):0.00} ms each, {stats.VerifierTime.TotalMicroseconds / stats.StreamTime.TotalSeconds:N0} µs a second of audio"));
        return 0;
    }

    /// <summary>The sound once more for what is to be compiled, then as a stream from its start.</summary>
    static ComputeStats SecondLookCost(SuRnnModel model, DetectorOptions options, float[] sound)
    {
        var detector = new StreamingDetector(model, options);
        detector.Process(sound, static _ => { });
        detector.Reset();
        return detector.Process(sound, static _ => { }) + detector.Finish(static _ => { });
    }

    /// <summary>Two models on one stream, apart and together.</summary>
    static void WriteBeside(Utf8JsonWriter json, SuRnnModel network, SuRnnModel companion, string path, CompanionCost[] costs) => json.Object("beside", () =>
    {
        json.WriteString("file", path);
        json.WriteBoolean("oneFrontEnd", network.Config.FrontEnd == companion.Config.FrontEnd);
        foreach (var (sound, cost) in Sounds.Zip(costs))
        {
            json.Object(sound, () =>
            {
                json.WriteNumber("microsecondsPerFrameApart", cost.Apart);
                json.WriteNumber("microsecondsPerFrame", cost.Beside);
            });
        }
    });

    static void WriteLooks(Utf8JsonWriter json, ComputeStats[] looks) => json.Object("secondLook", () =>
    {
        foreach (var (sound, stats) in Sounds.Zip(looks))
        {
            json.Object(sound, () =>
            {
                json.WriteNumber("candidates", stats.Candidates);
                json.WriteNumber("macs", stats.VerifierMultiplyAdds);
                json.WriteNumber("seconds", stats.VerifierTime.TotalSeconds);
                json.WriteNumber("streamSeconds", stats.StreamTime.TotalSeconds);
            });
        }
    });

    /// <exception cref="InputException">Samples are unaccounted for; the report is out.</exception>
    internal void Report(string path, StreamsResult result, ReportFormat format)
    {
        if (format == ReportFormat.Json) terminal.Print(StreamsReport.Json(path, result));
        else foreach (var line in StreamsReport.Table(path, result)) terminal.Print(line);
        if (!result.Conserved) throw new InputException("samples are unaccounted for: written is not processed + dropped + in flight");
    }

    static IEnumerable<string> ToTable(string path, SuRnnModel model, int seconds, SoundCost[] costs)
    {
        var (machine, hop) = (Machine.Here(), model.Config.RequireFrontEnd().Hop);
        string Cell(double figure, string format, string unit) => (figure.ToString(format, CultureInfo.InvariantCulture) + unit).PadLeft(12);
        string Row(string name, string format, Func<SoundCost, double> figure, string unit = "") =>
            $"{name,-28}{string.Concat(costs.Select(cost => Cell(figure(cost), format, unit)))}";
        IEnumerable<string> Stage(string name, Func<SoundCost, StageTimes> stage) =>
        [
            Row($"  {name}, median", "N2", cost => stage(cost).Median),
            Row($"  {name}, 99 of 100", "N2", cost => stage(cost).Percentile99),
            Row($"  {name}, largest", "N2", cost => stage(cost).Largest),
        ];
        yield return $"machine  {machine.Cpu}, {Count(machine.Cores, "core")}, .NET {machine.DotNet}, kernel {machine.Kernel}; one thread";
        yield return Text($"model    {path}, {model.MultiplyAddsPerFrame:N0} multiply-adds a frame, a frame every {hop.TotalMilliseconds:0.##} ms");
        yield return Text($"sounds   {seconds} s each, {FrameBench.Rounds} rounds, medians over them; the noise is pink, {BenchSounds.NoiseDecibels} dBFS");
        yield return "";
        yield return $"{"",-28}{string.Concat(Sounds.Select(sound => sound.PadLeft(12)))}";
        yield return Row("µs a frame, mean", "N2", cost => cost.FrameMicroseconds);
        foreach (var row in Stage("front end", cost => cost.FrontEnd)) yield return row;
        foreach (var row in Stage("network", cost => cost.Network)) yield return row;
        foreach (var row in Stage("event gate", cost => cost.EventGate)) yield return row;
        yield return Row("µs a second of audio", "N0", cost => cost.SecondMicroseconds(hop));
        yield return Row("streams a core", "N0", cost => cost.StreamsPerCore(hop));
        yield return Row("switches open", "0.00", cost => 100 * cost.Stats.OpenRatio, " %");
        yield return Row("frames wholly skipped", "0.0", cost => 100 * cost.Stats.SkippedRatio, " %");
        yield return Row("bytes of weights a frame", "N0", cost => cost.WeightBytesPerFrame);
        yield return Row("bytes allocated a frame", "N1", cost => cost.AllocatedBytesPerFrame);
    }

    static void WriteCosts(Utf8JsonWriter json, string path, SuRnnModel model, int seconds, SoundCost[] costs)
    {
        var hop = model.Config.RequireFrontEnd().Hop;
        foreach (var (sound, cost) in Sounds.Zip(costs))
        {
            json.Object(sound, () =>
            {
                json.WriteNumber("microsecondsPerFrame", cost.FrameMicroseconds);
                json.WriteNumber("streamsPerCore", cost.StreamsPerCore(hop));
                json.WriteNumber("openRatio", cost.Stats.OpenRatio);
                json.WriteNumber("weightBytesPerFrame", cost.WeightBytesPerFrame);
                json.WriteNumber("allocatedBytesPerFrame", cost.AllocatedBytesPerFrame);
                json.WriteNumber("microsecondsPerSecond", cost.SecondMicroseconds(hop));
                json.WriteNumber("framesSkippedRatio", cost.Stats.SkippedRatio);
                json.Object("stages", () =>
                {
                    Stage(json, "frontEnd", cost.FrontEnd);
                    Stage(json, "network", cost.Network);
                    Stage(json, "eventGate", cost.EventGate);
                });
            });
        }
        json.Machine(Machine.Here());
        json.Object("model", () =>
        {
            json.WriteString("file", path);
            json.WriteNumber("parameters", model.Weights.Count);
            json.WriteNumber("macsPerFrame", model.MultiplyAddsPerFrame);
            json.WriteNumber("weightBytesPerFrameDense", costs[0].WeightBytesPerFrameDense);
        });
        json.WriteNumber("seconds", seconds);
        json.WriteNumber("rounds", FrameBench.Rounds);
        json.WriteNumber("noiseDecibels", BenchSounds.NoiseDecibels);
    }

    static void Stage(Utf8JsonWriter json, string name, StageTimes times) => json.Object(name, () =>
    {
        json.WriteNumber("p50", times.Median);
        json.WriteNumber("p99", times.Percentile99);
        json.WriteNumber("max", times.Largest);
    });
}
