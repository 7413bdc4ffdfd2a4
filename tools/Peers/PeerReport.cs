using System.Globalization;
using SuRnnStream.Cli;
using SuRnnStream.Evaluation;

namespace SuRnnStream.Peers;

/// <summary>What is kept of a comparison: CPU.peers.md, .json and .png.</summary>
static class PeerReport
{
    const double Quiet = 0.95; // of the time a core, and the figures can be trusted

    public static void Write(string folder, IReadOnlyList<PeerRow> rows, IReadOnlyDictionary<Job, string> ours, int seconds, string model, double processorShare)
    {
        var machine = Machine.Here();
        var cpu = string.Concat(machine.Cpu.Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-')).Trim('-');
        var file = Path.Combine(Directory.CreateDirectory(folder).FullName, $"{cpu}.peers");
        string[] table = [.. PeerTable.Lines(rows, ours)];
        string[] text =
        [
            "# Peers",
            "",
            $"`dotnet run --project tools/Peers -c Release` on {machine.Cpu}, {machine.Cores} cores, .NET {machine.DotNet}, kernel {machine.Kernel};",
            $"one thread each, the same {seconds} s of speech (words without pauses), pink noise at {BenchSounds.NoiseDecibels.ToString(CultureInfo.InvariantCulture)} dBFS and digital silence, {Contest.Rounds} rounds",
            $"in turn, the sum of the medians of pieces of 0.2 s, by the step. Our model: `{model}`. *Times ours*: time for a second of the same sound",
            $"against *{ours[Job.Layer]}* or *{ours[Job.Detector]}*. All GRUs have the weights of the dense twin and agree with it to 1e-4;",
            "the suGRU step includes salience and switches. Pieces above 0.3 ms are timed by the thread's processor time, shorter ones by the clock.",
            $"The process had a core {(100 * processorShare).ToString("F0", CultureInfo.InvariantCulture)} % of the time{(processorShare < Quiet ? ": the machine was busy" : "")}.",
            "",
            .. table,
            $"![Time for a second of audio]({Path.GetFileName(file)}.png)",
        ];
        File.WriteAllText(file + ".md", string.Join('\n', text) + "\n");
        File.WriteAllText(file + ".json", ToJson(rows, machine, seconds, model, processorShare) + "\n");
        PeerPicture.Draw(file + ".png", rows, machine.Cpu);
        foreach (var line in table) Console.WriteLine(line);
        if (processorShare < Quiet) Console.WriteLine(FormattableString.Invariant($"the machine was busy: this process had a core {100 * processorShare:F0} % of the time"));
        Console.WriteLine($"{file}.md, .json and .png");
    }

    static string ToJson(IReadOnlyList<PeerRow> rows, Machine machine, int seconds, string model, double processorShare) => Json.Line(json =>
    {
        json.WriteStartArray("rows");
        foreach (var row in rows)
        {
            json.WriteStartObject();
            json.WriteString("name", row.Name);
            json.WriteString("job", row.Job == Job.Layer ? "layer" : "detector");
            json.WriteString("sound", row.Sound);
            json.WriteNumber("stepMicroseconds", row.StepMicroseconds);
            json.WriteNumber("microsecondsPerAudioSecond", row.MicrosecondsPerAudioSecond);
            json.WriteNumber("streamsPerCore", row.StreamsPerCore);
            if (row.OpenRatio is { } open) json.WriteNumber("openRatio", open);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.Machine(machine);
        json.WriteString("model", model);
        json.WriteNumber("seconds", seconds);
        json.WriteNumber("rounds", Contest.Rounds);
        json.WriteNumber("processorShare", processorShare);
    });
}
