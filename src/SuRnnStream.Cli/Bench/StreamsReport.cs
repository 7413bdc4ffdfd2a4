using System.Globalization;
using SuRnnStream.Evaluation;
using static SuRnnStream.Cli.Words;

namespace SuRnnStream.Cli;

/// <summary>The result of a <see cref="StreamsBench"/> for people and for programs.</summary>
static class StreamsReport
{
    public static IEnumerable<string> Table(string model, StreamsResult result)
    {
        var (machine, mix, total, pool) = (Machine.Here(), result.Mix, result.Stopped.Total, result.Stopped);
        string Row(string name, FormattableString text) => $"{name,-26}{text.ToString(CultureInfo.InvariantCulture)}";
        yield return $"machine  {machine.Cpu}, {Count(machine.Cores, "core")}, .NET {machine.DotNet}, kernel {machine.Kernel}";
        yield return $"model    {model}";
        yield return Text($"load     {Count(mix.Streams, "stream")} for {result.Length.TotalSeconds:0.##} s in real time: {100 * mix.SpeechShare:0.#} % get speech, {100 * mix.SilenceShare:0.#} % digital silence, the others noise");
        yield return Text($"threads  {result.Writers} to write, {result.Workers} to detect{(result.Patience == TimeSpan.Zero ? "" : $"; samples wait {result.Patience.TotalMilliseconds:0} ms for more at most")}");
        yield return "";
        yield return Row("frames processed", $"{total.Compute.Frames:N0}, {total.Compute.Frames / result.Elapsed.TotalSeconds:N0} a second");
        yield return Row("samples", $"{result.Written:N0} written, {total.SamplesProcessed:N0} processed, {total.SamplesDropped:N0} dropped ({DroppedPercent(result):0.###} %)");
        yield return Row("conservation", $"{(result.Conserved ? "written = processed + dropped + in flight" : "BROKEN: written is not processed + dropped + in flight")}");
        yield return Row("lateness", $"{Milliseconds(pool.MedianLateness)} median, {Milliseconds(pool.Percentile99Lateness)} 99 of 100, {Milliseconds(pool.LargestLateness)} largest");
        yield return Row("writes after their time", $"{Milliseconds(result.LargestDelay)} at most");
        yield return Row("starved streams", $"{result.Starved:N0}");
        yield return Row("detections", $"{total.Detections:N0}");
        yield return Row("processor", $"{100 * result.CoresUsed:N0} % of a core, {100 * ComputeCores(result):N0} % in front end and network");
        yield return Row("memory a stream", $"{result.WorkingSetBytes / 1e3 / mix.Streams:N1} kB working set, {result.ManagedBytes / 1e3 / mix.Streams:N1} kB managed");
        yield return "";
        yield return result.Carried ? "carried: nothing dropped, no stream starved"
            : Text($"NOT CARRIED by these cores: {DroppedPercent(result):0.###} % of the samples dropped, {Count(result.Starved, "stream")} starved, writes up to {Milliseconds(result.LargestDelay)} late");
    }

    public static string Json(string model, StreamsResult result) => Cli.Json.Line(json =>
    {
        var (machine, total) = (Machine.Here(), result.Stopped.Total);
        json.WriteNumber("streams", result.Mix.Streams);
        json.WriteNumber("seconds", result.Length.TotalSeconds);
        json.WriteNumber("speechShare", result.Mix.SpeechShare);
        json.WriteNumber("silenceShare", result.Mix.SilenceShare);
        json.WriteBoolean("carried", result.Carried);
        json.WriteBoolean("conserved", result.Conserved);
        json.WriteNumber("frames", total.Compute.Frames);
        json.WriteNumber("samplesWritten", result.Written);
        json.WriteNumber("samplesProcessed", total.SamplesProcessed);
        json.WriteNumber("samplesDropped", total.SamplesDropped);
        json.WriteNumber("samplesInFlightAtTheEnd", result.AtTheEnd.Total.SamplesInFlight);
        json.WriteNumber("starvedStreams", result.Starved);
        json.WriteNumber("detections", total.Detections);
        json.Object("latenessMilliseconds", () =>
        {
            json.WriteNumber("p50", result.Stopped.MedianLateness.TotalMilliseconds);
            json.WriteNumber("p99", result.Stopped.Percentile99Lateness.TotalMilliseconds);
            json.WriteNumber("max", result.Stopped.LargestLateness.TotalMilliseconds);
        });
        json.WriteNumber("largestWriteDelayMilliseconds", result.LargestDelay.TotalMilliseconds);
        json.WriteNumber("coresUsed", result.CoresUsed);
        json.WriteNumber("coresComputing", ComputeCores(result));
        json.WriteNumber("workingSetBytesPerStream", (double)result.WorkingSetBytes / result.Mix.Streams);
        json.WriteNumber("managedBytesPerStream", (double)result.ManagedBytes / result.Mix.Streams);
        json.WriteNumber("writers", result.Writers);
        json.WriteNumber("workers", result.Workers);
        json.WriteNumber("patienceMilliseconds", result.Patience.TotalMilliseconds);
        json.Machine(machine);
        json.WriteString("model", model);
    });

    static double DroppedPercent(StreamsResult result) => result.Written == 0 ? 0 : 100.0 * result.Stopped.Total.SamplesDropped / result.Written;

    static double ComputeCores(StreamsResult result) => (result.AtTheEnd.Total.Compute.FrontEndTime + result.AtTheEnd.Total.Compute.NetworkTime) / result.Elapsed;

    static string Milliseconds(TimeSpan time) => Text($"{time.TotalMilliseconds:0.##} ms");
}
