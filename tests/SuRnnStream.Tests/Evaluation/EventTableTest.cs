using SuRnnStream.Evaluation;
using Xunit;

namespace SuRnnStream.Tests.Evaluation;

public sealed class EventTableTest : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string Table(string text)
    {
        File.WriteAllText(_folder.File("talk.csv"), text);
        return _folder.File("talk.csv");
    }

    static LabelledEvent Event(string label, double start, double end) => new(label, TimeSpan.FromSeconds(start), TimeSpan.FromSeconds(end));

    [Fact]
    public void Read_GivesTheEventsInOrder_AndSkipsEmptyLines() =>
        Assert.Equal([Event("yes", 1.25, 2), Event("go on", 0, 0.5)], EventTable.Read(Table("label,start,end\r\nyes,1.25,2\n\n go on , 0,.5 \n")));

    [Fact]
    public void Read_OfWhatWasWritten_IsTheSame()
    {
        LabelledEvent[] events = [Event("yes", 1.234, 2.345), Event("no", 3, 4)];
        EventTable.Write(_folder.File("talk.csv"), events);
        Assert.Equal("label,start,end", File.ReadLines(_folder.File("talk.csv")).First());
        Assert.Equal(events, EventTable.Read(_folder.File("talk.csv")));
    }

    [Theory]
    [InlineData("", 1, "empty")]
    [InlineData("yes,1,2\n", 1, "label,start,end")]
    [InlineData("label,start,end\nyes,1,2\nno,3\n", 3, "without commas")]
    [InlineData("label,start,end\n,1,2\n", 2, "label")]
    [InlineData("label,start,end\nyes,1,soon\n", 2, "decimal point")]
    [InlineData("label,start,end\nyes,-1,2\n", 2, "decimal point")]
    [InlineData("label,start,end\nyes,1,1e9\n", 2, "decimal point")]
    [InlineData("label,start,end\nyes,2,2\n", 2, "start, then its end")]
    [InlineData("label,start,end\nyes,1,2\nno,59,60.5\n", 3, "the recording at 60.000 s")]
    [InlineData("label,start,end\nno,60,60.005\n", 2, "recording's end")]
    public void Read_OfWhatIsNoTable_NamesFileLineAndRemedy(string text, int line, string remedy)
    {
        var error = Assert.Throws<InvalidEventTableException>(() => EventTable.Read(Table(text), TimeSpan.FromSeconds(60)));
        Assert.Equal((_folder.File("talk.csv"), line), (error.File, error.Line));
        Assert.StartsWith($"{error.File}: line {line}: ", error.Message);
        Assert.Contains(remedy, error.Message);
    }

    [Fact]
    public void Read_AnEndThatWasRoundedUp_IsTheRecordingsEnd() =>
        Assert.Equal([Event("yes", 59, 60)], EventTable.Read(Table("label,start,end\nyes,59,60.009\n"), TimeSpan.FromSeconds(60)));

    [Fact]
    public void Write_ALabelThatATableCannotHold_LeavesTheOldFile()
    {
        var file = Table("old");
        Assert.Throws<ArgumentException>(() => EventTable.Write(file, [Event("yes, no", 0, 1)]));
        Assert.Equal("old", File.ReadAllText(file));
    }

    [Fact]
    public void Beside_HasTheSameName() => Assert.Equal(Path.Combine("a", "talk.csv"), EventTable.Beside(Path.Combine("a", "talk.wav")));
}
