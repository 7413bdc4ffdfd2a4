using SuRnnStream.Training.Commands;
using SuRnnStream.Training.Events;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Events;

/// <summary>From takes to parts that are trained on, chosen by and reported on; statistics of channels.</summary>
public sealed class GestureTest
{
    const double Rate = 50;
    static readonly string[] Labels = ["background", "wave", "circle"];

    static EventStream Stream(string name, int seconds, params (double End, int Label)[] events)
    {
        var channel = Enumerable.Range(0, (int)(seconds * Rate)).Select(i => (float)i).ToArray();
        return new EventStream(name, [channel], [], [.. events.Select(one => new StreamEvent((long)(one.End * Rate), one.Label, one.Label))], []);
    }

    static (double, int)[] Every(double seconds, int count, int label) => [.. Enumerable.Range(1, count).Select(n => (n * seconds, label))];

    [Fact]
    public void Takes_AreSplit_WithoutASharedMoment()
    {
        var corpus = new GestureCorpus([Stream("wave-1", 60, Every(2.5, 20, 1)), Stream("circle-1", 60, Every(2.5, 10, 2)), Stream("none-1", 100)], Rate, Labels);
        int Count(IReadOnlyList<EventStream> part, int label) => part.Count(stream => stream.Events.Count > 0 && stream.Events[0].Label == label);
        Assert.Equal((12, 4, 4), (Count(corpus.Training, 1), Count(corpus.Choosing, 1), Count(corpus.Reporting, 1)));
        Assert.Equal((6, 2, 2), (Count(corpus.Training, 2), Count(corpus.Choosing, 2), Count(corpus.Reporting, 2)));
        Assert.Empty(corpus.HeldBackPersons);
        foreach (var name in new[] { "wave-1", "circle-1", "none-1" })
        {
            var moments = new[] { corpus.Training, corpus.Choosing, corpus.Reporting }.Select(part => part.Where(stream => stream.Name == name).SelectMany(stream => stream.Channels[0]).ToHashSet()).ToArray();
            Assert.Empty(moments[0].Intersect(moments[1]));
            Assert.Empty(moments[0].Intersect(moments[2]));
            Assert.Empty(moments[1].Intersect(moments[2]));
        }
        Assert.All(corpus.Training.Where(stream => stream.Events.Count > 0), take => Assert.InRange(take.Moments - take.Events[0].Moment, 0.5 * Rate, 0.7 * Rate + 1));
    }

    [Fact]
    public void Persons_AreHeldBackWhole_WhereThereAreThree()
    {
        EventStream[] Of(string person) => [Stream($"{person}_wave-1", 60, Every(2.5, 6, 1)), Stream($"{person}_circle-1", 60, Every(2.5, 6, 2))];
        var corpus = new GestureCorpus([.. Of("ann"), .. Of("bo"), .. Of("cy"), Stream("none-1", 100)], Rate, Labels);
        Assert.Equal(["cy"], corpus.HeldBackPersons);
        string[] In(IReadOnlyList<EventStream> part) => [.. part.Where(stream => stream.Events.Count > 0).Select(stream => stream.Name[..stream.Name.IndexOf('_')]).Distinct()];
        Assert.Equal(["ann"], In(corpus.Training));
        Assert.Equal(["bo"], In(corpus.Choosing));
        Assert.Equal(["cy"], In(corpus.Reporting));
    }

    [Fact]
    public void TooFewTakes_OrNoOrdinaryMovements_SayWhatToRecord()
    {
        Assert.Contains("There are 3 takes of 'circle': record 5 or more", Assert.Throws<ArgumentException>(() => new GestureCorpus([Stream("a", 60, [.. Every(2.5, 9, 1), (30, 2), (40, 2), (50, 2)]), Stream("none-1", 100)], Rate, Labels)).Message);
        Assert.Contains("surnn record --label none", Assert.Throws<ArgumentException>(() => new GestureCorpus([Stream("a", 60, Every(2.5, 9, 1))], Rate, ["background", "wave"])).Message);
    }

    /// <summary>Recordings with names and units of their own train the same model.</summary>
    [Fact]
    public void Recordings_AreReadByAMap()
    {
        using var tiny = new TinyGestures(each: 1, backgrounds: 1);
        var model = TinyGestures.Sensor with { Channels = [.. "xyz".Select(axis => new SensorChannel { Name = $"acc {axis}", Unit = "mg" })] };
        var (plain, mapped) = (tiny.Load(), EventCorpus.Load(tiny.Folder, EventsCommand.Mapped(model, "acc x=a x,acc y=a y,acc z=a z"), new EventLabels(TinyGestures.Labels), []));
        Assert.Equal(plain.Training.Count, mapped.Training.Count);
        foreach (var (one, other) in plain.Training.Zip(mapped.Training))
            Assert.All(one.Channels.Zip(other.Channels), pair => Assert.All(pair.First.Zip(pair.Second), value => Assert.Equal(1_000 * value.First, value.Second, 1e-3)));
        Assert.Contains("--map: the model has no channel 'q'", Assert.Throws<ArgumentException>(() => EventsCommand.Mapped(model, "q=a x")).Message);
    }

    [Fact]
    public void Statistics_AreThoseOfTheValues()
    {
        float[] quiet = [.. Enumerable.Range(0, 5_000).Select(i => i % 2 == 0 ? 1f : -1f)], loud = [.. quiet.Select(x => 10 * x)];
        var known = TrainedChannels.Of([[.. quiet, float.NaN], loud], 100)!;
        Assert.Equal(0, known.Mean, 6);
        Assert.Equal(Math.Sqrt(50.5), known.Deviation, 3);
        Assert.Equal((-10, 10), (known.Least, known.Most));
        Assert.Equal(1, known.Calm, 6);
        Assert.Null(TrainedChannels.Of([[float.NaN]], 100));
    }
}
