using static TorchSharp.torch;

namespace SuRnnStream.Training.Mel;

/// <summary>Words as tensors, with who says what: drawn by class, then by word, then by clip, so that a rare word counts as much as a common one.</summary>
sealed class SoundTable : IDisposable
{
    const double Foreign = 0.05, Further = 0.25; // parts of the unknown words

    readonly Dictionary<int, int[]> _byLabel = [], _synthesised = [];
    readonly Chances _commands;
    readonly double _voicePart; // of the commands, and of the unknown words, where there are synthesised ones
    readonly int[][] _own, _further, _foreign, _spoken; // unknown words: sounds of each; spoken: by a synthesiser

    public SoundTable(IReadOnlyList<MelSound> sounds, IReadOnlyList<string> labels, int bands, double voicePart)
    {
        (Sounds, _voicePart) = (sounds, voicePart);
        Longest = sounds.Max(sound => sound.Frames.Length / bands);
        var planes = new float[(long)sounds.Count * Longest * bands];
        for (var i = 0; i < sounds.Count; i++) sounds[i].Frames.CopyTo(planes, (long)i * Longest * bands);
        Planes = tensor(planes, [sounds.Count, Longest, bands]);
        Labels = [.. sounds.Select(sound => labels.ToList().IndexOf(sound.Said) is >= 0 and var label ? label : 1)];
        int[] With(int label, bool synthesised) => [.. Enumerable.Range(0, sounds.Count).Where(i => Labels[i] == label && sounds[i].IsSynthesised == synthesised)];
        for (var label = 2; label < labels.Count; label++) (_byLabel[label], _synthesised[label]) = (With(label, false), With(label, true));
        _commands = new([.. _byLabel.OrderBy(pair => pair.Key).Select(pair => Math.Pow(Math.Max(1, pair.Value.Length), -0.25))]); // where there are fewer clips, each counts more, but not as much more
        int[][] Of(Func<string, bool> which) => [.. Enumerable.Range(0, sounds.Count).Where(i => Labels[i] == 1 && which(sounds[i].Word)).GroupBy(i => sounds[i].Word).Select(group => group.ToArray())];
        _foreign = Of(word => word.StartsWith("+ar-", StringComparison.Ordinal));
        _further = Of(word => word.StartsWith('+') && !word.StartsWith("+ar-", StringComparison.Ordinal));
        _spoken = Of(word => word.StartsWith(MelSound.Synthesised));
        _own = Of(word => !word.StartsWith('+') && !word.StartsWith(MelSound.Synthesised));
    }

    public IReadOnlyList<MelSound> Sounds { get; }

    /// <summary>Frames of the longest sound.</summary>
    public int Longest { get; }

    /// <summary>[sounds, Longest, bands], zeros after the end of a shorter one.</summary>
    public Tensor Planes { get; }

    /// <summary>Label of each sound.</summary>
    public int[] Labels { get; }

    /// <summary>A label in proportion to <paramref name="weights"/>.</summary>
    sealed class Chances(double[] weights)
    {
        public int Draw(Random random)
        {
            var left = random.NextDouble() * weights.Sum();
            for (var i = 0; i < weights.Length - 1; i++) if ((left -= weights[i]) < 0) return i;
            return weights.Length - 1;
        }
    }

    /// <summary>A sound of some label.</summary>
    public int Draw(Random random, bool unknown)
    {
        int[] from;
        var synthesised = random.NextDouble() < _voicePart;
        if (!unknown)
        {
            var label = 2 + _commands.Draw(random);
            from = synthesised && _synthesised[label].Length > 0 ? _synthesised[label] : _byLabel[label];
        }
        else if (synthesised && _spoken.Length > 0) from = _spoken[random.Next(_spoken.Length)];
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
