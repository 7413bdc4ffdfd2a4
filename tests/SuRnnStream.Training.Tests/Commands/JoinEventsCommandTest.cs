using System.Text.Json.Nodes;
using SuRnnStream.Training.Arguments;
using SuRnnStream.Training.Commands;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Commands;

/// <summary>Brief recordings of events and backgrounds, from folder to figures: join-events, fit-events --join, judge-events.</summary>
[Trait("Category", "Thorough")]
public sealed class JoinEventsCommandTest : IDisposable
{
    readonly TinyGestures _gestures = new(each: 20);

    public void Dispose() => _gestures.Dispose();

    string Output => _gestures.File("out/gestures.surnn");

    int Fit(int epochs, int segments = 64, bool resume = false) => EventsCommand.Fit(new FitEventsArguments
    {
        Data = _gestures.Folder,
        Output = Output,
        Channels = TinyGestures.Channels,
        Rate = TinyGestures.Rate,
        HoldBack = "*3,*7",
        Labels = TinyGestures.Labels,
        Hop = 5,
        Content = FrameContent.Mean,
        HighPass = 0,
        LowPass = 0,
        Scale = 1,
        Normalize = 0,
        Landmark = 0,
        LabelTimes = "0.4,-0.1,0.1,0.3,0.5",
        Tolerance = 0.5,
        Refractory = 1,
        Join = true,
        Vectors = "a",
        Turn = 5,
        Switch = SwitchKind.Event,
        Hidden = 16,
        Width = 12,
        Blocks = 2,
        Epochs = epochs,
        Segments = segments,
        Batch = 16,
        Threshold = 0.5f,
        Resume = resume,
    });

    void Join(string file, double roll = 0, string names = "*3,*7") =>
        new JoinEventsCommand().Join(_gestures.Folder, names, file, TinyGestures.Channels, TinyGestures.Rate, TinyGestures.Labels, shortest: 1, longest: 3, vectors: "a", roll: roll, seed: 2);

    [Fact]
    public void Join_WritesEveryRecordingOnce_BetweenBackgrounds()
    {
        var file = _gestures.File("joined/held.csv");
        Join(file);
        var stream = EventCorpus.Load(Path.GetDirectoryName(file)!, TinyGestures.Sensor, new EventLabels("left=left;right=right"), ["*"]).HeldBack.Single();
        Assert.Equal((4, 4), (stream.Events.Count(happened => happened.Label == 1), stream.Events.Count(happened => happened.Label == 2)));
        Assert.All(stream.Events.Zip(stream.Events.Skip(1)), pair => Assert.InRange(pair.Second.Moment - pair.First.Moment, 2.4 * TinyGestures.Rate, 5.1 * TinyGestures.Rate));
        foreach (var happened in stream.Events) // where the circle ends, its z has just come back from 1 or -1
            Assert.InRange(stream.Channels[2][happened.Moment - 13] * (happened.Label == 1 ? 1 : -1), 0.8, 1.1);
        var bytes = File.ReadAllBytes(file);
        Join(file);
        Assert.Equal(bytes, File.ReadAllBytes(file));

        Join(file, roll: 90);
        var rolled = EventCorpus.Load(Path.GetDirectoryName(file)!, TinyGestures.Sensor, new EventLabels("left=left;right=right"), ["held"]).HeldBack.Single();
        Assert.Equal(stream.Channels[1], rolled.Channels[2]);
        Assert.Equal(stream.Channels[2].Select(z => -z), rolled.Channels[1]);
    }

    [Fact]
    public void Fit_OfJoinedRecordings_FindsThoseItHasNotHeard()
    {
        Assert.Equal(0, Fit(epochs: 30, segments: 240));
        var model = ModelFile.Load(Output);
        Assert.Equal((FrameContent.Mean, TimeSpan.Zero, TimeSpan.FromSeconds(1)), (model.Config.Sensor!.Content, model.Config.Sensor.LandmarkWithin, model.Defaults.Refractory));
        Assert.Equal("*3, *7", model.Card["held back"]);
        Join(_gestures.File("joined/held.csv"));
        var options = TinyGestures.Options with { Tolerance = 0.5 };
        var joined = EventCorpus.Load(_gestures.File("joined"), model.Config.Sensor, new EventLabels("left=left;right=right"), ["held"]).HeldBack.Single();
        var report = MomentJudge.Judge(model, joined, options.Times);
        Assert.True(report.ByLabel[1].F1 > 0.85 && report.ByLabel[2].F1 > 0.85, $"{report.ByLabel[1]}, {report.ByLabel[2]}");
        Assert.True(report.InEvents.OpenRatio > 1.5 * report.Background.OpenRatio, $"{report.InEvents.OpenRatio} in events, {report.Background.OpenRatio} in the background");
    }

    [Fact]
    public void Fit_ResumedWithOptionsOfAnOlderVersion_GoesOn()
    {
        Assert.Equal(0, Fit(epochs: 1));
        var file = Output + ".training/options.json";
        var options = JsonNode.Parse(File.ReadAllText(file))!;
        Assert.True(options["Events"]!.AsObject().Remove("Chosen")); // an option that came later, and has its default
        File.WriteAllText(file, options.ToJsonString());
        Assert.Equal(0, Fit(epochs: 1, resume: true));
        options["Epochs"] = 2;
        File.WriteAllText(file, options.ToJsonString());
        Assert.Contains("begun with other options", Assert.Throws<InvalidDataException>(() => Fit(epochs: 1, resume: true)).Message);
    }

    [Fact]
    public void Join_OfWhatCannotBe_SaysWhy()
    {
        string Refused(Action join) => Assert.ThrowsAny<Exception>(join).Message;
        var file = _gestures.File("joined/held.csv");
        Assert.Contains("are 4 recordings with events and 0 backgrounds", Refused(() => Join(file, names: "left*3,left*7")));
        Assert.Contains("no recording 'up*'", Refused(() => Join(file, names: "up*")));
        Assert.Contains("'background3' is shorter than --longest", Refused(() => new JoinEventsCommand().Join(_gestures.Folder, "*3", file, TinyGestures.Channels, TinyGestures.Rate, TinyGestures.Labels, longest: 20)));
        Assert.Contains("--shortest 0.1 and --longest 6 are no range above 0.25 s", Refused(() => new JoinEventsCommand().Join(_gestures.Folder, "*3", file, TinyGestures.Channels, TinyGestures.Rate, TinyGestures.Labels, shortest: 0.1)));
        Assert.False(File.Exists(file));
    }
}
