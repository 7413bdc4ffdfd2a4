using static TorchSharp.torch;

namespace SuRnnStream.Training.Mel;

/// <summary>Words as tensors, with who says what: drawn by class, then by word, then by clip, so that a rare word counts as much as a common one.</summary>
sealed class SoundTable : IDisposable
{
    const double Foreign = 0.05, Further = 0.25; // parts of the unknown words

    readonly Dictionary<int, int[]> _byLabel = [];
    readonly int[][] _own, _further, _foreign;   // unknown words: sounds of each

    public SoundTable(IReadOnlyList<MelSound> sounds, IReadOnlyList<string> labels, int bands)
    {
        Sounds = sounds;
        Longest = sounds.Max(sound => sound.Frames.Length / bands);
        var planes = new float[(long)sounds.Count * Longest * bands];
        for (var i = 0; i < sounds.Count; i++) sounds[i].Frames.CopyTo(planes, (long)i * Longest * bands);
        Planes = tensor(planes, [sounds.Count, Longest, bands]);
        Labels = [.. sounds.Select(sound => labels.ToList().IndexOf(sound.Word) is >= 0 and var label ? label : 1)];
        for (var label = 2; label < labels.Count; label++) _byLabel[label] = [.. Enumerable.Range(0, sounds.Count).Where(i => Labels[i] == label)];
        int[][] Of(Func<string, bool> which) => [.. Enumerable.Range(0, sounds.Count).Where(i => Labels[i] == 1 && which(sounds[i].Word)).GroupBy(i => sounds[i].Word).Select(group => group.ToArray())];
        _foreign = Of(word => word.StartsWith("+ar-", StringComparison.Ordinal));
        _further = Of(word => word.StartsWith('+') && !word.StartsWith("+ar-", StringComparison.Ordinal));
        _own = Of(word => !word.StartsWith('+'));
    }

    public IReadOnlyList<MelSound> Sounds { get; }

    /// <summary>Frames of the longest sound.</summary>
    public int Longest { get; }

    /// <summary>[sounds, Longest, bands], zeros after the end of a shorter one.</summary>
    public Tensor Planes { get; }

    /// <summary>Label of each sound.</summary>
    public int[] Labels { get; }

    /// <summary>A sound of some label.</summary>
    public int Draw(Random random, bool unknown)
    {
        int[] from;
        if (!unknown) from = _byLabel[2 + random.Next(_byLabel.Count)];
        else
        {
            var kind = random.NextDouble();
            var words = kind < Foreign && _foreign.Length > 0 ? _foreign : kind < Foreign + Further && _further.Length > 0 ? _further : _own;
            from = words[random.Next(words.Length)];
        }
        return from[random.Next(from.Length)];
    }

    public void Dispose() => Planes.Dispose();
}
