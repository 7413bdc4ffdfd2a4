using SuRnnStream.Training.Events;
using Xunit;

namespace SuRnnStream.Training.Tests.Events;

public sealed class EventSegmentsTest
{
    const int Rate = 360, Hop = 9;

    static readonly SensorFrontEndConfig Raw = new() { Channels = [new() { Name = "x" }], SampleRate = Rate, HopLength = Hop };

    static readonly EventOptions Options = new() { Folder = "made", HeldBack = [], Labels = "a=A;b=B", Seconds = 6, LeadIn = 1 };

    /// <summary>Spikes of one sample every two to three seconds, one in fifteen of label 2.</summary>
    static EventStream Spikes(int seed = 1, bool other = false, (long, long)[]? excluded = null)
    {
        var (random, x, events) = (new Random(seed), new float[120 * Rate], new List<StreamEvent>());
        for (var at = 700; at < x.Length - 700; at += random.Next(2 * Rate, 3 * Rate))
        {
            x[at] = 1_000;
            events.Add(new StreamEvent(at, events.Count % 15 == 7 ? 2 : 1, events.Count % 15 == 7 ? 2 : 1));
        }
        return new EventStream("spikes", [x], other ? [[.. x.Select(value => -value)]] : [], events, excluded ?? []);
    }

    static EventSegments Of(params EventStream[] streams) => new(new EventCorpus(streams, []), Raw, Options, 3, seed: 1);

    [Fact]
    public void Make_OfTheSameNumber_IsTheSame()
    {
        var (first, again) = (Of(Spikes()), Of(Spikes()));
        for (var n = 0; n < 20; n++)
        {
            Assert.Equal(first.Make(2, n).Features, again.Make(2, n).Features);
            Assert.Equal(first.Make(2, n).Answer, again.Make(2, n).Answer);
        }
        Assert.NotEqual(first.Make(2, 0).Features, first.Make(3, 0).Features);
        Assert.Equal((240, 20), (first.Frames, first.PerEpoch));
    }

    [Fact]
    public void Make_LabelsFramesByTheirTimeAfterTheEvent()
    {
        var (maker, events) = (Of(Spikes()), 0);
        for (var n = 0; n < 200; n++)
        {
            var segment = maker.Make(0, n);
            for (var at = 0; at < segment.Features.Length; at++)
            {
                if (!(segment.Features[at] > 200) || segment.Features.AsSpan(Math.Max(0, at - 4)..at).IndexOfAnyInRange(200, float.MaxValue) >= 0) continue; // a spike may be played as two samples
                events++;
                for (var t = Math.Max(0, at / Hop - 10); t < Math.Min(segment.Frames, at / Hop + 20); t++)
                {
                    var end = ((t + 1) * Hop - at) / (double)Rate; // of the frame, after the event
                    const double Slack = 2.0 / Rate;               // of a spike played faster or slower
                    void Expect(double from, double to, Action inside, Action outside)
                    {
                        if (end > from + Slack && end < to - Slack) inside();
                        else if (end < from - Slack || end > to + Slack) outside();
                    }
                    Expect(-Options.Before, Options.AnswerGone, () => Assert.True(segment.InEvent[t]), () => Assert.False(segment.InEvent[t]));
                    Expect(Options.SureAnswer, Options.AnswerUntil, () => Assert.NotEqual(0, segment.Answer[t]), () => Assert.Equal(0, segment.Answer[t]));
                    Expect(Options.FirstAnswer, Options.AnswerGone, () => Assert.NotEqual(0, segment.OrAnswer[t]), () => Assert.Equal(0, segment.OrAnswer[t]));
                }
            }
        }
        Assert.True(events > 300, $"{events} events");
    }

    [Fact]
    public void Make_DrawsRareLabelsOften_AtAnyPlace()
    {
        var (maker, rare, of, places) = (Of(Spikes(1), Spikes(2)), 0, 0, new int[6]);
        for (var n = 0; n < 600; n++)
        {
            var segment = maker.Make(1, n);
            for (var t = 1; t < segment.Frames; t++)
            {
                if (segment.Answer[t] == 0 || segment.Answer[t - 1] != 0) continue;
                of++;
                if (segment.Answer[t] == 2) rare++;
                places[t * places.Length / segment.Frames]++;
            }
        }
        Assert.InRange((double)rare / of, 0.11, 0.5); // of one in fifteen
        Assert.All(places, count => Assert.InRange(count, 0.7 * of / 6, 1.3 * of / 6));
    }

    [Fact]
    public void Make_KeepsAwayFromExcludedSegments()
    {
        var stream = Spikes(excluded: [(30 * Rate, 60 * Rate)]);
        for (var m = 30 * Rate; m < 60 * Rate; m++) stream.Channels[0][m] = -1e6f;
        var maker = Of(stream);
        for (var n = 0; n < 200; n++) Assert.True(maker.Make(0, n).Features.Min() > -900); // one of -1000 is the least that there may be
    }

    [Fact]
    public void Make_PlaysBetweenTheChannelsNowAndThen()
    {
        var maker = Of(Spikes(other: true));
        float[][] heard = [.. Enumerable.Range(0, 200).Select(n => maker.Make(0, n).Features)];
        Assert.InRange(heard.Count(x => x.Min() < -Math.Abs(x.Max())), 4, 25);   // more of the other: a quarter of a quarter
        Assert.InRange(heard.Count(x => x.Max() < 200 && x.Min() > -200), 1, 20); // as much of both: they cancel
    }

    [Fact]
    public void New_WithNothingToLearnFrom_SaysSo()
    {
        var none = Spikes() with { Events = [] };
        Assert.Contains("made has no event to train on", Assert.Throws<ArgumentException>(() => Of(none)).Message);
        var brief = Spikes() with { Channels = [new float[Rate]] };
        Assert.Contains("'spikes' is too short: a segment needs 8 s", Assert.Throws<ArgumentException>(() => Of(brief)).Message);
    }
}
