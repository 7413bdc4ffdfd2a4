using Xunit;

namespace SuRnnStream.Tests.Support;

/// <summary>A state of a network that is saved and restored before every frame.</summary>
static class SavedState
{
    /// <summary>It goes on with the bits of a state that was never saved.</summary>
    public static void AssertGoesOn(SuRnnModel model, float[][] frames)
    {
        var (whole, taken) = (model.NewState(), model.NewState());
        foreach (var (t, present) in frames.Index())
        {
            var saved = new MemoryStream();
            taken.Save(new BinaryWriter(saved));
            saved.Position = 0;
            taken = model.NewState();
            foreach (var frame in TinyModels.Frames(3, seed: t)) model.Step(frame, taken); // of another stream
            taken.Restore(new BinaryReader(saved));
            var (stats, again) = (model.Step(present, whole), model.Step(present, taken)); // which makes its stem outputs once more
            Assert.Equal((stats.FramesSkipped, stats.SwitchesOpen), (again.FramesSkipped, again.SwitchesOpen));
            Assert.Equal(Bits(whole.Hidden(0)), Bits(taken.Hidden(0)));
            Assert.Equal(Bits(whole.Scores.Span), Bits(taken.Scores.Span));
        }
    }

    static int[] Bits(ReadOnlySpan<float> values) => [.. values.ToArray().Select(BitConverter.SingleToInt32Bits)];
}
