using SuRnnStream.Tests;
using Xunit;

namespace SuRnnStream.Training.Tests.Commands;

/// <summary>surnn-train gesture on a folder of made-up takes: two gestures that are told apart by their way round.</summary>
public sealed class GestureCommandTest : IDisposable
{
    const int Rate = 50;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Takes every three seconds: half a circle on two axes, one way or the other, that ends a second after it began.</summary>
    void Write(string name, int takes, int way, double seconds)
    {
        var random = new Random(name.Length + way);
        var ends = Enumerable.Range(1, takes).Select(n => 3.0 * n).ToArray();
        var lines = Enumerable.Range(0, (int)(seconds * Rate)).Select(i => (double)i / Rate).Select(time =>
        {
            var turn = ends.Where(end => time > end - 1 && time < end).Select(end => 2 * Math.PI * (time - end + 1)).FirstOrDefault(double.NaN);
            double Noise() => 0.05 * (random.NextDouble() - 0.5) + (way == 0 ? 0.3 * Math.Sin(0.7 * time) : 0);
            return FormattableString.Invariant($"{time:0.##},{(double.IsNaN(turn) ? 0 : Math.Sin(turn)) + Noise():0.####},{(double.IsNaN(turn) ? 0 : way * (1 - Math.Cos(turn))) + Noise():0.####}");
        });
        File.WriteAllLines(_folder.File($"{name}.csv"), lines.Prepend("time [s],a [m/s2],b [m/s2]"));
        File.WriteAllLines(_folder.File($"{name}.labels.csv"), ends.Select(end => FormattableString.Invariant($"{end},{name[..name.IndexOf('-')]}")).Prepend("time,label"));
    }

    [Fact]
    public void Folder_OfTakes_BecomesAModel_WithItsThresholdStatisticsAndFigures()
    {
        Write("left-1", 10, 1, 34);
        Write("right-1", 10, -1, 34);
        Write("none-1", 0, 0, 60);
        var (before, output, model) = (Console.Out, new StringWriter(), _folder.File("my.surnn"));
        Console.SetOut(output);
        int code;
        try
        {
            code = TrainingProgram.Run(["gesture", _folder.Path, "--out", model, "--epochs", "4", "--segments", "64"]);
        }
        finally
        {
            Console.SetOut(before);
        }
        Assert.Equal(0, code);
        var said = output.ToString();
        Assert.Contains("left: 6 takes to train on, 2 for the threshold, 2 to judge by", said);
        Assert.Contains("ordinary movements: 0.6, 0.2 and 0.2 min", said);
        Assert.Matches(@"left: [0-6] of 6 found \(2 takes, 3 times each\)", said);
        Assert.Contains("of the same people and days, which flatters", said);
        Assert.Matches(@"false alarms: [0-9]+ in [0-9.]+ min", said);
        var made = ModelFile.Load(model);
        Assert.Equal(["background", "left", "right"], made.Config.Labels);
        Assert.All(made.Config.Sensor!.Channels, channel => Assert.NotNull(channel.Statistics));
        Assert.Contains(FormattableString.Invariant($"threshold {made.Defaults.Threshold:0.###}"), said);
        Assert.Contains("left:", made.Card["held back"]);
    }

    [Theory]
    [InlineData("no .csv file with a .labels.csv", false)]
    [InlineData("There are 2 takes of 'left'", true)]
    public void Folder_ThatIsTooLittle_IsOneLine(string says, bool two)
    {
        if (two) Write("left-1", 2, 1, 20);
        var (before, errors) = (Console.Error, new StringWriter());
        Console.SetError(errors);
        try
        {
            Assert.Equal(1, TrainingProgram.Run(["gesture", _folder.Path, "--out", _folder.File("my.surnn")]));
        }
        finally
        {
            Console.SetError(before);
            Environment.ExitCode = 0;
        }
        Assert.Contains(says, errors.ToString());
    }
}
