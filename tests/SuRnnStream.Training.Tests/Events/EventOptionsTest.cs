using System.Text.Json;
using SuRnnStream.Training.Commands;
using SuRnnStream.Training.Events;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Events;

public sealed class EventOptionsTest
{
    [Fact]
    public void WithTimes_TakesTheFiveTimes_OrTheDefaults()
    {
        var options = TinyGestures.Options;
        Assert.Same(options, options.WithTimes(""));
        var set = options.WithTimes("0.6,-0.15,0.1,0.4,0.7");
        Assert.Equal((0.6, -0.15, 0.1, 0.4, 0.7), (set.Before, set.FirstAnswer, set.SureAnswer, set.AnswerUntil, set.AnswerGone));
    }

    [Theory]
    [InlineData("0.6,0.1")]
    [InlineData("0.6,x,0.1,0.4,0.7")]
    [InlineData("0.1,-0.15,0.1,0.4,0.7")] // an answer before the event
    [InlineData("0.6,0.2,0.1,0.4,0.7")]
    [InlineData("0.6,0,0.4,0.4,0.7")]
    [InlineData("0.6,0,0.1,0.8,0.7")]
    public void WithTimes_OfOthers_SaysWhatIsExpected(string text) =>
        Assert.Contains($"--label-times: '{text}' is no BEFORE,FIRST,SURE,UNTIL,GONE", Assert.Throws<ArgumentException>(() => TinyGestures.Options.WithTimes(text)).Message);

    [Fact]
    public void OptionsOfAnOlderTraining_MeanWhatTheyDid()
    {
        // As fit-events wrote them before times, tolerance and joining could be set.
        var read = JsonSerializer.Deserialize<EventOptions>("""{"Folder": "mit-bih", "HeldBack": ["101"], "Labels": "beat=N", "Seconds": 8, "Before": 0.06, "AnswerGone": 0.24}""", FitCommand.Json)!;
        Assert.Equal((0.06, 0.02, 0.24, 0.15, 0.2), (read.Before, read.FirstAnswer, read.AnswerGone, read.Tolerance, read.Refractory));
        Assert.Null(read.Join);
    }
}
