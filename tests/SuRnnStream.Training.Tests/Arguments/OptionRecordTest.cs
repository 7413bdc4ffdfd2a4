using SuRnnStream.Tests;
using SuRnnStream.Training.Arguments;
using Xunit;

namespace SuRnnStream.Training.Tests.Arguments;

public sealed class OptionRecordTest : IDisposable
{
    static readonly string[] Needed = ["--data", "DIR", "--out", "my.surnn"];

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static FitArguments Read(params string[] arguments) => OptionRecord.Read<FitArguments>("fit", arguments)!;

    static string Wrong(params string[] arguments) => Assert.Throws<ArgumentException>(() => Read(arguments)).Message;

    string Write(string json)
    {
        var file = _folder.File("fit.json");
        File.WriteAllText(file, json);
        return file;
    }

    [Fact]
    public void WhatIsNotGiven_IsTheRecordsDefault()
    {
        Assert.Equal(new FitArguments { Data = "DIR", Output = "my.surnn" }, Read(Needed));
        Assert.Equal((3, 0.085, 128), (Read(Needed).Seconds, Read(Needed).Open, Read(Needed).Hidden));
        var events = OptionRecord.Read<FitEventsArguments>("fit-events", [.. Needed, "--channels", "acc x [g]", "--rate", "100", "--hold-back", "*3"])!;
        Assert.Equal((8, 0.2, 48, 100), (events.Seconds, events.Open, events.Hidden, events.Rate));
    }

    [Fact]
    public void EveryKindOfValue_IsRead()
    {
        var expected = new FitArguments { Data = "DIR", Output = "my.surnn", Hidden = 16, LearningRate = 1e-3, Threshold = 0.25f, Switch = SwitchKind.Harmonic, Lasting = true, Start = "a=b.surnn" };
        Assert.Equal(expected, Read([.. Needed, "--hidden", "16", "--learning-rate=0.001", "--threshold", ".25", "--switch", "harmonic", "--lasting", "--start=a=b.surnn"]));
        Assert.Equal(expected, Read("--options", Write("""
            { "data": "DIR", "out": "my.surnn", "hidden": 16, "learning-rate": 1e-3, "threshold": 0.25, "switch": "Harmonic", "lasting": true, "start": "a=b.surnn" } // as above
            """)));
        Assert.Equal("yes,no", Read([.. Needed, "--options", Write("""{ "words": ["yes", "no"] }""")]).Words);
    }

    [Fact]
    public void TheCommandLine_WinsOverTheFile()
    {
        var file = Write("""{ "output": "other.surnn", "hidden": 16, "lasting": true }""");
        Assert.Equal(("my.surnn", 16, false), Read([.. Needed, "--options", file, "--lasting=false"]) is var read ? (read.Output, read.Hidden, read.Lasting) : default);
    }

    [Fact]
    public void WhatIsWrongInAFile_IsNamedWithTheFile()
    {
        string Of(string json) => Wrong([.. Needed, "--options", Write(json)]);
        var file = _folder.File("fit.json");
        Assert.Equal($"{file}: there is no option 'hiden' of fit: surnn-train fit --help lists them.", Of("""{ "hiden": 16 }"""));
        Assert.Equal($"{file}: 'hidden' is a whole number, not '1.5'.", Of("""{ "hidden": 1.5 }"""));
        Assert.Equal($"{file}: 'switch' is one of {string.Join(", ", Enum.GetNames<SwitchKind>()).ToLowerInvariant()}, not 'open'.", Of("""{ "switch": "open" }"""));
        Assert.Equal($"{file}: 'words' is a text, a number, true, false or a list of these, not {{}}.", Of("""{ "words": {} }"""));
        Assert.Equal($"{file}: 'out' is given twice, by another name too.", Of("""{ "output": "a", "out": "b" }"""));
        Assert.StartsWith($"{file} is no JSON file of options: ", Of("hidden = 16"), StringComparison.Ordinal);
        Assert.StartsWith($"{file} is no JSON file of options: ", Of("""{ "hidden": 1, "hidden": 2 }"""), StringComparison.Ordinal);
        Assert.StartsWith($"{file} is no JSON object of options", Of("[1]"), StringComparison.Ordinal);
        Assert.StartsWith($"fit needs --data, here or as \"data\" in {file}: ", Wrong("--out", "my.surnn", "--options", Write("{}")), StringComparison.Ordinal);
        Assert.Contains(_folder.File("none.json"), Assert.Throws<FileNotFoundException>(() => Read("--options", _folder.File("none.json"))).Message);
    }

    [Fact]
    public void WhatIsWrongOnTheCommandLine_IsNamed()
    {
        Assert.StartsWith("fit needs --data: ", Wrong("--out", "my.surnn"), StringComparison.Ordinal);
        Assert.Equal("There is no option '--hiden' of fit: surnn-train fit --help lists them.", Wrong([.. Needed, "--hiden", "16"]));
        Assert.Equal("--hidden is a whole number, not 'many'.", Wrong([.. Needed, "--hidden", "many"]));
        Assert.Equal("--hidden is given twice.", Wrong([.. Needed, "--hidden", "1", "--hidden=1"]));
        Assert.Equal("--words needs a value.", Wrong([.. Needed, "--words", "--hidden", "1"]));
        Assert.Equal("--options needs a value.", Wrong([.. Needed, "--options"]));
    }

    [Theory]
    [InlineData("fit", typeof(FitArguments))]
    [InlineData("fit-events", typeof(FitEventsArguments))]
    [InlineData("fit-words", typeof(FitWordsArguments))]
    [InlineData("fit-verifier", typeof(FitVerifierArguments))]
    public void EveryCommand_GetsWhatFollowsIt_AndListsEveryOption(string command, Type record)
    {
        var (output, error, code) = (Console.Out, Console.Error, Environment.ExitCode);
        using var said = new StringWriter();
        using var complained = new StringWriter();
        try
        {
            Console.SetOut(said);
            Console.SetError(complained);
            Assert.Equal(0, TrainingProgram.Run([command, "--help"]));
            Assert.Equal(1, TrainingProgram.Run([command, "--nonsense"]));
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
            Environment.ExitCode = code;
        }
        Assert.Equal($"There is no option '--nonsense' of {command}: surnn-train {command} --help lists them.", complained.ToString().Trim());
        var lines = said.ToString().Split('\n').Where(line => line.StartsWith("  --", StringComparison.Ordinal)).ToArray();
        Assert.Equal(record.GetProperties().Count(property => property.SetMethod is not null), lines.Length - 1); // and --options
        Assert.Contains(lines, line => line.StartsWith("  --output, -o, --out <text> ", StringComparison.Ordinal) && line.EndsWith(" [Required]", StringComparison.Ordinal));
    }

    [Fact]
    public void WithoutOptions_ACommandSaysWhatItNeeds()
    {
        var (error, code) = (Console.Error, Environment.ExitCode);
        using var complained = new StringWriter();
        try
        {
            Console.SetError(complained);
            Assert.Equal(1, TrainingProgram.Run(["fit"]));
        }
        finally
        {
            Console.SetError(error);
            Environment.ExitCode = code;
        }
        Assert.StartsWith("fit needs --data: ", complained.ToString(), StringComparison.Ordinal);
    }
}
