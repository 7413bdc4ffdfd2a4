using SuRnnStream.Training.Events;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Events;

public sealed class JoinedSegmentsTest : IDisposable
{
    const int Rate = 100, Hop = 5;

    static readonly SensorFrontEndConfig Raw = new() { Channels = [new() { Name = "x" }], SampleRate = Rate, HopLength = Hop };

    static readonly EventOptions Options = TinyGestures.Options with { Labels = "a=A;b=B" };

    readonly TinyGestures _gestures = new();

    public void Dispose() => _gestures.Dispose();

    /// <summary>Two seconds that are the label's number, a spike at 1.2 s where the event is.</summary>
    static EventStream Recording(int label, int number = 0)
    {
        float[] x = [.. Enumerable.Repeat(10f * label, 2 * Rate)];
        x[120] = 600;
        return new EventStream($"event{label}.{number}", [x], [], [new StreamEvent(120, label, label)], []);
    }

    static EventStream Background(float value) => new("background", [[.. Enumerable.Repeat(value, 10 * Rate)]], [], [], []);

    static JoinedSegments Of(EventOptions options, params EventStream[] streams) => new(new EventCorpus(streams, []), Raw, options, 3, seed: 1);

    static JoinedSegments Spikes(JoinOptions? join = null) => Of(join is null ? Options : Options with { Join = join }, Recording(1), Recording(2), Background(-10), Background(-20));

    [Fact]
    public void Make_OfTheSameNumber_IsTheSame()
    {
        var (first, again) = (Spikes(), Spikes());
        for (var n = 0; n < 20; n++)
        {
            Assert.Equal(first.Make(2, n).Features, again.Make(2, n).Features);
            Assert.Equal(first.Make(2, n).Answer, again.Make(2, n).Answer);
        }
        Assert.NotEqual(first.Make(2, 0).Features, first.Make(3, 0).Features);
        Assert.Equal((120, 4), (first.Frames, first.PerEpoch));
    }

    [Fact]
    public void Make_LabelsFramesByTheirTimeAfterTheEvent_EachLabelAsOften()
    {
        var (maker, events) = (Spikes(), new int[3]);
        for (var n = 0; n < 100; n++)
        {
            var segment = maker.Make(0, n);
            for (var at = 0; at < segment.Features.Length; at++)
            {
                if (!(segment.Features[at] > 500)) continue;
                for (var t = Math.Max(0, at / Hop - 10); t < Math.Min(segment.Frames, at / Hop + 20); t++)
                {
                    var end = ((t + 1) * Hop - at) / (double)Rate; // of the frame, after the event
                    if (end > 0.11 && end < 0.29)
                    {
                        Assert.InRange(segment.Answer[t], 1, 2);
                        if (end < 0.16) events[segment.Answer[t]]++;
                    }
                    if (end is > -0.39 and < 0.49) Assert.True(segment.InEvent[t]);
                    if (end is > -0.09 and < 0.09) Assert.Equal((0, true), (segment.Answer[t], segment.OrAnswer[t] > 0)); // already before it
                }
            }
        }
        Assert.InRange(events[1], 40, 160);
        Assert.InRange(events[2], 0.6 * events[1], 1.6 * events[1]);
    }

    [Fact]
    public void Make_JoinsWithoutASilentPlaceOrAStep_AndBreaksEventsOff()
    {
        var (maker, kinds) = (Spikes(), new int[4]); // pairs of neighbours: backgrounds with each other, a background and an event, events with each other, broken off
        for (var n = 0; n < 200; n++)
        {
            var x = maker.Make(1, n).Features;
            var (before, spiked) = (0, false);
            for (var at = 1; at < x.Length; at++)
            {
                if (Math.Max(x[at], x[at - 1]) > 500) spiked = true;
                else Assert.True(Math.Abs(x[at] - x[at - 1]) < 25, "there is a step"); // 40 apart at most, over two moments at least
                if (x[at] != x[at - 1] || Math.Abs(x[at] % 10) > 0 || x[at] > 500) continue;
                var now = (int)Math.Round(x[at] / 10);
                if (now == before) continue;
                if (before != 0)
                {
                    kinds[(now, before) switch { ( < 0, < 0) => 0, ( > 0, > 0) => 2, _ => 1 }]++;
                    if (before > 0 && !spiked) kinds[3]++;
                }
                (before, spiked) = (now, false);
            }
        }
        Assert.All(kinds, count => Assert.True(count > 20, string.Join(' ', kinds)));
    }

    [Fact]
    public void Make_PlaysAtOtherSpeedsAndStrengths_WithGapsAndNoise()
    {
        var maker = Spikes(Options.Join! with { Speed = 0.22, Gain = 0.22, Noise = 0.5, Gaps = 0.5 });
        float[] heights = [.. Enumerable.Range(0, 200).Select(n => maker.Make(0, n).Features.Max()).Where(x => x > 200)];
        Assert.InRange(heights.Max(), 630, 800);
        Assert.InRange(heights.Min(), 200, 500); // a spike between two moments is lower still
        Assert.NotEqual(0, maker.Make(0, 1).Features[0] % 1);
    }

    [Fact]
    public void Make_TurnsAVectorsChannelsTogether()
    {
        var corpus = _gestures.Load();
        JoinedSegments Turned(double roll, double turn) => new(corpus, TinyGestures.Sensor, TinyGestures.Options with { Join = TinyGestures.Options.Join! with { Vectors = ["a"], Roll = roll, Turn = turn } }, 3, seed: 1);
        var (straight, rolled, turned) = (Turned(0, 0), Turned(180, 0), Turned(0, 15));
        var (differ, tilted) = (0, 0.0);
        for (var n = 0; n < 40; n++)
        {
            float[] plain = straight.Make(0, n).Features, other = rolled.Make(0, n).Features, third = turned.Make(0, n).Features;
            for (var m = 0; m < plain.Length; m += 3)
            {
                static double Square(float[] x, int m) => x[m] * x[m] + x[m + 1] * x[m + 1] + x[m + 2] * x[m + 2];
                Assert.Equal(plain[m], other[m], 4); // the first axis stays
                Assert.Equal(Square(plain, m), Square(other, m), tolerance: 1e-4);
                Assert.Equal(Square(plain, m), Square(third, m), tolerance: 1e-4);
                tilted = Math.Max(tilted, Math.Abs(plain[m] - third[m]));
            }
            if (plain.Zip(other).Any(pair => Math.Abs(pair.First - pair.Second) > 0.3)) differ++;
        }
        Assert.InRange(differ, 10, 30);
        Assert.True(tilted > 0.1);
    }

    [Fact]
    public void New_WithNothingToLearnFrom_SaysWhatIsMissing()
    {
        string Refused(EventOptions options, params EventStream[] streams) => Assert.Throws<ArgumentException>(() => Of(options, streams)).Message;
        Assert.Contains("made has no recording with an event", Refused(Options, Background(1)));
        Assert.Contains("made has no background to train on: add recordings whose .labels.csv has no line but the header", Refused(Options, Recording(1)));
        Assert.Contains("'background' is too short: a piece needs 3.0 s", Refused(Options, Recording(1), Background(1) with { Channels = [new float[Rate]] }));
        Assert.Contains("there is no channel 'acc x' among x; a vector V is channels 'V x', 'V y' and 'V z'", Refused(Options with { Join = Options.Join! with { Vectors = ["acc"] } }, Recording(1), Background(1)));
    }
}
