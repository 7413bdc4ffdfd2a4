namespace SuRnnStream;

/// <summary>A model's own second look at a clip: what it says of the longest burst, background labels too. Asked as in a stream that goes on with digital silence.</summary>
sealed class ClipLook
{
    readonly SuRnnConfig _config;
    readonly Remembering _verifier;
    readonly SecondLook _look;
    readonly float[] _silence; // [FrameLength]
    readonly int _calm;
    long _next;

    public ClipLook(SuRnnModel model)
    {
        (_config, _verifier) = (model.Config, new Remembering(model.LookOf(model.Defaults with { Verifier = null, Verify = true })!));
        _look = new SecondLook(_verifier, _config, model.Defaults);
        (_silence, _calm) = (new float[_config.FrameLength], _verifier.Rule.CalmFrames(_config.RequireFrontEnd()));
    }

    public void Reset()
    {
        _look.Reset(0);
        (_next, _verifier.Longest) = (0, TimeSpan.MinValue);
    }

    /// <summary>The clip's next frame.</summary>
    /// <param name="frame">[FrameLength]</param>
    /// <param name="open">Open switches, as bursts count them.</param>
    /// <param name="scores">[Labels]</param>
    public void Add(ReadOnlySpan<float> frame, int open, ReadOnlySpan<float> scores)
    {
        _look.TryAdvance(_next, frame, open, scores, 0, out _);
        _next += _config.RequireFrontEnd().HopLength;
    }

    /// <summary>Ends the clip. The label with the highest product of both stages, silence aside; -1: nothing was asked about.</summary>
    /// <param name="peaks">[Labels] the network's highest scores in the clip.</param>
    /// <param name="silence">Place of the label silence.</param>
    public int Best(float[] peaks, int silence)
    {
        for (var i = 0; i <= _calm; i++) Add(_silence, 0, peaks);
        if (_verifier.Longest == TimeSpan.MinValue) return -1;
        var (best, most) = (-1, -1f);
        for (var i = 0; i < peaks.Length; i++)
        {
            var score = _verifier.Rule.Score(_verifier.Said[i], peaks[i], 0);
            if (i != silence && score > most) (best, most) = (i, score);
        }
        return best;
    }

    /// <summary>What was asked and what it cost, since the last call.</summary>
    public ComputeStats Take() => _look.Take();

    /// <summary>Keeps what is said of the longest burst.</summary>
    sealed class Remembering(IVerifier verifier) : IVerifier
    {
        public TimeSpan Longest { get; set; } = TimeSpan.MinValue;

        public float[] Said { get; } = new float[verifier.Labels.Count];

        public IReadOnlyList<string> Labels => verifier.Labels;

        public VerifierRule Rule => verifier.Rule;

        public VerifierWindow Window => verifier.Window;

        public long Verify(in VerifierCandidate candidate, Span<float> probabilities)
        {
            var work = verifier.Verify(candidate, probabilities);
            if (candidate.End - candidate.Start <= Longest) return work;
            Longest = candidate.End - candidate.Start;
            probabilities.CopyTo(Said);
            return work;
        }
    }
}
