namespace SuRnnStream.Evaluation.Mixing;

/// <summary>
/// Makes a stream to test a detector with: clips at random places in noise or speech, and the list of where they are. Clips are spread evenly
/// over time, each anywhere within a segment of its own, and at least a second of background follows each, so that a late detection belongs to
/// one clip only.
/// </summary>
public static class StreamMaker
{
    static readonly TimeSpan Gap = TimeSpan.FromSeconds(1);

    /// <exception cref="ArgumentException">An option is outside its range, or the clips do not fit into the stream.</exception>
    /// <exception cref="IOException">A folder is missing, has too few clips or no sound, or a file cannot be read; the message names it.</exception>
    public static MadeStream Make(StreamOptions options)
    {
        options.Validate();
        var (random, rate) = (new Random(options.Seed), options.SampleRate);
        var clips = Draw(options, random);
        var samples = (int)(options.Length.TotalSeconds * rate);
        var segment = samples / clips.Length;
        var longest = clips.Max(clip => clip.Samples.Length) + (int)(Gap.TotalSeconds * rate);
        if (longest > segment)
            throw new ArgumentException(FormattableString.Invariant($"{clips.Length} clips do not fit into {options.Length.TotalMinutes:0.##} minutes: with the second after it the longest takes {(double)longest / rate:0.0} s, and each has {(double)segment / rate:0.0} s; make the stream longer or ask for fewer."));

        var stream = Bed(options, samples, random);
        var (events, others) = (new List<LabelledEvent>(), new List<LabelledEvent>());
        foreach (var (clip, i) in clips.Select((clip, i) => (clip, i)))
        {
            var at = i * segment + random.Next(segment - longest + 1);
            Place(clip.Samples, clip.Part, options.Level, stream.AsSpan(at));
            TimeSpan Time(int sample) => TimeSpan.FromSeconds((double)(at + sample) / rate);
            (clip.IsTarget ? events : others).Add(new LabelledEvent(clip.Label, Time(clip.Part.Start), Time(clip.Part.End)));
        }
        return new MadeStream(stream, rate, events, others);
    }

    /// <summary>Targets and others in the order in which they are placed.</summary>
    static (string Label, float[] Samples, AudiblePart Part, bool IsTarget)[] Draw(StreamOptions options, Random random)
    {
        string[] folders = [.. LabelledFolders.In(options.Clips).Select(folder => folder.Label).Except(ClipPool.SilenceNames).Order(StringComparer.Ordinal)];
        if (options.Labels.Except(folders).FirstOrDefault() is { } missing)
            throw new DirectoryNotFoundException($"{Path.Combine(options.Clips, missing)}: there is no such folder; {options.Clips} has {(folders.Length > 0 ? string.Join(", ", folders) : "none")}");
        var targets = new ClipPool(options.Clips, options.Labels, options.SampleRate, random).Draw(options.Targets, "targets");
        var others = new ClipPool(options.Clips, folders.Except(options.Labels), options.SampleRate, random).Draw(options.Others, "others");
        (string Label, float[] Samples, AudiblePart Part, bool IsTarget)[] clips = [.. targets.Select(clip => (clip.Label, clip.Samples, clip.Part, true)), .. others.Select(clip => (clip.Label, clip.Samples, clip.Part, false))];
        random.Shuffle(clips);
        return clips;
    }

    static float[] Bed(StreamOptions options, int samples, Random random)
    {
        var level = options.Level - options.Snr;
        if (options.Background is not { } folder) return PinkNoise.Make(samples, level, random.Next());
        var bed = Background.Make(folder, samples, options.SampleRate, random);
        Waveform.Scale(bed, (float)(Waveform.Gain(level) / Waveform.Rms(bed)));
        return bed;
    }

    /// <summary>The level is that of the audible part after its ends were faded.</summary>
    static void Place(float[] clip, AudiblePart part, double level, Span<float> into)
    {
        var faded = new float[clip.Length];
        Waveform.Add(faded, clip, 1);
        var gain = (float)(Waveform.Gain(level) / Waveform.Rms(faded.AsSpan(part.Start, part.End - part.Start)));
        for (var i = 0; i < faded.Length; i++) into[i] += gain * faded[i];
    }
}
