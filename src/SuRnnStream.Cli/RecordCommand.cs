using ConsoleAppFramework;

namespace SuRnnStream.Cli;

sealed class RecordCommand(Terminal terminal)
{
    /// <summary>Records takes of a word, one by one, and says what is wrong with those that are of no use; then ordinary talk and the room, as negatives of your own. Goes on where it was broken off.</summary>
    /// <param name="out">-o, Folder for WAV files and their notes, made if there is none.</param>
    /// <param name="count">Takes that there are to be in the end, 1 to 1000.</param>
    /// <param name="talk">Seconds of ordinary talk without the word, 0 to 3600.</param>
    /// <param name="quiet">Seconds of the room without speech, 0 to 3600.</param>
    /// <param name="from">What is recorded: a device, a stream of the network, a file, or - for raw audio on standard input.</param>
    /// <param name="rate">Samples per second of a device or of raw audio on standard input. By default 16000.</param>
    /// <param name="channel">The channel to record, counted from 0. By default the mean of all.</param>
    /// <param name="cancellation">Ctrl+C: what is recorded stays.</param>
    /// <param name="word">The word.</param>
    public async Task<int> Record(string @out, int count = 10, double talk = 120, double quiet = 60, string from = "default", [HideDefaultValue] int? rate = null, [HideDefaultValue] int? channel = null, CancellationToken cancellation = default, [Argument] params string[] word)
    {
        if (word is not [var label] || label.Trim().Length == 0) throw new UsageException("record takes one word: surnn record computer --out mine");
        if (label.Length > 100 || label != Path.GetFileName(label) || label.IndexOfAny(['/', '\\', ':', '\0']) >= 0 || label is "." or "..") throw new UsageException($"'{label}' cannot be the name of a file: record it under another name, and enrol it under its own");
        if (count is < 1 or > 1_000) throw new UsageException("--count is 1 to 1000");
        if (!(talk is >= 0 and <= 3_600) || !(quiet is >= 0 and <= 3_600)) throw new UsageException("--talk and --quiet are 0 to 3600 seconds");
        if (LiveAddress.Is(from)) throw new UsageException($"{from} is a sensor; record takes words, from a microphone");
        using var input = ListenInput.Open(from, new ListenWish(rate, null, channel, null, RecordRun.SampleRate), terminal);
        using var stop = cancellation.Register(() => input.Stop?.Invoke());
        return await Task.Run(() => new RecordRun(terminal, input, label, @out).Run(count, talk, quiet, cancellation), CancellationToken.None);
    }
}
