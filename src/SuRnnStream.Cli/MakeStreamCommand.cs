using ConsoleAppFramework;
using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;
using static SuRnnStream.Cli.Words;

namespace SuRnnStream.Cli;

sealed class MakeStreamCommand(Terminal terminal)
{
    /// <summary>Makes a stream to test a model with: clips at random places in noise or speech, 16 kHz, 16 bit, and a CSV table of where they are.</summary>
    /// <param name="clips">Folder LABEL/*.wav (or FLAC, MP3 and others) to take clips from.</param>
    /// <param name="labels">The labels whose clips are events, with commas between.</param>
    /// <param name="out">-o, The WAV file to write; label,start,end of the events goes into the .csv beside it.</param>
    /// <param name="background">Folder of recordings of noise or speech to put the clips into. By default pink noise.</param>
    /// <param name="minutes">Length of the stream.</param>
    /// <param name="targets">Clips of the labels.</param>
    /// <param name="others">Clips of the other folders, in which nothing should be detected.</param>
    /// <param name="snr">How far the background is below the clips, in dB.</param>
    /// <param name="level">RMS of the clips in dB, 0 for full scale.</param>
    /// <param name="seed">The same seed makes the same stream.</param>
    public int MakeStream(
        string clips,
        string labels,
        string @out,
        [HideDefaultValue] string? background = null,
        double minutes = 20,
        int targets = 50,
        int others = 0,
        double snr = 20,
        double level = -20,
        int seed = 1)
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
