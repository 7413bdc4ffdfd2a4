namespace SuRnnStream;

/// <summary>A verifier and the model's own second look, asked about the same candidate by the verifier's rule: see <see cref="VerifierRule.OwnLookWeight"/>.</summary>
sealed class BothVerifiers : IVerifier
{
    readonly IVerifier _given;
    readonly NetworkVerifier _own;
    readonly int[] _place; // [Labels] place in the own look's labels; -1: it has no such label
    readonly ThreadLocal<float[]> _told;

    /// <param name="given">Whose labels and rule hold.</param>
    /// <param name="own">The model's.</param>
    public BothVerifiers(IVerifier given, NetworkVerifier own)
    {
        (_given, _own, Rule, Labels) = (given, own, given.Rule, given.Labels);
        _place = [.. Labels.Select(label => own.Labels.ToList().IndexOf(label))];
        Window = given.Window.With(own.Window);
        _told = new(() => new float[own.Labels.Count]);
    }

    public IReadOnlyList<string> Labels { get; }

    public VerifierRule Rule { get; }

    public VerifierWindow Window { get; }

    public long Verify(in VerifierCandidate candidate, Span<float> probabilities)
    {
        var told = _told.Value!;
        var work = _given.Verify(Part(candidate, _given.Window), probabilities) + _own.Verify(Part(candidate, _own.Window), told);
        for (var i = 0; i < _place.Length; i++)
            if (_place[i] >= 0) probabilities[i] = Rule.Both(probabilities[i], told[_place[i]]);
        return work;
    }

    /// <summary>What one of the two sees of a candidate.</summary>
    VerifierCandidate Part(in VerifierCandidate candidate, VerifierWindow window) => new()
    {
        Samples = window.Samples == 0 ? default : candidate.Samples.Slice(Window.SamplesBefore - window.SamplesBefore, window.Samples),
        Frames = window.Frames == 0 ? default : candidate.Frames.Slice((Window.FramesBefore - window.FramesBefore) * _own.FrameLength, window.Frames * _own.FrameLength),
        Start = candidate.Start,
        End = candidate.End,
    };
}
