using SuRnnStream.Research.LongRange;
using Xunit;

namespace SuRnnStream.Training.Tests.Research.LongRange;

/// <summary>Adding, selective copying, Mackey-Glass.</summary>
public class GeneratedTasksTest
{
    [Fact]
    public void Adding_MarksOneNumberInTheFirstTenth_AndOneInTheLastHalf_AndAsksForTheirSum()
    {
        var task = SequenceTasks.Create("adding", new LongRangeSetting { Length = 100 }, null);
        var (firsts, seconds, score) = (new HashSet<int>(), new HashSet<int>(), task.NewScore());
        foreach (var batch in task.Test(50))
        {
            for (var b = 0; b < batch.Count; b++)
            {
                float Number(int t) => batch.Values![(t * batch.Count + b) * 2];
                var marked = Enumerable.Range(0, 100).Where(t => batch.Values![(t * batch.Count + b) * 2 + 1] == 1).ToArray();
                Assert.Equal(2, marked.Length);
                Assert.InRange(marked[0], 0, 9);
                Assert.InRange(marked[1], 50, 99);
                Assert.Equal(Number(marked[0]) + Number(marked[1]), batch.Targets![b], 1e-6f);
                firsts.Add(marked[0]);
                seconds.Add(marked[1]);
            }
            score.Add(batch, Enumerable.Repeat(1f, batch.Count).ToArray());
        }
        Assert.Equal((10, 50), (firsts.Count, seconds.Count)); // every place is used
        Assert.InRange(score.Value, task.Chance - 0.02, task.Chance + 0.02);
    }

    [Theory, InlineData(false, 8), InlineData(true, 16)]
    public void SelectiveCopy_AsksForTheDataTokensInTheirOrder(bool full, int copied)
    {
        var task = SequenceTasks.Create("selective-copy", new LongRangeSetting { Full = full }, null);
        Assert.Equal(task.Length - copied, task.ScoredFrom);
        var batch = task.Training(1, 0, 200);
        var places = new List<int>();
        for (var b = 0; b < batch.Count; b++)
        {
            int Token(int t) => batch.Tokens![t * batch.Count + b];
            var data = Enumerable.Range(0, task.ScoredFrom).Where(t => Token(t) != SelectiveCopyTask.Noise).ToArray();
            Assert.Equal(Enumerable.Range(0, copied).Select(i => batch.Classes![i * batch.Count + b]), data.Select(Token));
            Assert.All(data, t => Assert.InRange(Token(t), 1, 14));
            Assert.All(Enumerable.Range(task.ScoredFrom, copied), t => Assert.Equal(SelectiveCopyTask.Marker, Token(t)));
            places.AddRange(data);
        }
        Assert.InRange(places.Average() / (task.ScoredFrom - 1), 0.46, 0.54); // anywhere
        Assert.InRange(places.Count(t => t < task.ScoredFrom / 4) / (double)places.Count, 0.2, 0.3);
    }

    [Fact]
    public void MackeyGlass_AgreesWithAMuchFinerIntegration()
    {
        var series = new double[300];
        MackeyGlassTask.Solve(t => 1.2 + 0.02 * t, series);

        const int fine = 1_000, delay = 17 * fine;
        var x = new double[delay + series.Length * fine + 1];
        for (var i = 0; i <= delay; i++) x[i] = 1.2 + 0.02 * (i - delay) / fine;
        for (var i = delay; i < x.Length - 1; i++) x[i + 1] = x[i] + (0.2 * x[i - delay] / (1 + Math.Pow(x[i - delay], 10)) - 0.1 * x[i]) / fine;
        for (var t = 0; t < series.Length; t++) Assert.Equal(x[delay + (t + 1) * fine], series[t], 0.005);
    }

    [Fact]
    public void MackeyGlass_TargetIsTheInputFifteenStepsOn_CentredAndChaotic()
    {
        var task = SequenceTasks.Create("mackey-glass", new LongRangeSetting { Full = true }, null);
        var batch = task.Test(64)[0];
        for (var t = MackeyGlassTask.WarmUp; t + MackeyGlassTask.Ahead < task.Length; t++)
            Assert.Equal(batch.Values![(t + MackeyGlassTask.Ahead) * 64], batch.Targets![(t - MackeyGlassTask.WarmUp) * 64]);
        Assert.InRange(batch.Values!.Average(), -0.02f, 0.02f);
        Assert.InRange(batch.Values!.Min(), -0.7f, -0.3f);
        Assert.InRange(batch.Values!.Max(), 0.3f, 0.5f);
    }
}
