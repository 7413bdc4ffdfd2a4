using SuRnnStream.Training.Tests.SecondLook;
using SuRnnStream.Training.WordSpaces;
using Xunit;

namespace SuRnnStream.Training.Tests.WordSpaces;

public sealed class LookSpaceTest
{
    const int Size = 16;

    /// <summary>Ten takes, and other sounds that differ from them a little in the mean.</summary>
    static ((float[], int)[] Takes, float[][] Sounds) Vectors(int sounds)
    {
        var random = new Random(3);
        float[] Vector(float centre) => [.. Enumerable.Range(0, Size).Select(_ => centre + random.NextSingle() - 0.5f)];
        (float[], int)[] takes = [.. Enumerable.Range(0, 10).Select(i => (Vector(0.1f), i))];
        return (takes, [.. Enumerable.Range(0, sounds).Select(_ => Vector(0))]);
    }

    /// <summary>A bank holds each sound clean and changed, side by side. If one of the two is learnt from while the other is left out, the threshold is too low.</summary>
    [Fact]
    public void Enroll_OfABankWithCopies_LeavesASoundOutWhole()
    {
        var (takes, sounds) = Vectors(120);
        var space = new LookSpace(LookFileTest.Head(Size));
        float Strictness(IReadOnlyList<float[]> bank)
        {
            var (weights, bias, _) = space.Enroll(takes, bank, bank.Count, hours: 1, alarms: 0.5);
            return -bias / MathF.Sqrt(weights.Sum(weight => weight * weight));
        }
        float[][] besides = [.. sounds.SelectMany(sound => new[] { sound, sound })], apart = [.. sounds, .. sounds]; // the same bank in another order
        Assert.True(Strictness(besides) > Strictness(apart) + 0.02f, $"{Strictness(besides)} beside each other, {Strictness(apart)} apart");
    }

    /// <summary>So that its logits can be averaged with those of a word space.</summary>
    [Fact]
    public void Enroll_Scales_SoThatAFalseAlarmIsETimesAsRareWhereTheLogitIsOneHigher()
    {
        var (takes, sounds) = Vectors(4_000);
        var (weights, bias, scale) = new LookSpace(LookFileTest.Head(Size)).Enroll(takes, sounds, sounds.Length, hours: 1, alarms: 5);
        int From(double logit) => sounds.Count(sound => scale * (weights.Zip(sound).Sum(pair => pair.First * pair.Second) + bias) >= logit);
        Assert.InRange(From(0), 1, 15); // 5 are asked for
        Assert.InRange((double)From(-2.5) / From(-1.5), 2, 3.5);
    }
}
