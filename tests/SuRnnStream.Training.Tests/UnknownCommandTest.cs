using Xunit;

namespace SuRnnStream.Training.Tests;

public class UnknownCommandTest
{
    static readonly string[] Names = ["fit", "picture raster", "picture memory"];

    [Fact]
    public void ACommandThatIsThere_OrNone_IsNoFault()
    {
        foreach (var args in new string[][] { [], ["--help"], ["fit", "-m", "bogus"], ["picture"], ["picture", "--help"], ["picture", "memory", "x"] }) Assert.Null(UnknownCommand.Of(Names, args));
    }

    [Fact]
    public void Another_IsNamed_BesideThoseThatAreThere()
    {
        Assert.Equal("There is no command 'fits': choose fit, picture memory or picture raster.", UnknownCommand.Of(Names, ["fits", "--help"]));
        Assert.Equal("There is no command 'picture none': choose fit, picture memory or picture raster.", UnknownCommand.Of(Names, ["picture", "none"]));
    }

    [Fact]
    public void Programs_EndWith1()
    {
        foreach (var (program, typed) in new (Func<string[], int>, string)[] { (TrainingProgram.Run, "judg"), (SuRnnStream.Research.Program.Main, "long-ranges") })
        {
            var complaint = Said(Console.Error, Console.SetError, () => Assert.Equal(1, program([typed])));
            Assert.StartsWith($"There is no command '{typed}': choose ", complaint, StringComparison.Ordinal);
            var help = Said(Console.Out, Console.SetOut, () => Assert.Equal(0, program(["--help"]))).Split('\n').SkipWhile(line => line.Trim() != "Commands:").Skip(1).Select(line => line.Trim().Split("  ")[0]).Where(name => name.Length > 0);
            Assert.Equal(help.Order(StringComparer.Ordinal), complaint.Trim().TrimEnd('.').Split("choose ")[1].Replace(" or ", ", ", StringComparison.Ordinal).Split(", "));
        }
    }

    static string Said(TextWriter before, Action<TextWriter> set, Action run)
    {
        using var said = new StringWriter();
        try
        {
            set(said);
            run();
        }
        finally
        {
            set(before);
        }
        return said.ToString();
    }
}
