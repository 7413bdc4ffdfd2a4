namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>
/// What a model with enrolled words would be asked about in a sound: the frames around each burst of open switches, by the detector's own code, so that enrolment and detection see the same.
/// </summary>
sealed class CandidateWindows
{
    readonly SuRnnModel _proposer;
    readonly Collector _collector;
    readonly DetectorOptions _options;

    /// <param name="proposer">The first stage.</param>
    /// <param name="shape">Of the word space.</param>
    public CandidateWindows(SuRnnModel proposer, WordSpaceShape shape)
    {
        _proposer = proposer;
        _collector = new Collector(proposer.Config.Labels.First(label => !proposer.Config.Background.Contains(label)), shape);
        _options = proposer.Defaults with { Verifier = _collector };
    }

    /// <param name="Frames">[Frames, Bands]</param>
    /// <param name="Start">Of the burst, in seconds.</param>
    /// <param name="End">Of the burst, or where it is cut.</param>
    public readonly record struct Window(float[] Frames, double Start, double End);

    /// <summary>Candidates of a sound, in the order of time, to its end.</summary>
    public IReadOnlyList<Window> Find(ReadOnlySpan<float> samples)
    {
        _collector.Found = [];
        var detector = new StreamingDetector(_proposer, _options);
        detector.Process(samples, _ => { });
        detector.Finish(_ => { });
        return _collector.Found;
    }

    sealed class Collector(string label, WordSpaceShape shape) : IVerifier
    {
        public List<Window> Found { get; set; } = [];

        public IReadOnlyList<string> Labels { get; } = [label];

        public VerifierRule Rule => WordVerifier.DefaultRule;

        public VerifierWindow Window { get; } = new() { FramesBefore = shape.Frames - shape.FramesAfter, FramesAfter = shape.FramesAfter };

        public long Verify(in VerifierCandidate candidate, Span<float> probabilities)
        {
            Found.Add(new Window(candidate.Frames.ToArray(), candidate.Start.TotalSeconds, candidate.End.TotalSeconds));
            probabilities.Clear();
            return 0;
        }
    }
}
