using SuRnnStream.Evaluation;
using SuRnnStream.Training.Judging;
using Xunit;

namespace SuRnnStream.Training.Tests.Judging;

public sealed class JudgeTableTest
{
    static readonly Figure[] Figures =
    [
        Figure.OfCases("words", "missed", [new("a", 1, 10), new("b", 3, 10)], "words") with { Note = "threshold 0.5" },
        Figure.OfHours("speech", "false alarms, read", [new("x", 0, 0.5)]),
        Figure.OfDraws("speech", "at 10 % missed", FigureUnit.PerHour, _ => double.PositiveInfinity),
        Figure.OfNumber("cost", "multiply-adds a frame", 38_149.4),
    ];

    static readonly Draws Draws = new([["a", "b"], ["x"]], 1);

    [Fact]
    public void Lines_SayCountsBoundsAndSpeakers()
    {
        string[] lines = [.. JudgeTable.Lines(Figures, null, Draws)];
        Assert.Equal(9, lines.Length); // three groups, two empty lines, four figures
        Assert.Equal("words", lines[0]);
        Assert.Equal("  missed                                         20.0 %  4 of 20 words, 2 speakers; exact 5.7 % to 43.7 %; by speaker 10.0 % to 30.0 %; threshold 0.5", lines[1]);
        Assert.Equal("  false alarms, read                              0.0/h  0 in 0.50 h, 1 speaker; at most 6.0/h, one-sided", lines[4]);
        Assert.Contains("never", lines[5]);
        Assert.EndsWith("38,149", lines[8]);
    }

    [Fact]
    public void Lines_AgainstAnother_SayTheDifference()
    {
        Figure[] other = [Figure.OfCases("words", "missed", [new("a", 2, 10), new("b", 4, 10)], "words"), .. Figures[1..]];
        string[] lines = [.. JudgeTable.Lines(Figures, other, Draws)];
        Assert.Equal("                                                 30.0 %  the other; difference -10.0 % (-10.0 % to -10.0 %, paired by speaker)", lines[2]);
        Assert.EndsWith("never  the other", lines.Single(line => line.Contains("never  the")));
    }
}
