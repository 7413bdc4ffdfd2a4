using SuRnnStream.Tests.Support;

namespace SuRnnStream.AotSmoke;

/// <summary>A model's own second look: its answers to drawn windows, which have to be the same bits on every machine.</summary>
static class VerifierCheck
{
    public static Digest Run()
    {
        var digest = new Digest();
        foreach (var channels in new[] { 24, 96 })
        {
            var config = new SuRnnConfig
            {
                Layers = [new RecurrentLayer(CellKind.Gru, 8, SwitchKind.Event)],
                Labels = ["silence", "unknown", "yes", "no", "up"],
                Background = ["silence", "unknown"],
                Verifier = VerifiedModels.Shape with { Channels = channels },
            };
            var tensors = VerifiedModels.Tensors(config, channels);
            var (network, random, answer) = (new NetworkVerifier(config, name => tensors[name]), new Random(5), new float[config.Labels.Count]);
            for (var window = 0; window < 6; window++)
            {
                var frames = new float[config.Verifier.Frames * config.FrameLength];
                for (var i = 0; i < frames.Length; i++) frames[i] = window == 0 ? 0 : MathF.Max(0, 4 * random.NextSingle() - 1);
                network.Tell(frames, answer);
                var sum = answer.Sum();
                if (!(MathF.Abs(sum - 1) < 1e-5f)) throw new DeviationException($"a second look's probabilities sum up to {sum}");
                digest.Add(answer);
            }
        }
        return digest;
    }
}
