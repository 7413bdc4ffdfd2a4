using System.Numerics;
using SuRnnStream.Research.LongRange;
using SuRnnStream.Training.Tests.Support;
using Xunit;

namespace SuRnnStream.Training.Tests.Research.LongRange;

[Trait("Category", "Thorough")]
public class PathfinderTest
{
    [Fact]
    public void Task_HalfOfThePicturesAreJoined()
    {
        var task = SequenceTasks.Create("pathfinder", new LongRangeSetting(), null);
        Assert.Equal((40_000, 2_000), (task.Count(Part.Training), task.Count(Part.Test)));
        Assert.Equal(1_000, task.Test(2_000)[0].Classes!.Sum());
    }

    /// <summary>The same scenes either way: neither ink nor distance nor place of the dots tells the classes apart.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void Scene_JoinedAndApart_HaveTheSameInk_AndDotsAsFarApart(bool full)
    {
        var options = full ? PathfinderOptions.Full : PathfinderOptions.Short;
        var (ink, distance) = (new List<double>(), new List<double>());
        for (var n = 0; n < 400; n++)
        {
            var scene = new PathfinderScene(new Dice(Part.Training, 1, n), options);
            byte[] joined = scene.Draw(true), apart = scene.Draw(false);
            Assert.Equal(options.Side * options.Side, joined.Length);
            ink.Add((joined.Sum(p => p) - apart.Sum(p => p)) / (double)joined.Sum(p => p));
            distance.Add(Vector2.Distance(scene.Start, scene.Joined) - Vector2.Distance(scene.Start, scene.Other));
        }
        Assert.All(ink, difference => Assert.InRange(difference, -0.12, 0.12));
        Assert.All(distance, difference => Assert.InRange(difference, -1.5, 1.5));
        Assert.InRange(ink.Average(), -0.01, 0.01);
        Assert.InRange(distance.Average(), -0.15, 0.15); // 0.04 is one standard error
    }

    /// <summary>A probe that sees a sequence whole finds what is there to see, and no more.</summary>
    [Fact]
    public void Probe_OfATaskThatIsOneSum_FindsIt_AndOfOtherTasksSaysWhatItTakes()
    {
        using var torch = new TorchScope();
        var sum = new FirstNumberTask { Length = 8 };
        Assert.InRange(WholeProbe.Accuracy(sum, 0, 1_280, 60, 1, TestContext.Current.CancellationToken).Test, 0.85, 1);
        Assert.InRange(WholeProbe.Accuracy(sum, 8, 1_280, 60, 1, TestContext.Current.CancellationToken).Test, 0.85, 1);
        var none = WholeProbe.Accuracy(new FirstNumberTask { Length = 8, Hidden = true }, 0, 1_280, 10, 1, TestContext.Current.CancellationToken);
        Assert.InRange(none.Test, 0.4, 0.6);
        Assert.Contains("adding is another task", Assert.Throws<ArgumentException>(() => WholeProbe.Accuracy(SequenceTasks.Create("adding", new LongRangeSetting { Length = 40 }, null), 0, 64, 1, 1, TestContext.Current.CancellationToken)).Message);
    }

    /// <summary>Whether the first of some random numbers is above the middle; hidden: whether one is that is not shown.</summary>
    sealed class FirstNumberTask : SequenceTask
    {
        public bool Hidden { get; init; }
        public override string Name => "first";
        public override int Inputs => 1;
        public override int Outputs => 2;
        public override double Chance => 0.5;
        public override int? Count(Part part) => part == Part.Training ? null : 512;

        protected override void Write(SequenceBatch batch, int column, Part part, int n, Dice dice)
        {
            var secret = dice.NextSingle();
            for (var t = 0; t < Length; t++) batch.Values![t * batch.Count + column] = dice.NextSingle();
            batch.Classes![column] = (Hidden ? secret : batch.Values![column]) > 0.5f ? 1 : 0;
        }
    }

    [Fact]
    public void Scene_TheSecondDotIsWhereTheClassPutsIt()
    {
        static int At(Vector2 place) => (int)MathF.Round(place.Y) * 32 + (int)MathF.Round(place.X);
        for (var n = 0; n < 50; n++)
        {
            var scene = new PathfinderScene(new Dice(Part.Test, 0, n), PathfinderOptions.Full);
            var (joined, apart) = (scene.Draw(true), scene.Draw(false));
            Assert.Equal((255, 255, true), (joined[At(scene.Start)], joined[At(scene.Joined)], joined[At(scene.Other)] < 255));
            Assert.Equal((255, 255, true), (apart[At(scene.Start)], apart[At(scene.Other)], apart[At(scene.Joined)] < 255));
        }
    }
}
