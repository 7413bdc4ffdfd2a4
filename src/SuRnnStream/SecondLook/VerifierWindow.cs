using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>What a verifier sees around the end of a burst. What it does not ask for is not kept.</summary>
public readonly record struct VerifierWindow
{
    /// <summary>Samples per second that it takes; 0: it sees no samples.</summary>
    public int SampleRate { get; init; }

    /// <summary>Samples up to the burst's end, from 0 to ten seconds.</summary>
    public int SamplesBefore { get; init; }

    /// <summary>Samples after the burst's end: from minus <see cref="SamplesBefore"/> (the window ends earlier) to what fits into the rule's calm.</summary>
    public int SamplesAfter { get; init; }

    /// <summary>Frames up to the burst's last open one, from 0 to ten seconds.</summary>
    public int FramesBefore { get; init; }

    /// <summary>Frames after it, from 0 to what fits into the rule's calm.</summary>
    public int FramesAfter { get; init; }

    internal int Samples => SamplesBefore + SamplesAfter;

    internal int Frames => FramesBefore + FramesAfter;

    /// <summary>The least window that holds this one and another, both of one sample rate.</summary>
    internal VerifierWindow With(VerifierWindow other) => new()
    {
        SampleRate = Math.Max(SampleRate, other.SampleRate),
        SamplesBefore = Math.Max(SamplesBefore, other.SamplesBefore),
        SamplesAfter = Samples == 0 ? other.SamplesAfter : other.Samples == 0 ? SamplesAfter : Math.Max(SamplesAfter, other.SamplesAfter),
        FramesBefore = Math.Max(FramesBefore, other.FramesBefore),
        FramesAfter = Math.Max(FramesAfter, other.FramesAfter),
    };

    /// <exception cref="ArgumentException">It does not fit the model or the rule.</exception>
    internal VerifierWindow Validate(FrontEndConfig front, VerifierRule rule)
    {
        if (SampleRate != 0 && SampleRate != front.SampleRate) throw new ArgumentException($"The verifier takes {SampleRate} samples a second, the model {front.SampleRate}.");
        var (calm, longest) = (rule.CalmFrames(front), 10 * front.SampleRate);
        Require(SamplesBefore >= 0 && SamplesBefore <= (SampleRate == 0 ? 0 : longest), $"The verifier's {nameof(SamplesBefore)}", SamplesBefore, $"0 to {(SampleRate == 0 ? 0 : longest)}");
        Require(SamplesAfter >= -SamplesBefore && SamplesAfter <= (SampleRate == 0 ? 0 : calm * front.HopLength), $"The verifier's {nameof(SamplesAfter)}", SamplesAfter, $"{-SamplesBefore} to {(SampleRate == 0 ? 0 : calm * front.HopLength)}, the calm of {rule.Calm.TotalMilliseconds} ms");
        Require(FramesBefore >= 0 && FramesBefore <= longest / front.HopLength, $"The verifier's {nameof(FramesBefore)}", FramesBefore, $"0 to {longest / front.HopLength}");
        Require(FramesAfter >= 0 && FramesAfter <= calm, $"The verifier's {nameof(FramesAfter)}", FramesAfter, $"0 to {calm}, the calm of {rule.Calm.TotalMilliseconds} ms");
        return this;
    }
}
