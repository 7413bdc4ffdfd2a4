using SuRnnStream.Research.LongRange;
using Xunit;

namespace SuRnnStream.Training.Tests.Research.LongRange;

public class ListOpsTest
{
    [Theory]
    [InlineData("7", 7)]
    [InlineData("[MAX 2 9 [MIN 4 7 ] 0 ]", 9)]
    [InlineData("[MIN 4 [MAX 3 6 ] ]", 4)]
    [InlineData("[MED 3 9 1 ]", 3)]
    [InlineData("[MED 1 9 2 8 ]", 5)]
    [InlineData("[MED 4 7 ]", 5)] // 5.5 as int
    [InlineData("[SM 9 8 7 ]", 4)]
    [InlineData("[SM [MAX 1 [MED 8 8 ] ] [SM 5 6 ] 2 ]", 1)]
    public void Evaluate_FollowsTheOperators(string expression, int value) =>
        Assert.Equal(value, ListOps.Evaluate([.. expression.Split(' ').Select(word => (byte)ListOps.Vocabulary.ToList().IndexOf(word))]));

    [Theory, InlineData(500, 2_000), InlineData(50, 200)]
    public void Generate_KeepsToLengthDepthAndArguments(int above, int below)
    {
        var (deepest, most, operators) = (0, 0, new HashSet<int>());
        for (var n = 0; n < 300; n++)
        {
            var expression = ListOps.Generate(new Dice(Part.Training, 1, n), above, below, new byte[below]);
            Assert.InRange(expression.Length, above + 1, below - 1);
            Assert.InRange(ListOps.Evaluate(expression), 0, 9);
            var open = new Stack<int>([0]); // arguments so far
            foreach (var token in expression)
            {
                if (token == ListOps.Close)
                {
                    Assert.InRange(open.Peek(), 2, ListOps.MaxArguments);
                    most = Math.Max(most, open.Pop());
                    continue;
                }
                open.Push(open.Pop() + 1);
                deepest = Math.Max(deepest, open.Count);
                if (token < ListOps.Min) continue;
                operators.Add(token);
                open.Push(0);
            }
            Assert.Equal([1], open);
        }
        Assert.Equal((ListOps.MaxDepth, ListOps.MaxArguments, 4), (deepest, most, operators.Count));
    }

    [Fact]
    public void Task_EndsWithTheExpression_AndPadsInFront()
    {
        var task = SequenceTasks.Create("listops", new LongRangeSetting { Full = true }, null);
        Assert.Equal((96_000, 2_000, 2_000), (task.Count(Part.Training), task.Count(Part.Validation), task.Count(Part.Test)));
        var batch = task.Training(1, 0, 8);
        for (var b = 0; b < 8; b++)
        {
            byte[] column = [.. Enumerable.Range(0, task.Length).Select(t => (byte)batch.Tokens![t * 8 + b])];
            var expression = column.AsSpan().TrimStart(ListOps.Pad);
            Assert.Equal(ListOps.Close, expression[^1]);
            Assert.DoesNotContain(ListOps.Pad, expression.ToArray());
            Assert.Equal(ListOps.Evaluate(expression), batch.Classes![b]);
        }
    }

    [Fact]
    public void Chance_IsTheMostFrequentAnswerOfTheTest()
    {
        var task = SequenceTasks.Create("listops", new LongRangeSetting(), null);
        var answers = task.Test(64).SelectMany(batch => batch.Classes!).ToArray();
        Assert.Equal(Enumerable.Range(0, 10).Max(answer => answers.Count(a => a == answer)) / 2_000.0, task.Chance);
        Assert.InRange(task.Chance, 0.1, 0.25);
    }
}
