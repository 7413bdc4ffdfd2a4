using System.CommandLine;
using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;
using static SuRnnStream.Cli.Words;

namespace SuRnnStream.Cli;

sealed class MakeStreamCommand(Terminal terminal)
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("make-stream", "Makes a stream to test a model with: clips at random places in noise or speech, 16 kHz, 16 bit, and a CSV table of where they are.");
        var clips = command.RequiredText("--clips", "Folder LABEL/*.wav (or FLAC, MP3 and others) to take clips from.");
        var labels = command.RequiredText("--labels", "The labels whose clips are events, with commas between.");
        var @out = command.RequiredText("--out", "The WAV file to write; label,start,end of the events goes into the .csv beside it.", "-o");
        var background = command.Text("--background", "Folder of recordings of noise or speech to put the clips into. By default pink noise.");
        var minutes = command.Number<double>("--minutes", 20, "Length of the stream.");
        var targets = command.Number<int>("--targets", 50, "Clips of the labels.");
        var others = command.Number<int>("--others", 0, "Clips of the other folders, in which nothing should be detected.");
        var snr = command.Number<double>("--snr", 20, "How far the background is below the clips, in dB.");
        var level = command.Number<double>("--level", -20, "RMS of the clips in dB, 0 for full scale.");
        var seed = command.Number<int>("--seed", 1, "The same seed makes the same stream.");
        return command.Runs((given, cancellation) => new MakeStreamCommand(terminal).MakeStream(
            given.GetRequiredValue(clips), given.GetRequiredValue(labels), given.GetRequiredValue(@out), given.GetValue(background), given.GetValue(minutes),
            given.GetValue(targets), given.GetValue(others), given.GetValue(snr), given.GetValue(level), given.GetValue(seed)));
    }

    int MakeStream(string clips, string labels, string @out, string? background, double minutes, int targets, int others, double snr, double level, int seed)
    {
        if (!@out.EndsWith(".wav", StringComparison.OrdinalIgnoreCase)) throw new UsageException($"--out names a file that ends in .wav, not {@out}");
        if (!(minutes > 0 && minutes <= 600)) throw new UsageException(Text($"--minutes is above 0 to 600, not {minutes}"));
        var options = new StreamOptions
        {
            Clips = clips,
            Labels = labels.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Background = background,
            Length = TimeSpan.FromMinutes(minutes),
            Targets = targets,
            Others = others,
            Snr = snr,
            Level = level,
            Seed = seed,
        };
        var stream = StreamMaker.Make(options);
        stream.Save(@out);

        terminal.Print(Text($"{@out}: {(double)stream.Samples.Length / stream.SampleRate / 60:0.0} minutes at {stream.SampleRate / 1000.0:0.###} kHz, clips at {level:0.#} dBFS, {background ?? "pink noise"} {snr:0.#} dB below, seed {seed}"));
        terminal.Print($"{EventTable.Beside(@out)}: {Counts(stream.Events, "target")}");
        if (others > 0) terminal.Print($"not in the table: {Counts(stream.Others, "other")}");
        if (stream.Clipped > 0) terminal.Print($"{Count(stream.Clipped, "sample is", "samples are")} louder than the file can hold: choose a lower --level");
        return 0;
    }

    static string Counts(IReadOnlyList<LabelledEvent> events, string what) =>
        $"{Count(events.Count, what)}: {string.Join(", ", events.CountBy(one => one.Label).OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key} {label.Value}"))}";
}
