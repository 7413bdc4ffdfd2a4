using System.Runtime.Intrinsics;
using SuRnnStream.Kernels;

namespace SuRnnStream;

/// <summary>The second look of a model with enrolled words: the word space's vector of a burst against each word. Allocates once a thread.</summary>
sealed class WordVerifier : IOwnVerifier
{
    readonly WordSpaceNetwork _network;
    readonly EnrolledWords _words;
    readonly float[] _vectors, _bias, _voices; // [words, Size], [words], [words, VoiceSize]
    readonly ThreadLocal<(float[] Word, float[] Voice)> _memory;

    public WordVerifier(SuRnnConfig config, SuRnnWeights weights)
    {
        _words = config.Words!;
        var space = _words.Space;
        _network = new WordSpaceNetwork(space, name => weights[EnrolledWords.SpacePrefix + name].ToArray());
        (_vectors, _bias, _voices) = (weights["words.vector"].ToArray(), weights["words.bias"].ToArray(), weights["words.voice"].ToArray());
        _memory = new(() => (new float[space.Size], new float[space.VoiceSize]));
        Labels = [.. _words.Words.Select(word => word.Label)];
        Window = new VerifierWindow { FramesBefore = space.Frames - space.FramesAfter, FramesAfter = space.FramesAfter };
    }

    public IReadOnlyList<string> Labels { get; }

    public VerifierRule Rule => DefaultRule;

    public VerifierWindow Window { get; }

    /// <summary>The words' own probability decides, at the thresholds of the detector's options.</summary>
    internal static VerifierRule DefaultRule { get; } = new()
    {
        Threshold = 0.5f,
        OwnPower = 0,
        BackgroundPower = 0,
        Calm = TimeSpan.FromMilliseconds(200),
        AtLeast = TimeSpan.FromMilliseconds(200),
        AtMost = TimeSpan.FromSeconds(1.5),
        CutEvery = TimeSpan.FromSeconds(10), // of a long burst its first 1.5 s and its end: pieces in between are sentences
    };

    public long Verify(in VerifierCandidate candidate, Span<float> probabilities)
    {
        var (vector, voice) = _memory.Value;
        _network.Embed(candidate.Frames, vector, voice);
        for (var i = 0; i < _bias.Length; i++)
        {
            var logit = _bias[i] + Dot(vector, _vectors.AsSpan(i * vector.Length, vector.Length));
            var accepted = _words.Words[i].VoiceLimit <= -1 || Dot(voice, _voices.AsSpan(i * voice.Length, voice.Length)) >= _words.Words[i].VoiceLimit;
            probabilities[i] = accepted ? Activations.Sigmoid(Vector256.Create(logit))[0] : 0;
        }
        return _words.Space.MultiplyAdds;
    }

    /// <summary>From first to last: the same bits at every width of vectors.</summary>
    internal static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var sum = 0f;
        for (var i = 0; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
    }
}
