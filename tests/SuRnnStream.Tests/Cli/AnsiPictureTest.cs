using Spectre.Console;
using SuRnnStream.Cli;
using Xunit;

namespace SuRnnStream.Tests.Cli;

public sealed class AnsiPictureTest
{
    readonly StringWriter _written = new();

    AnsiPicture New(ColorSystemSupport colours, int width = 20, int height = 10)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = colours,
            Out = new AnsiConsoleOutput(_written),
        });
        (console.Profile.Width, console.Profile.Height) = (width, height);
        return new AnsiPicture(console);
    }

    string Show(AnsiPicture picture, params string[] lines)
    {
        _written.GetStringBuilder().Clear();
        picture.Begin();
        foreach (var line in lines)
        {
            picture.Put(line, 41);
            picture.EndLine();
        }
        picture.Show();
        return _written.ToString();
    }

    [Fact]
    public void Show_WritesOnlyTheLinesThatChanged()
    {
        var picture = New(ColorSystemSupport.NoColors);
        Assert.Equal("\e[?25l\e[2Kone\e[0m\r\n\e[2Ktwo\e[0m\r\n", Show(picture, "one", "two"));
        Assert.Equal("\e[2A\r\n\e[2Kzwei\e[0m\r\n", Show(picture, "one", "zwei"));
        Assert.Equal("\e[2A\r\n\r\n\e[2Kthree\e[0m\r\n", Show(picture, "one", "zwei", "three"));
        Assert.Equal("\e[3A\r\n\e[J", Show(picture, "one"));
    }

    [Fact]
    public void Put_InColour_SaysTheColour() =>
        Assert.Equal("\e[?25l\e[2K\e[38;5;41mone\e[0m\r\n", Show(New(ColorSystemSupport.EightBit), "one"));

    [Fact]
    public void WhatDoesNotFit_IsLeftOut()
    {
        var picture = New(ColorSystemSupport.NoColors, width: 5, height: 3);
        Assert.Equal("\e[?25l\e[2K1234\e[0m\r\n\e[2Kb\e[0m\r\n", Show(picture, "123456", "b", "c"));
    }

    [Fact]
    public void Clear_TakesItAway_AndGivesTheCursorBack()
    {
        var picture = New(ColorSystemSupport.NoColors);
        Show(picture, "one", "two");
        _written.GetStringBuilder().Clear();
        picture.Clear();
        picture.Clear();
        Assert.Equal("\e[2A\e[J\e[?25h", _written.ToString());
    }
}
