using System.Globalization;

namespace SuRnnStream.Evaluation.Mixing;

/// <summary>
/// Puts sounds into rooms: each is convolved with an impulse response from a folder. The direct sound, which is the response's largest sample,
/// stays where it was, so that events keep their times; the level stays too. Immutable: any number of threads may share one.
/// </summary>
public sealed class RoomMixer
{
    readonly SoundFolder _responses;

    /// <param name="folder">Impulse responses, of which the first channel is used; folders inside it count. They stay in memory.</param>
    /// <param name="sampleRate">Samples per second of the sounds, above zero.</param>
    /// <param name="seed">Chooses the response for each sound.</param>
    /// <exception cref="IOException">The folder is missing or has no sound, or a file cannot be read or is silent; the message names it.</exception>
    public RoomMixer(string folder, int sampleRate, int seed = 1) => (_responses, Folder) = (new SoundFolder(folder, sampleRate, seed, channel: 0), folder);

    /// <summary>Where the impulse responses come from.</summary>
    public string Folder { get; }

    /// <summary>The sound in a room. The reverberation after its end is lost.</summary>
    /// <param name="name">The sound's name: the same name gets the same room in every run.</param>
    /// <param name="samples">The sound.</param>
    /// <returns>As many samples, of the same RMS.</returns>
    public float[] Apply(string name, ReadOnlySpan<float> samples)
    {
        var (response, _) = _responses.Draw(name);
        var direct = 0;
        for (var i = 0; i < response.Length; i++) if (Math.Abs(response[i]) > Math.Abs(response[direct])) direct = i;
        var heard = new Convolution(response).Apply(samples, direct);
        var level = Waveform.Rms(heard);
        if (level > 0) Waveform.Scale(heard, Waveform.Rms(samples) / level);
        return heard;
    }

    /// <summary>How a report calls it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"rooms of {Folder} ({_responses.Count} impulse responses)");
}
