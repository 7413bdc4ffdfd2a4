using SuRnnStream.Training.Arguments;
using SuRnnStream.Training.Commands;
using SuRnnStream.Training.Events;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Commands;

public sealed class EventsCommandTest : IDisposable
{
    readonly TinyBeats _beats = new(records: 4);

    public void Dispose() => _beats.Dispose();

    string Output => _beats.File("out/beats.surnn");

    [Fact]
    public void Fit_WithARhythm_WritesAModelThatKnowsIt()
    {
        FitEventsArguments asked = new() { Data = _beats.Folder, Output = Output, Channels = "MLII [mV]", Rate = 360, HoldBack = "4", Hidden = 8, Width = 8, Blocks = 2, Rhythm = 2, Epochs = 1, Segments = 16, Batch = 16, Seconds = 6 };
        int Fit(string dilations) => EventsCommand.Fit(asked with { Dilations = dilations });
        Assert.Equal(0, Fit("1,4"));
        var config = ModelFile.Load(Output).Config;
        Assert.Equal((TimeSpan.FromSeconds(2), 23), (config.Sensor!.RhythmWithin, config.FrameLength));
        Assert.Equal([1, 1, 4], config.Stem.Select(layer => layer.Dilation));
        Assert.Equal(0, EventsCommand.Fit(asked with { Output = _beats.File("out/on.surnn"), Dilations = "1,4", Start = Output }));
        Assert.Equal("beats.surnn", ModelFile.Load(_beats.File("out/on.surnn")).Card["began with"]);
        foreach (var wrong in new[] { "1", "1,0", "1,x", "1,2,3" })
            Assert.Contains($"--dilations: '{wrong}' is no list of 2 whole numbers above 0", Assert.Throws<ArgumentException>(() => Fit(wrong)).Message);
    }

    int Fit(int epochs = 2, bool resume = false, SwitchKind kind = SwitchKind.Event, int segments = 32, string heldBack = "4") => EventsCommand.Fit(new FitEventsArguments
    {
        Data = _beats.Folder,
        Output = Output,
        Channels = "MLII [mV]",
        Rate = 360,
        HoldBack = heldBack,
        Switch = kind,
        Hidden = 32,
        Width = 16,
        Blocks = 1,
        Epochs = epochs,
        Segments = segments,
        Batch = 16,
        Seconds = 6,
        Threshold = 0.4f,
        Resume = resume,
    });

    [Fact]
    public void Fit_WritesAModelThatDetects_AndExportWritesTheSameAgain()
    {
        Assert.Equal(0, Fit(epochs: 16, segments: 160));
        var model = ModelFile.Load(Output);
        Assert.Equal(["background", "beat", "ventricular"], model.Config.Labels);
        Assert.Equal(("MLII [mV]", 360.0, 0.4f), (model.Config.Sensor!.Channels[0].ToString(), model.Config.Sensor.SampleRate, model.Defaults.Threshold));
        Assert.Contains("3 recordings", model.Card["training"]);
        Assert.Equal("4", model.Card["held back"]);
        var all = TinyBeats.Load(_beats.Folder, "*").HeldBack;
        Assert.Null(RecordingPrint.Leak(model, [all[3]]));
        Assert.StartsWith("1 of 2 judged recordings and 1 of 2 names", RecordingPrint.Leak(model, [all[2], all[3]]), StringComparison.Ordinal);
        Assert.StartsWith("1 of 1 judged recordings and 0 of 1 names", RecordingPrint.Leak(model, [all[2] with { Name = "a copy" }]), StringComparison.Ordinal);

        var stream = TinyBeats.Load(_beats.Folder, "4").HeldBack.Single();
        var report = MomentJudge.Judge(model, stream, _beats.Options.Times);
        Assert.True(report.Any.F1 > 0.95, report.Any.ToString());
        Assert.True(report.ByLabel[2].F1 > 0.8, report.ByLabel[2].ToString());
        Assert.InRange(MomentReport.Percentile(report.Offsets, 0.5), 0, 0.02); // the landmark is the R peak
        Assert.InRange(MomentReport.Percentile(report.Latencies, 0.5), 0.05, 0.3);
        Assert.Equal(report.Total.Frames, report.InEvents.Frames + report.Background.Frames);
        Assert.True(report.InEvents.OpenRatio > 1.5 * report.Background.OpenRatio, $"{report.InEvents.OpenRatio} in events, {report.Background.OpenRatio} in the background");

        var bytes = File.ReadAllBytes(Output);
        Assert.Equal(0, new EventsCommand().Export(Output));
        Assert.Equal(bytes, File.ReadAllBytes(Output));
        Assert.Equal(0, new EventsCommand().Export(Output, threshold: 0.6f));
        Assert.Equal(0.6f, ModelFile.Load(Output).Defaults.Threshold);
        Assert.Equal(0, new EventsCommand().Export(Output, thresholds: "beat=0.4,ventricular=0.2", decisionWindow: 100));
        var tuned = ModelFile.Load(Output).Defaults;
        Assert.Equal((0.4f, 0.2f, TimeSpan.FromMilliseconds(100)), (tuned.Thresholds["beat"], tuned.Thresholds["ventricular"], tuned.DecisionWindow));
        Assert.Contains("'beat:0.4' is no LABEL=SCORE", Assert.Throws<ArgumentException>(() => new EventsCommand().Export(Output, thresholds: "beat:0.4")).Message);

        var said = Said(() => new EventsCommand().Judge(Output, _beats.Folder, "3,4"));
        Assert.Equal(["3", "4", "all", "false", "Pan", "told", "told", "from", "from", "in", "background", "a"], said.Select(line => line.Split(' ')[0]));
        Assert.Contains("ventricular Se", said[2]);
        Assert.Matches(@"^false detections: \d+ in 2\.0 min, \d+\.\d\d a minute, 95 % ", said[3]);
        Assert.Contains("multiply-adds; front end", said[^1]);
    }

    [Fact]
    public void Fit_ResumedAfterAKill_EndsAsTheUnbrokenOne()
    {
        Assert.Equal(0, Fit());
        var bytes = File.ReadAllBytes(Output);
        var options = new TrainingRun(Output + ".training").ReadOptions();
        var corpus = TinyBeats.Load(_beats.Folder, "4");
        using (var first = new Trainer(options, new EventSegments(corpus, options.Config.Sensor!, options.Events!, 3, options.Seed)))
        {
            first.RunEpoch();
            first.Save(Output + ".training/checkpoint.bin");
        }
        Assert.Equal(0, Fit(resume: true));
        Assert.Equal(bytes, File.ReadAllBytes(Output));
        Assert.Throws<InvalidDataException>(() => Fit());
    }

    [Fact]
    public void Fit_OfTheDenseTwin_HasNoSwitches()
    {
        Assert.Equal(0, Fit(kind: SwitchKind.None, heldBack: ""));
        Assert.Equal(SwitchKind.None, ModelFile.Load(Output).Config.Layers[0].Switch);
    }

    [Fact]
    public void OtherModelsAndLabels_AreRefused()
    {
        Assert.Contains("choose --switch event", Assert.Throws<ArgumentException>(() => Fit(kind: SwitchKind.Random)).Message);
        Assert.Equal(0, Fit(epochs: 1));
        Assert.Contains("no recording to judge by", Assert.Throws<ArgumentException>(() => new EventsCommand().Judge(Output, _beats.Folder, "")).Message);
        Assert.Contains("The model knows background, beat, ventricular, but --labels has background, x", Assert.Throws<ArgumentException>(() => new EventsCommand().Judge(Output, _beats.Folder, "4", labels: "x=N")).Message);
        var commands = Path.Combine(AppContext.BaseDirectory, "models", "commands.surnn");
        Assert.Contains("takes sound, not sensors", Assert.Throws<ArgumentException>(() => new EventsCommand().Judge(commands, _beats.Folder, "4")).Message);
    }

    static string[] Said(Action act)
    {
        var (before, said) = (Console.Out, new StringWriter());
        Console.SetOut(said);
        try
        {
            act();
        }
        finally
        {
            Console.SetOut(before);
        }
        return said.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
