using ConsoleAppFramework;

namespace SuRnnStream.Cli;

sealed class ReviewCommand(Terminal terminal)
{
    /// <summary>Plays near misses one after the other and takes a key for each: w word, n no word, u unsure, p play again, b back, q quit. What is judged can be trained on; the rest waits.</summary>
    /// <param name="player">A program that plays the file that is its argument. By default this machine's: pw-play, paplay, aplay, afplay or ffplay.</param>
    /// <param name="silent">Play nothing: print where each file is.</param>
    /// <param name="cancellation">Ctrl+C.</param>
    /// <param name="folder">The folder that `surnn listen --keep-near-misses` or a host writes.</param>
    public async Task<int> Review([HideDefaultValue] string? player = null, bool silent = false, CancellationToken cancellation = default, [Argument] params string[] folder)
    {
        if (folder is not [var path]) throw new UsageException("review takes one folder of near misses");
        if (silent && player is not null) throw new UsageException("--silent plays nothing: leave --player out");
        using var sound = silent ? null : player is not null ? SoundPlayer.Of(player) : SoundPlayer.Find(Environment.GetEnvironmentVariable("PATH"));
        if (!silent && sound is null) terminal.Complain("there is no player on this machine (pw-play, paplay, aplay, afplay, ffplay): open the files yourself, or name one by --player");
        using var keys = new ReviewKeys(terminal);
        var review = new ReviewRun(terminal, new ReviewFolder(path), sound, keys);
        await review.RunAsync(cancellation);
        foreach (var line in review.Summary(path)) terminal.Print(line);
        return 0;
    }
}
