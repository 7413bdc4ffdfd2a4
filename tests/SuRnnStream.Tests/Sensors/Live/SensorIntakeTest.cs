using System.Globalization;
using SuRnnStream.Tests.Pipeline;
using Xunit;

namespace SuRnnStream.Tests.Sensors.Live;

/// <summary>What comes of a sensor's texts: moments, gaps, and a message for each thing that is wrong.</summary>
public sealed class SensorIntakeTest
{
    static readonly SensorFrontEndConfig Two = new() { Channels = [new() { Name = "acc x", Unit = "g" }, new() { Name = "acc y", Unit = "g" }], SampleRate = 100 };
    static readonly SensorFrontEndConfig One = Two with { Channels = [new() { Name = "MLII", Unit = "mV" }] };

    readonly ManualTime _time = new();
    readonly List<string> _told = [];
    readonly float[] _read = new float[10_000];

    [Fact]
    public void Texts_OfAllKinds_GiveTheirMoments()
    {
        var (intake, queue) = New(Two);
        foreach (var text in (string[])[
            """{"acc y": 2, "acc x [g]": 1, "battery": 3.1}""", "[3, null]", "[[5, 6], [7, 8]]", "[9, 10, 11, 12]",
            """[{"acc x": 13, "acc y": 14}]""", "{\"acc x\": 15}\n{\"acc y\": 16}", "17,18\n19;20\r\n", "21\tNaN", " ", "acc y,battery,acc x [g]", "24,9,23"])
            intake.Take(text, whole: true);
        float none = float.NaN;
        Assert.Equal([1, 2, 3, none, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, none, none, 16, 17, 18, 19, 20, 21, none, 23, 24], Read(queue));
        Assert.Empty(_told);
        Assert.Equal((0, 0), (intake.Malformed, intake.SamplesLost));
    }

    [Theory]
    [InlineData("1,2,3,4", "there are 4 cells, but there is no header, so they have to be acc x, acc y; complete the line or remove it")]
    [InlineData("[1, 2, 3]", "there are 3 numbers, but the model takes 2 channels; write a line as {\"acc x\": 0.1, \"acc y\": 0.1}")]
    [InlineData("WiFi connected", "'WiFi connected' under 'acc x' is no number")]
    [InlineData("1.5,abc", "'abc' under 'acc y' is no number; write numbers with a decimal point")]
    [InlineData("""{"acc x": 1, "acc y": NaN}""", "this is no JSON ('N' is an invalid start of a value")]
    [InlineData("""{"acc x": 1, "acc y": NaN}""", "write null where a value is missing")]
    [InlineData("""{"acc x": "1"}""", "'acc x' is \"1\", which is no number; write a number, or null where the value is missing")]
    [InlineData("""{"acc x [rad/s]": 1}""", "the channel 'acc x' is in rad/s, but the model needs g; convert it to g")]
    [InlineData("""{"x": 1}""", "none of the model's channels is there")]
    public void MalformedText_IsCountedAndTold_AndKeepsItsPlace(string text, string says)
    {
        var (intake, queue) = New(Two);
        intake.Take("1,2", true);
        intake.Take(text, true);
        intake.Take("3,4", true);
        Assert.Equal([1, 2, float.NaN, float.NaN, 3, 4], Read(queue));
        Assert.Equal(1, intake.Malformed);
        Assert.Contains(says, Assert.Single(_told));
    }

    [Theory]
    [InlineData("[3, 4, 5, \"x\", 7, 8]", new float[] { 3, 4, float.NaN, float.NaN, 7, 8 })]
    [InlineData("[[3, 4], [5], [7, 8]]", new float[] { 3, 4, float.NaN, float.NaN, 7, 8 })]
    [InlineData("[5, [3, 4], [7, 8]]", new float[] { float.NaN, float.NaN, 3, 4, 7, 8 })]
    [InlineData("[{\"acc x\": 3, \"acc y\": 4}, {\"x\": 5}, {\"acc x\": 7, \"acc y\": 8}]", new float[] { 3, 4, float.NaN, float.NaN, 7, 8 })]
    [InlineData("[3, 4]\n[5, \n[7, 8]", new float[] { 3, 4, float.NaN, float.NaN, 7, 8 })]
    [InlineData("3,4\n5,?\n7,8", new float[] { 3, 4, float.NaN, float.NaN, 7, 8 })]
    [InlineData("[3, 4, 5, 6, 7, 8, 9]", new float[] { float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN })]
    [InlineData("[3, 4, 5, ", new float[] { float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN })] // as many as in the message before
    [InlineData("[[3, 4],\n[5, 6], [7, 8]]", new float[] { 3, 4, 5, 6, 7, 8 })]
    public void SeveralMomentsInAMessage_OneOfThemMalformed_KeepTheirPlaces(string text, float[] moments)
    {
        var (intake, queue) = New(Two);
        intake.Take("[0, 0, 1, 1, 2, 2]", true);
        intake.Take(text, true);
        Assert.Equal([0, 0, 1, 1, 2, 2, .. moments], Read(queue));
        Assert.Equal(moments.Any(float.IsNaN) ? 1 : 0, intake.Malformed);
    }

    /// <summary>One message of it ended a live sensor for good.</summary>
    [Theory, InlineData("""{"\ud800": 1}"""), InlineData("""{"acc x": "\ud800"}"""), InlineData("""{"time": "\udc00", "acc x": 1}""")]
    public void TextThatIsNone_IsMalformed_AndTheSensorGoesOn(string text)
    {
        var (intake, queue) = New(Two);
        intake.Take("1,2", true);
        intake.Take(text, true);
        intake.Take("3,4", true);
        Assert.Equal([1, 2, float.NaN, float.NaN, 3, 4], Read(queue));
        Assert.Equal(1, intake.Malformed);
    }

    [Fact]
    public void MalformedTexts_InAFlood_AreToldOnce()
    {
        var (intake, _) = New(Two);
        for (var i = 0; i < 1_000; i++) intake.Take("?", true);
        Assert.Equal((1_000, 1), (intake.Malformed, _told.Count));
        _time.Advance(TimeSpan.FromSeconds(6));
        intake.Take("?", true);
        Assert.Equal(2, _told.Count);
    }

    [Fact]
    public void Header_InAnotherUnit_EndsTheStream()
    {
        var (intake, _) = New(One);
        var reason = Assert.Throws<UnusableSensorException>(() => intake.Take("time [ms],MLII [hPa]", true)).Reason;
        Assert.Equal("test: text 1: the channel 'MLII' is in hPa, but the model needs mV; convert it to mV.", reason.Message);
    }

    [Fact]
    public void Header_ThatIsCut_IsUsedOnlyIfItServes()
    {
        var (intake, queue) = New(Two);
        intake.Take("x [g],acc y [g]", whole: false);
        intake.Take("1,2", true);
        intake.Take("acc y,acc x", whole: false);
        intake.Take("3,4", true);
        Assert.Equal([1, 2, 4, 3], Read(queue));
        Assert.Empty(_told);
    }

    [Fact]
    public void Times_TellWhatIsLost_WheneverItComes()
    {
        var (intake, queue) = New(One);
        intake.Take("0,1\n0.01,2\n0.05,3\n0.06,4", true); // 0.02, 0.03 and 0.04 are missing
        Assert.Equal([1, 2], Next(queue));
        Assert.Equal(0, queue.SamplesLost);
        Assert.Equal([3, 4], Next(queue));
        Assert.Equal(3, queue.SamplesLost);
        Assert.Equal("3 samples lost, 0.03 s by its clock", Assert.Single(_told));
    }

    [Fact]
    public void Moment_ThatComesTwice_IsCountedAndLeftOut()
    {
        var (intake, queue) = New(One);
        intake.Take("10.00,1\n10.01,2\n10.00,1\n10.01,2\n10.02,3", true);
        Assert.Equal([1, 2, 3], Read(queue));
        Assert.Equal((2, 0), (intake.Malformed, intake.SamplesLost));
        Assert.Equal("time stands still or goes back, from 10.01 to 10 s; send moments in their order, each once", Assert.Single(_told));
    }

    [Theory, InlineData(-3_600, "back"), InlineData(1.7e9, "ahead")]
    public void Clock_ThatIsSet_IsNoGap_AndToldOnce(double by, string how)
    {
        var (intake, queue) = New(One);
        for (var m = 0; m < 200; m++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            intake.Take(string.Create(CultureInfo.InvariantCulture, $"{5_000 + m / 100.0 + (m >= 100 ? by : 0)},{m}"), true);
        }
        Assert.Equal(200, Read(queue).Length);
        Assert.Equal((0, 0), (intake.SamplesLost, intake.Malformed));
        Assert.Matches($"^its clock was set {how} by [0-9.]+ s: times go on by this machine's$", Assert.Single(_told));
    }

    [Fact]
    public void Clock_ThatIsSetWhileTheLinkIsBroken_LeavesTheGapToThisMachines()
    {
        var (intake, queue) = New(One);
        intake.Take("100,1", true);
        intake.Break();
        _time.Advance(TimeSpan.FromSeconds(5));
        intake.Take("0,2", true); // the sensor has been restarted
        Assert.Equal([1f], Next(queue));
        Assert.Equal([2f], Next(queue));
        Assert.Equal(499, queue.SamplesLost);
    }

    [Fact]
    public void Times_OfAnotherRate_EndTheStream()
    {
        var (intake, _) = New(One);
        var reason = Assert.Throws<UnusableSensorException>(() =>
        {
            for (var m = 0; m < 100; m++) intake.Take($"{10 * m},1", true); // milliseconds
        }).Reason;
        Assert.Equal("test: times: moments come every 10 s, which is 0.1 Hz, but the model takes 100 Hz; that is 1,000 times the model's step: if the times are in ms, name the column time [ms], or map it (--map \"time=COLUMN [ms]\").", reason.Message);
    }

    /// <summary>A slow sensor got losses that never were.</summary>
    [Theory, InlineData(0.9, "11.1 % fast"), InlineData(1.1, "9.1 % slow")]
    public void Times_OfASensorThatIsOff_LoseNothing_AndAreToldOnce(double off, string how)
    {
        var (intake, queue) = New(One);
        for (var m = 0; m < 2_000; m++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10 * off));
            intake.Take(FormattableString.Invariant($"{0.01 * off * m:0.0000},{m % 7}"), true);
        }
        Assert.Equal((2_000, 0L), (Read(queue).Length, intake.SamplesLost));
        Assert.Contains(how + ": times are by the model's", Assert.Single(_told));
    }

    [Fact]
    public void WithoutTimes_AnotherRate_IsToldOnce()
    {
        var (intake, _) = New(One);
        for (var m = 0; m < 1_500; m++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(20));
            intake.Take("1.5", true);
            intake.Take($"{m % 2}", true);
            intake.Take("-1", true);
        }
        Assert.Matches(@"^moments come at 1\d\d(\.\d+)? Hz, but the model takes 100 Hz: send that many a second$", Assert.Single(_told));
    }

    [Theory, InlineData(0, 300), InlineData(250, 50)]
    public void WithoutTimes_WhatWasKeptOnTheWay_IsNotLost(int kept, int lost)
    {
        var (intake, queue) = New(One);
        Send(intake, 100);
        intake.Break();
        _time.Advance(TimeSpan.FromSeconds(3));
        for (var m = 0; m < kept; m++) intake.Take($"{m % 5}", true); // in a burst
        Send(intake, 100);
        Assert.Equal(200 + kept, Read(queue).Length);
        Assert.Equal(lost, intake.SamplesLost);
        Assert.Equal(lost, queue.SamplesLost);
    }

    [Fact]
    public void WithoutTimes_Silence_IsAGapToo_ButNotAShortOne()
    {
        var (intake, queue) = New(One);
        Send(intake, 100);
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Send(intake, 100);
        Assert.Equal(0, intake.SamplesLost);
        _time.Advance(TimeSpan.FromSeconds(2.1));
        Assert.True(intake.IsSilent);
        Send(intake, 100);
        Assert.Equal((210, 300), (intake.SamplesLost, Read(queue).Length));
    }

    [Fact]
    public void Channel_ThatDoesNotMove_IsToldUntilItDoes()
    {
        var (intake, _) = New(Two);
        for (var m = 0; m < 2_500; m++) intake.Take($"{m % 9},{(m < 1_200 ? 1.5 : m)}", true);
        Assert.Equal("acc y has stood at 1.5 g: is the sensor connected?", Assert.Single(_told));
        for (var m = 0; m < 3_000; m++) intake.Take($"{m % 9},null", true); // missing is not stuck
        Assert.Single(_told);
    }

    (SensorIntake Intake, PushSource Queue) New(SensorFrontEndConfig sensor)
    {
        var queue = new PushSource(sensor.SampleRate, sensor.Channels.Count, 5_000);
        return (new SensorIntake("test", sensor, new LiveSensorOptions { Time = _time }.Validate(), queue, _told.Add), queue);
    }

    void Send(SensorIntake intake, int moments)
    {
        for (var m = 0; m < moments; m++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            intake.Take($"{m % 7}", true);
        }
    }

    float[] Next(PushSource queue) => _read[..queue.Read(_read)];

    /// <summary>All that there is.</summary>
    float[] Read(PushSource queue)
    {
        queue.Complete();
        var count = 0;
        for (int got; (got = queue.Read(_read.AsSpan(count))) > 0;) count += got;
        return _read[..count];
    }
}
