using Spectre.Console;
using SuRnnStream.Evaluation;

namespace SuRnnStream.Cli;

/// <summary>Hears many files, several at a time; one that cannot be read keeps no other from its turn.</summary>
sealed class EvaluateRun(Terminal terminal, Func<EvaluationInput, HeardStream> hear, ParallelOptions parallel)
{
    /// <summary>Files that could not be read.</summary>
    public int Failed { get; private set; }

    /// <summary>What was heard, in the order of the inputs; null where a file could not be read, after a complaint.</summary>
    /// <exception cref="OperationCanceledException">Ctrl+C.</exception>
    public IReadOnlyList<HeardStream?> Hear(IReadOnlyList<EvaluationInput> inputs, bool showProgress)
    {
        var (heard, complaints) = (new HeardStream?[inputs.Count], new string?[inputs.Count]);
        void All(Action done) => Parallel.For(0, inputs.Count, parallel, i =>
        {
            try
            {
                heard[i] = hear(inputs[i]);
            }
            catch (Exception error) when (AudioPaths.IsUnreadable(error))
            {
                complaints[i] = AudioPaths.Complaint(inputs[i].Path, error);
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
        foreach (var complaint in complaints.OfType<string>())
        {
            terminal.Complain(complaint);
            Failed++;
        }
        return heard;
    }
}
