using SuRnnStream.Research.LongRange;
using SuRnnStream.Tests;
using Xunit;

namespace SuRnnStream.Training.Tests.Research.LongRange;

/// <summary>What every task promises.</summary>
[Trait("Category", "Thorough")]
public class SequenceTaskTest
{
    static readonly string[] Files = ["smnist", "pmnist", "text", "imdb", "image", "scifar", "pcifar", "rcifar"]; // tasks that read some

    public static TheoryData<string> Generated => [.. SequenceTasks.Names.Except(Files)];
    public static TheoryData<string, bool> GeneratedBothWays => new MatrixTheoryData<string, bool>(SequenceTasks.Names.Except(Files), [false, true]);

    [Theory, MemberData(nameof(GeneratedBothWays))]
    public void Batches_HaveTheirShape_AndAreTheSameWheneverAskedFor(string name, bool full)
    {
        var task = SequenceTasks.Create(name, new LongRangeSetting { Full = full }, null);
        Assert.Equal(name, task.Name);
        Assert.InRange(task.ScoredFrom, 0, task.Length - 1);
        var batch = task.Training(seed: 3, step: 5, batch: 2);
        Assert.Equal((task.Length, 2), (batch.Steps, batch.Count));
        Assert.Equal(task.Tokens ? null : task.Length * 2 * task.Inputs, batch.Values?.Length);
        Assert.Equal(task.Tokens ? task.Length * 2 : null, batch.Tokens?.Length);
        Assert.Equal(task.Regression ? null : (task.Length - task.ScoredFrom) * 2, batch.Classes?.Length);
        Assert.Equal(task.Regression ? (task.Length - task.ScoredFrom) * 2 * task.Outputs : null, batch.Targets?.Length);
        Assert.All(batch.Tokens ?? [], token => Assert.InRange(token, 0, task.Inputs - 1));
        Assert.All(batch.Classes ?? [], answer => Assert.InRange(answer, 0, task.Outputs - 1));

        var again = SequenceTasks.Create(name, new LongRangeSetting { Full = full }, null);
        again.Training(seed: 4, step: 0, batch: 2);
        AssertSame(batch, again.Training(seed: 3, step: 5, batch: 2));
        var others = new[] { again.Training(4, 5, 2), again.Training(3, 6, 2) };
        Assert.Empty(Columns(batch).Intersect(others.SelectMany(Columns)));
    }

    [Theory, MemberData(nameof(Generated))]
    public void Training_ValidationAndTest_ShareNoSequence(string name)
    {
        var task = SequenceTasks.Create(name, new LongRangeSetting(), null);
        var batches = task.Test(60);
        Assert.Equal(task.Count(Part.Test), batches.Sum(batch => batch.Count));
        string[] test = [.. batches.SelectMany(Columns)], validation = [.. task.Validation(64).SelectMany(Columns)];
        string[] training = [.. new[] { 0, 1 }.SelectMany(seed => Enumerable.Range(0, 4).SelectMany(step => Columns(task.Training(seed, step, 64))))];
        Assert.Equal(test.Length, test.Distinct().Count());
        Assert.Empty(test.Intersect(validation).Concat(test.Intersect(training)).Concat(validation.Intersect(training)));
    }

    [Fact]
    public void AnEpoch_HoldsEverySequenceOnce_InAnotherOrderThanTheNext()
    {
        var task = new ListOpsTask(training: 60) { Length = 40 };
        string[] Epoch(int seed, int number) => [.. Enumerable.Range(number * 10, 10).SelectMany(step => Columns(task.Training(seed, step, 6)))];
        string[] first = Epoch(1, 0), second = Epoch(1, 1), other = Epoch(2, 0);
        Assert.Equal(60, first.Distinct().Count());
        Assert.Equal(first.Order(), second.Order());
        Assert.Equal(first.Order(), other.Order());
        Assert.NotEqual(first, second);
        Assert.NotEqual(first, other);
    }

    [Theory]
    [InlineData("copying", null, "There is no task 'copying': choose adding, selective-copy, mackey-glass, smnist, pmnist, listops, pathfinder, text, imdb, image, scifar, pcifar or rcifar.")]
    [InlineData("adding", 19, "Length 19 is too short for this task: at least 20.")]
    [InlineData("pathfinder", 100, "Pathfinder has pictures of 1024 steps (32 x 32) or 256 (16 x 16), not 100.")]
    public void Create_OfWhatThereIsNot_SaysWhatThereIs(string name, int? length, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => SequenceTasks.Create(name, new LongRangeSetting { Length = length }, null)).Message);

    [Theory, InlineData("smnist"), InlineData("pmnist"), InlineData("text")]
    public void Create_WithoutItsFiles_NamesThemAndTheirSource(string name)
    {
        using var folder = new TemporaryFolder();
        var setting = new LongRangeSetting();
        Assert.Contains(" from https://", Assert.Throws<ArgumentException>(() => SequenceTasks.Create(name, setting, null)).Message);
        Assert.StartsWith($"There is no folder {folder.File("none")}", Assert.Throws<DirectoryNotFoundException>(() => SequenceTasks.Create(name, setting, folder.File("none"))).Message);
        Assert.StartsWith($"There is no {folder.Path}", Assert.Throws<FileNotFoundException>(() => SequenceTasks.Create(name, setting, folder.Path)).Message);
    }

    static void AssertSame(SequenceBatch expected, SequenceBatch actual)
    {
        Assert.Equal(expected.Values, actual.Values);
        Assert.Equal(expected.Tokens, actual.Tokens);
        Assert.Equal(expected.Classes, actual.Classes);
        Assert.Equal(expected.Targets, actual.Targets);
    }

    /// <summary>The inputs of each sequence, as text to compare by.</summary>
    internal static IEnumerable<string> Columns(SequenceBatch batch)
    {
        var inputs = batch.Tokens?.Length ?? batch.Values!.Length;
        var each = inputs / batch.Steps / batch.Count;
        for (var b = 0; b < batch.Count; b++)
        {
            var column = b;
            yield return string.Join(' ', Enumerable.Range(0, batch.Steps * each).Select(i => i / each * batch.Count * each + column * each + i % each)
                .Select(i => batch.Tokens?[i] ?? batch.Values![i]));
        }
    }
}
