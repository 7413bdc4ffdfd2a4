using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream;
using SuRnnStream.Training;
using SuRnnStream.Training.Data;
using TorchSharp;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var app = ConsoleApp.Create();
app.Add("fit", (string data, string checkpoints, string words = "yes,no,up,down,left,right,on,off,stop,go", string extra = "", string? speech = null,
    int epochs = 60, int batch = 64, int hidden = 128, int stretches = 0, string @switch = "event", double lr = 2e-3, int seed = 1, int channels = 64, bool resume = false, double openNear = 0.12) =>
{
    torch.set_num_threads(2);
    var folders = new CorpusFolders { Data = data, Words = words.Split(','), Extra = extra.Split(',', StringSplitOptions.RemoveEmptyEntries), Speech = speech };
    var config = new SuRnnConfig
    {
        Stem = [new(channels, 5, false, false), new(channels, 7, true, true), new(channels, 7, true, true), new(channels, 7, true, true)],
        SalienceFrames = 4,
        Layers = [new(CellKind.Gru, hidden, Enum.Parse<SwitchKind>(@switch, true))],
        Labels = [Corpus.Silence, Corpus.Unknown, .. folders.Words],
        Background = [Corpus.Silence, Corpus.Unknown],
    };
    var corpus = Corpus.Load(folders, config.FrontEnd.SampleRate);
    Console.WriteLine($"{corpus.Training.Count} clips, {corpus.Validation.Count} to judge, {corpus.TrainingSpeech.Count} utterances, {corpus.KeptSpeech.Count} kept, {corpus.TrainingNoise.Count} noises");
    using var trainer = new Trainer(new FitOptions { Folders = folders, Config = config, Epochs = epochs, BatchSize = batch, LearningRate = lr, Seed = seed, EpochStretches = stretches, OpenNear = openNear }, corpus);
    if (resume) trainer.Load(checkpoints + "/checkpoint.bin");
    while (trainer.Epoch < epochs)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var report = trainer.RunEpoch(stretches < 0 ? null : (done, of, loss) => { if (done % 20 == 0) Console.Write($"\r{done}/{of} {loss:F3} {watch.Elapsed.TotalMilliseconds / done:F0} ms "); });
        var (c, n) = (report.Clips, report.Noise);
        Console.WriteLine($"\r{report.Epoch} loss {report.Loss:F3} near {report.OpenNear:F3} else {report.OpenElsewhere:F4} | acc {c.Accuracy:P1} words {c.WordAccuracy:P1} unk {c.UnknownAccuracy:P1} sil {c.SilenceAccuracy:P1} open {c.OpenInSpeech:P1} | noise open {n.Open:P2} shut {n.WhollyShut:P1} | lr {report.LearningRate:E1} {report.Seconds:F0} s gc {GC.CollectionCount(0)} {GC.CollectionCount(1)} {GC.CollectionCount(2)}");
        trainer.Save(checkpoints + "/checkpoint.bin");
    }
});
app.Run(args);
