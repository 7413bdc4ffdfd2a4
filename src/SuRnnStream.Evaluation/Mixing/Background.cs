namespace SuRnnStream.Evaluation.Mixing;

/// <summary>Plays recordings one after the other in random order, again and again; levels relative to each other stay.</summary>
static class Background
{
    const double FadeSeconds = 0.5;

    /// <param name="folder">The recordings; folders inside it count.</param>
    /// <param name="samples">Length of what is made.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="random">Chooses the order.</param>
    /// <exception cref="IOException">The folder is missing or has no sound, or a file cannot be read; the message names it.</exception>
    public static float[] Make(string folder, int samples, int sampleRate, Random random)
    {
        string[] files = [.. AudioFile.In(folder)];
        if (files.Length == 0) throw new IOException($"{folder}: there is no sound file in this folder");
        var bed = new float[samples];
        for (var at = 0; at < samples;)
        {
            random.Shuffle(files);
            var before = at;
            foreach (var file in files.TakeWhile(_ => at < samples))
            {
                var sound = AudioFile.ReadAll(file, sampleRate);
                var fade = Math.Min((int)(FadeSeconds * sampleRate), Math.Min(sound.Length / 2, at));
                Loop.CrossFade(sound, bed.AsSpan(at - fade, fade));
                var count = Math.Min(sound.Length, samples - (at - fade));
                sound.AsSpan(0, count).CopyTo(bed.AsSpan(at - fade));
                at += count - fade;
            }
            if (at == before) break;
        }
        return bed.AsSpan().ContainsAnyExcept(0f) ? bed : throw new IOException($"{folder}: there is no sound in its files");
    }
}
