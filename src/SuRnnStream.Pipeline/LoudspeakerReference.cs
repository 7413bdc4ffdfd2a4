namespace SuRnnStream;

/// <summary>
/// Brings what the loudspeaker plays, with the microphone's samples, to the rule that holds back what it says: for a program that decides about detections itself
/// (<see cref="StreamDecisions"/>). Pipelines do so where their options have <see cref="PipelineOptions.Played"/>. One thread's at a time, with the rule.
/// </summary>
public sealed class LoudspeakerReference
{
    readonly LoudspeakerRule _rule;
    readonly PlayedSound _played;
    readonly IFrameTiming _timing;
    readonly StreamingDetector? _detector;  // of what is played; null: only its envelope counts
    readonly Action<Detection> _onPlayed;
    float[] _samples = [];

    /// <param name="rule">Of the microphone's stream: <see cref="StreamDecisions.Loudspeaker"/>.</param>
    /// <param name="options">As the rule's.</param>
    /// <param name="played">What is played; this stream's alone.</param>
    /// <param name="model">The stream's, of sound.</param>
    /// <param name="detector">Its detector's options; null: those that the model was tuned with.</param>
    /// <exception cref="ArgumentException">What is played has another rate than the model, or the model is none of sound.</exception>
    public LoudspeakerReference(LoudspeakerRule rule, LoudspeakerOptions options, PlayedSound played, SuRnnModel model, DetectorOptions? detector = null)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(played);
        ArgumentNullException.ThrowIfNull(model);
        if (played.SampleRate != model.Config.RequireFrontEnd().SampleRate) throw new ArgumentException($"What is played comes at {played.SampleRate} Hz, but the model takes {model.Config.RequireFrontEnd().SampleRate} Hz.");
        (_rule, _played, _timing) = (rule, played, model.Config.RequireTiming());
        if (options.DetectPlayed) _detector = new StreamingDetector(model, options.ForPlayed(detector ?? model.Defaults));
        _onPlayed = detection => _rule.OnPlayed(detection);
    }

    /// <summary>The next samples of the microphone, before their detections are decided.</summary>
    /// <param name="start">Place of the first in the stream, in samples; places only grow.</param>
    /// <param name="gap">True: samples before it are lost.</param>
    /// <param name="samples">In [-1, 1], at the model's rate.</param>
    public void Hear(long start, bool gap, ReadOnlySpan<float> samples)
    {
        if (gap)
        {
            _rule.Skip(_timing.StreamTime(start));
            _detector?.Reset(start);
        }
        if (_samples.Length < samples.Length) _samples = new float[samples.Length];
        var played = _samples.AsSpan(0, samples.Length);
        _played.Read(start, played);
        _rule.Hear(samples, played);
        _detector?.Process(played, _onPlayed);
    }
}
