using System.CommandLine;

namespace SuRnnStream.Cli;

sealed class ReviewCommand(Terminal terminal)
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("review", "Plays near misses one after the other and takes a key for each: w word, n no word, u unsure, p play again, b back, q quit. What is judged can be trained on; the rest waits.");
        var player = command.Text("--player", "A program that plays the file that is its argument. By default this machine's: pw-play, paplay, aplay, afplay or ffplay.");
        var silent = command.Flag("--silent", "Play nothing: print where each file is.");
        var folder = command.Arguments("folder", "The folder that `surnn listen --keep-near-misses` or a host writes.");
        return command.Runs((given, cancellation) => new ReviewCommand(terminal).Review(given.GetValue(player), given.GetValue(silent), cancellation, given.GetRequiredValue(folder)));
    }

    async Task<int> Review(string? player, bool silent, CancellationToken cancellation, string[] folder)
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
