using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;

namespace SuRnnStream.Cli;

/// <summary>What the bench listens to.</summary>
static class BenchSounds
{
    public const double NoiseDecibels = -40; // of full scale, RMS

    const double Margin = 0.05; // seconds of the recording kept before and after a word: the gap to the next one

    static readonly string Recording = Path.Combine("samples", "audio", "commands.wav");

    /// <summary>
    /// The named recording as it is, or the words of the one in <paramref name="folder"/> without the pauses between; over and over.
    /// </summary>
    /// <exception cref="InputException">There is no such recording, or it cannot be read.</exception>
    public static float[] Speech(string? path, string folder, int rate, int samples)
    {
        var words = Path.Combine(folder, Recording);
        var table = Path.ChangeExtension(words, ".csv");
        if (path is null && !(File.Exists(words) && File.Exists(table)))
            throw new InputException($"there is no {Recording} with its .csv here; name a recording of speech with --speech");
        try
        {
            float[] sound = path is null ? [.. Words(AudioFile.ReadAll(words, rate), table, rate)] : AudioFile.ReadAll(path, rate);
            if (sound.Length == 0) throw new InputException($"{path ?? words}: there is no sound in it");
            return [.. Enumerable.Range(0, samples).Select(i => sound[i % sound.Length])];
        }
        catch (Exception error) when (AudioPaths.IsUnreadable(error))
        {
            throw new InputException(AudioPaths.Complaint(path ?? words, error));
        }
    }

    /// <summary>Pink noise at <see cref="NoiseDecibels"/>, always the same.</summary>
    public static float[] Noise(int samples) => PinkNoise.Make(samples, NoiseDecibels, seed: 1);

    /// <summary>The samples of the words that the table label,start,end (seconds) lists, one after the other.</summary>
    static IEnumerable<float> Words(float[] recording, string table, int rate)
    {
        foreach (var word in EventTable.Read(table))
        {
            var first = (int)Math.Clamp(Math.Round((word.Start.TotalSeconds - Margin) * rate), 0, recording.Length);
            var last = (int)Math.Clamp(Math.Round((word.End.TotalSeconds + Margin) * rate), first, recording.Length);
            foreach (var sample in recording[first..last]) yield return sample;
        }
    }
}
