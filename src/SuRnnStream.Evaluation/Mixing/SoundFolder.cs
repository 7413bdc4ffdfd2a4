using System.Security.Cryptography;
using System.Text;

namespace SuRnnStream.Evaluation.Mixing;

/// <summary>Recordings of a folder and of those inside it, in memory at one rate, from which each file draws its own by its name.</summary>
sealed class SoundFolder
{
    readonly IReadOnlyList<float[]> _sounds;
    readonly int _seed;

    /// <param name="folder">The folder.</param>
    /// <param name="sampleRate">Samples per second that they are brought to.</param>
    /// <param name="seed">Chooses what is drawn.</param>
    /// <param name="channel">The channel to read; null for the mean.</param>
    /// <exception cref="IOException">The folder is missing or has no sound, or a file cannot be read or is silent; the message names it.</exception>
    public SoundFolder(string folder, int sampleRate, int seed, int? channel = null)
    {
        var files = AudioFile.In(folder);
        if (files.Count == 0) throw new IOException($"{folder}: there is no sound file in this folder");
        (_sounds, _seed) = ([.. files.Select(file => Read(file, sampleRate, channel))], seed);
    }

    public int Count => _sounds.Count;

    /// <summary>A recording, and the dice for what else there is to choose: the same for a name in every run and on every thread.</summary>
    public (float[] Sound, Random Random) Draw(string name)
    {
        var random = new Random(BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes($"{_seed} {name}"))));
        return (_sounds[random.Next(_sounds.Count)], random);
    }

    static float[] Read(string file, int sampleRate, int? channel)
    {
        var sound = AudioFile.ReadAll(file, sampleRate, channel);
        return sound.AsSpan().ContainsAnyExcept(0f) ? sound : throw new IOException($"{file}: there is no sound in it; remove it");
    }
}
