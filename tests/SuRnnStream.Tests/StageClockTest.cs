using SuRnnStream.Tests.Pipeline;
using Xunit;

namespace SuRnnStream.Tests;

public sealed class StageClockTest
{
    readonly ManualTime _time = new();

    [Theory, InlineData(0), InlineData(1), InlineData(7), InlineData(16), InlineData(32), InlineData(320)]
    public void Take_AfterEvenFrames_IsTheirWholeTime(int frames)
    {
        var clock = new StageClock(_time);
        for (var i = 0; i < frames; i++) Frame(ref clock, 3, 5);
        Assert.Equal((Ms(3 * frames), Ms(5 * frames)), clock.Take());
        Assert.Equal((Ms(0), Ms(0)), clock.Take());
    }

    [Fact]
    public void LaterFrames_AreStoodForByTheLastOfSixteen()
    {
        var clock = new StageClock(_time);
        for (var i = 0; i < 16; i++) Frame(ref clock, 1, 1);
        clock.Take();
        for (var i = 0; i < 15; i++) Frame(ref clock, 100, 100);
        Assert.Equal((Ms(0), Ms(0)), clock.Take());
        Frame(ref clock, 2, 4);
        Assert.Equal((Ms(32), Ms(64)), clock.Take());
    }

    [Fact]
    public void AFrameThatArrivesInPieces_IsTheSumOfThem_AndTheCallersTimeIsNot()
    {
        var clock = new StageClock(_time);
        for (var piece = 0; piece < 3; piece++)
        {
            clock.Start();
            _time.Advance(Ms(2));
            clock.FrontEndDone();
            _time.Advance(Ms(50));
        }
        Frame(ref clock, 1, 9);
        _time.Advance(Ms(50));
        clock.Start();
        Assert.Equal((Ms(7), Ms(9)), clock.Take());
    }

    void Frame(ref StageClock clock, int frontEnd, int network)
    {
        clock.Start();
        _time.Advance(Ms(frontEnd));
        clock.FrontEndDone();
        _time.Advance(Ms(network));
        clock.NetworkDone();
    }

    static TimeSpan Ms(int count) => TimeSpan.FromMilliseconds(count);
}
