using Spectre.Console;
using SuRnnStream.Training.Data;

namespace SuRnnStream.Training;

/// <summary>Shows a training: bars where the terminal can, a line per epoch everywhere.</summary>
static class FitProgress
{
    /// <summary>On what Console.Out is now: the shared AnsiConsole would keep what it was at first use, closed or not.</summary>
    static IAnsiConsole NewConsole()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (!console.Profile.Capabilities.Interactive) console.Profile.Width = 250; // a log file: one line an epoch
        return console;
    }

    public static void Describe(FitOptions options, Corpus corpus)
    {
        var (console, layer) = (NewConsole(), options.Config.Layers[0]);
        console.WriteLine($"{corpus.Training.Count} clips of {corpus.Labels.Count - 1} kinds, {corpus.Validation.Count} held back, {corpus.TrainingSpeech.Count} utterances, {corpus.TrainingNoise.Count} noises");
        console.WriteLine($"{options.Config.Layers.Count} x {layer.Hidden} {layer.Cell} neurons, switches: {layer.Switch}");
    }

    /// <exception cref="OperationCanceledException">Broken off within an epoch by <paramref name="stop"/>.</exception>
    public static void Run(Trainer trainer, int epochs, IReadOnlyList<EpochReport> log, Action<EpochReport> onEpoch, CancellationToken stop = default)
    {
        var (console, left) = (NewConsole(), new TimeLeft());
        if (!console.Profile.Capabilities.Interactive)
        {
            while (trainer.Epoch < epochs) One(console, trainer, epochs, left, onEpoch, null, stop);
            return;
        }
        foreach (var report in log) console.WriteLine(Line(report, epochs, trainer.Held, ""));
        console.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn()).Start(context =>
        {
            var all = context.AddTask("training", maxValue: epochs);
            while (trainer.Epoch < epochs)
            {
                all.Value = trainer.Epoch;
                var epoch = context.AddTask($"epoch {trainer.Epoch + 1}");
                One(console, trainer, epochs, left, onEpoch, (done, of, loss) =>
                {
                    (epoch.MaxValue, epoch.Value, epoch.Description) = (of, done, $"epoch {trainer.Epoch + 1}, loss {loss:F3}");
                    all.Value = trainer.Epoch + (double)done / of;
                    all.Description = $"training {left.Text(epochs - all.Value)}";
                }, stop);
                epoch.StopTask();
            }
        });
    }

    static void One(IAnsiConsole console, Trainer trainer, int epochs, TimeLeft left, Action<EpochReport> onEpoch, Action<int, int, double>? onBatch, CancellationToken stop)
    {
        var report = trainer.RunEpochUntil(stop, onBatch);
        left.Add(TimeSpan.FromSeconds(report.Seconds));
        console.WriteLine(Line(report, epochs, trainer.Held, report.Epoch < epochs ? left.Text(epochs - report.Epoch) : ""));
        onEpoch(report);
    }

    /// <summary>An epoch in a line, which says nothing of what there is no data of.</summary>
    internal static string Line(EpochReport report, int epochs, (int Words, int Unknown, int Silence, int Noise) held, string left)
    {
        var (clips, noise) = (report.Clips, report.Noise);
        var each = string.Join(' ', new[]
        {
            held.Words > 0 ? $"words {clips.WordAccuracy:P1}" : "",
            held.Unknown > 0 ? $"unknown {clips.UnknownAccuracy:P1}" : "",
            held.Silence > 0 ? $"silence {clips.SilenceAccuracy:P1}" : "",
        }.Where(part => part.Length > 0));
        return string.Join("  ", new[]
        {
            $"{report.Epoch,3}/{epochs} loss {report.Loss:F3}",
            each.Length > 0 ? $"accuracy {clips.Accuracy:P1} ({each})" : "",
            held.Words + held.Unknown > 0 ? $"open in speech {clips.OpenInSpeech:P1}" : "",
            held.Noise > 0 ? $"open in noise {noise.Open:P2}, noise frames skipped {noise.WhollyShut:P1}" : "",
            $"{report.Seconds:F0} s",
            left,
        }.Where(part => part.Length > 0));
    }
}
