using SuRnnStream.Tests.Support;

namespace SuRnnStream.Tests.Gates;

/// <summary>Frames made by hand for a gate: scores and open switches of a model of 128 neurons, a frame every 20 ms.</summary>
sealed class MadeFrames
{
    public static readonly SuRnnConfig Config = TinyModels.Config() with
    {
        FrontEnd = new() { SampleRate = 16_000, WindowLength = 320, HopLength = 320, Bands = 12, LowHz = 100 },
        Layers = [new RecurrentLayer(CellKind.Gru, 128, SwitchKind.Event)],
        Labels = ["silence", "unknown", "yes", "no"],
        Background = ["silence", "unknown"],
    };

    /// <summary>Nothing is smoothed, so that the numbers of a test are those that count.</summary>
    public static readonly DetectorOptions Bursts = new() { Rule = GateRule.Bursts, Threshold = 0.3f, Smoothing = 0, Refractory = TimeSpan.Zero };

    public static readonly DetectorOptions Talk = new() { Rule = GateRule.Talk, Threshold = 0.3f, Smoothing = 0, Refractory = TimeSpan.Zero, DecisionWindow = TimeSpan.FromMilliseconds(60) };

    public List<(int Open, float[] Scores)> All { get; } = [];

    public MadeFrames Then(int frames, int open = 0, float unknown = 0, float yes = 0, float no = 0, float silence = 0)
    {
        for (; frames > 0; frames--) All.Add((open, [silence, unknown, yes, no]));
        return this;
    }

    /// <summary>Words, talk and noise at random; bursts of all lengths, some just at the limits.</summary>
    public static MadeFrames Random(int count, int seed)
    {
        var (random, made) = (new Random(seed), new MadeFrames());
        while (made.All.Count < count)
        {
            var (unknown, yes, no) = (random.NextSingle(), random.NextSingle(), random.NextSingle());
            for (var frames = random.Next(1, random.Next(2) == 0 ? 9 : 70); frames > 0; frames--)
                made.Then(1, random.Next(3, 30), unknown * random.NextSingle(), yes * random.NextSingle(), no * random.NextSingle(), random.NextSingle());
            made.Then(random.Next(1, random.Next(3) == 0 ? 130 : 15), random.Next(4), 0.3f * unknown, 0.2f * yes, 0.1f, 0.4f);
        }
        return made;
    }

    public List<Detection> Run(DetectorOptions options) => Run(new EventGate(options, Config));

    public List<Detection> Run(EventGate gate)
    {
        var heard = new List<Detection>();
        foreach (var (open, scores) in All) if (gate.TryAdvance(scores, open, out var detection)) heard.Add(detection);
        return heard;
    }

    public static EventGate SavedAndRestored(EventGate gate, DetectorOptions options)
    {
        var (saved, other) = (new MemoryStream(), new EventGate(options, Config));
        using (var writer = new BinaryWriter(saved, System.Text.Encoding.UTF8, leaveOpen: true)) gate.Save(writer);
        saved.Position = 0;
        using var reader = new BinaryReader(saved);
        Random(50, 3).Run(other); // of which nothing may be left
        other.Restore(reader);
        return other;
    }
}
