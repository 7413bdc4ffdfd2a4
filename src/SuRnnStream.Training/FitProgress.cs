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

    public static void Run(Trainer trainer, int epochs, IReadOnlyList<EpochReport> log, Action<EpochReport> onEpoch)
    {
        var console = NewConsole();
        if (!console.Profile.Capabilities.Interactive)
        {
            while (trainer.Epoch < epochs) One(console, trainer, epochs, onEpoch, null);
            return;
        }
        foreach (var report in log) console.WriteLine(Line(report, epochs));
        console.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
        {
            var all = context.AddTask("training", maxValue: epochs);
            while (trainer.Epoch < epochs)
            {
                all.Value = trainer.Epoch;
                var epoch = context.AddTask($"epoch {trainer.Epoch + 1}");
                One(console, trainer, epochs, onEpoch, (done, of, loss) =>
                {
                    (epoch.MaxValue, epoch.Value, epoch.Description) = (of, done, $"epoch {trainer.Epoch + 1}, loss {loss:F3}");
                    all.Value = trainer.Epoch + (double)done / of;
                });
                epoch.StopTask();
            }
        });
    }

    static void One(IAnsiConsole console, Trainer trainer, int epochs, Action<EpochReport> onEpoch, Action<int, int, double>? onBatch)
    {
        var report = trainer.RunEpoch(onBatch);
        console.WriteLine(Line(report, epochs));
        onEpoch(report);
    }

    static string Line(EpochReport report, int epochs) =>
        $"{report.Epoch,3}/{epochs} loss {report.Loss:F3}  accuracy {report.Clips.Accuracy:P1} (words {report.Clips.WordAccuracy:P1} unknown {report.Clips.UnknownAccuracy:P1} " +
        $"silence {report.Clips.SilenceAccuracy:P1})  open in speech {report.Clips.OpenInSpeech:P1}, noise {report.Noise.Open:P2}, noise frames skipped {report.Noise.WhollyShut:P1}  " +
        $"{report.Seconds:F0} s, {TimeSpan.FromSeconds(report.Seconds * (epochs - report.Epoch)):h\\:mm\\:ss} left";
}
