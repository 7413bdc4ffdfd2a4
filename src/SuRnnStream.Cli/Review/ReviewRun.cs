using static SuRnnStream.Cli.Words;

namespace SuRnnStream.Cli;

/// <summary>Goes through a folder of near misses, key by key.</summary>
sealed class ReviewRun(Terminal terminal, ReviewFolder folder, SoundPlayer? player, ReviewKeys keys)
{
    const string Help = "w word, n no word, u unsure, p play again, b back, q quit";

    readonly Stack<string> _judged = new(); // in this run: where each is now

    /// <summary>Until all are judged, q, or the end of the keys.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (folder.Waiting().Count > 0) terminal.Print(Help);
        while (folder.Waiting() is [var wav, ..] waiting)
        {
            var note = ReviewFolder.NoteOf(wav);
            terminal.Print(Text($"{waiting.Count:N0} to go: {note.Label} {note.Score:0.00} of {note.Threshold:0.00}, {note.Outcome}, {note.At.LocalDateTime:yyyy-MM-dd HH:mm:ss}{(note.Source is null ? "" : $", {note.Source}")}"));
            if (!await AskAsync(wav, note, cancellation)) return;
        }
    }

    /// <returns>False: no more.</returns>
    async Task<bool> AskAsync(string wav, NearMissNote note, CancellationToken cancellation)
    {
        await PlayAsync(wav, cancellation);
        while (true)
        {
            var key = await keys.NextAsync(cancellation);
            switch (key)
            {
                case null or 'q' or '\u001b':
                    player?.Stop();
                    return false;
                case 'w' or 'n' or 'u':
                    player?.Stop();
                    _judged.Push(folder.Judge(wav, key switch { 'w' => ReviewFolder.Word, 'n' => ReviewFolder.NoWord, _ => ReviewFolder.Unsure }, note.Label));
                    return true;
                case 'p':
                    await PlayAsync(wav, cancellation);
                    break;
                case 'b' when _judged.TryPop(out var last):
                    player?.Stop();
                    folder.Unjudge(last);
                    return true; // it is older, so it comes next
                case 'b':
                    terminal.Print("there is nothing to go back to");
                    break;
                default:
                    terminal.Print(Text($"'{key}' is no key here: {Help}"));
                    break;
            }
        }
    }

    async Task PlayAsync(string wav, CancellationToken cancellation)
    {
        if (player is null || !player.Play(wav)) terminal.Print($"  {wav}");
        else if (!keys.IsKeyboard) await player.EndAsync(cancellation); // piped keys would cut everything off
    }

    /// <summary>What there is now, and how to go on.</summary>
    public IEnumerable<string> Summary(string path)
    {
        var (word, other, unsure, waiting) = (folder.Judged(ReviewFolder.Word).Count, folder.Judged(ReviewFolder.NoWord).Count, folder.Judged(ReviewFolder.Unsure).Count, folder.Waiting().Count);
        yield return Text($"{word:N0} word, {other:N0} no word, {unsure:N0} unsure, {waiting:N0} to go");
        if (waiting > 0) yield return $"go on with: surnn review {path}";
        if (word + other > 0) yield return $"train on them with: surnn-train word WORD --reviewed {path} and the options of the training before";
    }
}
