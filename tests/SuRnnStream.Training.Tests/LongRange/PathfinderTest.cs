using System.Numerics;
using SuRnnStream.Training.LongRange;
using Xunit;

namespace SuRnnStream.Training.Tests.LongRange;

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
