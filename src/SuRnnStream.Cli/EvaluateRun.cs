using Spectre.Console;
using SuRnnStream.Evaluation;

namespace SuRnnStream.Cli;

/// <summary>Hears many files, several at a time; one that cannot be read keeps no other from its turn.</summary>
sealed class EvaluateRun(Terminal terminal, Func<EvaluationInput, Action<AudioFile>, HeardStream> hear, ParallelOptions parallel)
{
    /// <summary>Files that could not be read.</summary>
    public int Failed { get; private set; }

    /// <summary>What was heard, in the order of the inputs; null where a file could not be read, after a complaint.</summary>
    /// <exception cref="OperationCanceledException">Ctrl+C.</exception>
    public IReadOnlyList<HeardStream?> Hear(IReadOnlyList<EvaluationInput> inputs, bool showProgress)
    {
        var (heard, complaints, remarks) = (new HeardStream?[inputs.Count], new string?[inputs.Count], new string?[inputs.Count]);
        void All(Action done) => Parallel.For(0, inputs.Count, parallel, i =>
        {
            try
            {
                heard[i] = hear(inputs[i], file =>
                {
                    var (damage, remark) = SourceNotes.Of(file);
                    if (damage is not null) complaints[i] = $"{inputs[i].Path}: {damage}";
                    if (remark is not null) remarks[i] = $"{inputs[i].Path}: {remark}";
                });
            }
            catch (Exception error) when (AudioPaths.IsUnreadable(error) || error is ArgumentOutOfRangeException)
            {
                complaints[i] = AudioPaths.Complaint(inputs[i].Path, error is ArgumentOutOfRangeException ? new IOException($"there is no channel {inputs[i].Channel} in it") : error);
            }
            done();
        });
        if (showProgress && terminal.Screen is { Profile.Capabilities.Interactive: true } screen)
        {
            screen.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
            {
                var files = context.AddTask(Words.Count(inputs.Count, "file"), maxValue: inputs.Count);
                All(() => files.Increment(1));
            });
        }
        else All(() => { });
        foreach (var remark in remarks.OfType<string>()) terminal.Complain(remark);
        foreach (var complaint in complaints.OfType<string>())
        {
            terminal.Complain(complaint);
            Failed++;
        }
        return heard;
    }
}
