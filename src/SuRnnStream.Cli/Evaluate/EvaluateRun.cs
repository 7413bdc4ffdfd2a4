using Spectre.Console;
using SuRnnStream.Evaluation;

namespace SuRnnStream.Cli;

/// <summary>Judges many files, several at a time; a file that cannot be read does not stop the others.</summary>
/// <param name="terminal">Where progress is shown.</param>
/// <param name="complaints">Told of files that cannot be read, in the order of the inputs.</param>
/// <param name="hear">Judges one.</param>
/// <param name="parallel">How many at a time, and when to stop.</param>
/// <param name="journal">Keeps what is done; null: nothing is kept.</param>
sealed class EvaluateRun(Terminal terminal, Complaints complaints, Func<EvaluationInput, Action<AudioFile>, JudgedStream> hear, ParallelOptions parallel, JudgeJournal? journal = null)
{
    static readonly TimeSpan SaysAfter = TimeSpan.FromMinutes(1);

    /// <summary>What was heard, in the order of the inputs; null where a file could not be read, after a complaint.</summary>
    /// <exception cref="OperationCanceledException">Ctrl+C.</exception>
    public IReadOnlyList<JudgedStream?> Hear(IReadOnlyList<EvaluationInput> inputs, bool showProgress)
    {
        var (heard, wrong, remarks) = (new JudgedStream?[inputs.Count], new string?[inputs.Count], new string?[inputs.Count]);
        void All(Action<double> done) => Parallel.For(0, inputs.Count, parallel, i =>
        {
            try
            {
                if (journal?.Find(inputs[i].Key) is { } known) (heard[i], wrong[i], remarks[i]) = known;
                else
                {
                    var now = hear(inputs[i], file =>
                    {
                        var (damage, remark) = SourceNotes.Of(file);
                        if (damage is not null) wrong[i] = $"{inputs[i].Path}: {damage}";
                        if (remark is not null) remarks[i] = $"{inputs[i].Path}: {remark}";
                    });
                    journal?.Add(inputs[i].Key, now, wrong[i], remarks[i]);
                    heard[i] = journal?.Find(inputs[i].Key)?.Heard ?? now; // whose scores are in the journal
                }
            }
            catch (Exception error) when (AudioPaths.IsUnreadable(error) || error is ArgumentOutOfRangeException)
            {
                wrong[i] = AudioPaths.Complaint(inputs[i].Path, error is ArgumentOutOfRangeException ? new IOException($"there is no channel {inputs[i].Channel} in it") : error);
            }
            done(Size(inputs[i]));
        });
        if (showProgress && terminal.Screen is { Profile.Capabilities.Interactive: true } screen)
        {
            screen.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
            {
                var files = context.AddTask(Words.Count(inputs.Count, "file"), maxValue: Math.Max(1, inputs.Sum(Size)));
                All(files.Increment);
            });
        }
        else if (showProgress)
        {
            var all = Math.Max(1, inputs.Sum(Size));
            using var told = new ProgressLines(terminal, TimeProvider.System, SaysAfter, all, Words.Count(inputs.Count, "file"));
            All(told.Add);
        }
        else All(_ => { });
        foreach (var remark in remarks.OfType<string>()) complaints.Remark(remark);
        foreach (var text in wrong.OfType<string>()) complaints.Add(text);
        return heard;
    }

    /// <summary>Bytes, which the time goes by; 1 where that is not known.</summary>
    static double Size(EvaluationInput input)
    {
        var file = new FileInfo(input.Path);
        return file.Exists ? Math.Max(1, file.Length) : 1;
    }
}
