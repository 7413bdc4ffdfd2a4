using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;

namespace SuRnnStream.Training.SecondLook;

/// <summary>
/// Streams to choose a threshold by: words one every three seconds, their audible part at -20 dBFS, over noise 20 dB below (made pink noise and every
/// recording in turn); running speech as it is, half a second of faint noise between utterances.
/// </summary>
/// <param name="rate">Samples a second.</param>
/// <param name="propose">What the first stage proposes in a sound.</param>
/// <param name="threads">Streams at a time.</param>
sealed class LookStreams(int rate, Func<float[], IReadOnlyList<LookStream.Candidate>> propose, int threads)
{
    const int WordsInAStream = 20;
    const double Level = -20, Offset = 0.8;

    /// <summary>All streams to choose by: commands and other words of choosing speakers, and speech.</summary>
    /// <param name="sounds">Where words and noise come from.</param>
    /// <param name="talk">Running speech without commands.</param>
    /// <param name="speaker">The number of a speaker.</param>
    public IReadOnlyList<LookStream> ToChooseBy(JudgingData sounds, IEnumerable<SplitSpeech> talk, Func<string, int> speaker)
    {
        var words = sounds.Clips(Purpose.Choosing).Where(clip => clip.Label != Corpus.Silence).ToLookup(clip => clip.Label == Corpus.Unknown, clip => (clip.File, clip.Label));
        var beds = sounds.Noise(Purpose.Choosing).Select(one => one.Cut(Corpus.Read(one.File, rate))).ToArray();
        return
        [
            .. Words([.. words[false]], beds, LookStreamKind.Words),
            .. Words([.. words[true]], beds, LookStreamKind.OtherWords),
            .. Speech([.. talk.Select(one => (one.File, speaker(one.Speaker), one.Kind == SpeechKind.Read ? LookStreamKind.Read : LookStreamKind.OtherSpeech))]),
        ];
    }

    /// <summary>Synthesised words that begin like a command, by voices for choosing; none where espeak-ng is not installed.</summary>
    public IReadOnlyList<LookStream> Beginnings(JudgingData sounds) =>
        Words([.. Judging.Beginnings.Say(Judging.Beginnings.OfCommands, Purpose.Choosing, rate, new ParallelOptions { MaxDegreeOfParallelism = threads }).Select(word => (word.Samples, word.Label))],
            [.. sounds.Noise(Purpose.Choosing).Select(one => one.Cut(Corpus.Read(one.File, rate)))], LookStreamKind.Beginnings);

    public IReadOnlyList<LookStream> Words(IReadOnlyList<(string File, string Label)> clips, IReadOnlyList<float[]> noise, LookStreamKind kind, double snr = 20, double every = 3) =>
        Words([.. clips.Select(clip => (new Lazy<float[]>(() => Corpus.Read(clip.File, rate)), clip.Label))], noise, kind, snr, every);

    IReadOnlyList<LookStream> Words(IReadOnlyList<(float[] Samples, string Label)> words, IReadOnlyList<float[]> noise, LookStreamKind kind) =>
        Words([.. words.Select(word => (new Lazy<float[]>(word.Samples), word.Label))], noise, kind, 20, 3);

    IReadOnlyList<LookStream> Words(IReadOnlyList<(Lazy<float[]> Samples, string Label)> clips, IReadOnlyList<float[]> noise, LookStreamKind kind, double snr, double every)
    {
        var chunks = clips.Chunk(WordsInAStream).ToArray();
        return Parallel(chunks.Length, i =>
        {
            var length = (int)(every * rate * chunks[i].Length) + 2 * rate;
            var background = i % (noise.Count + 1) == 0 ? PinkNoise.Make(length, Level - snr, i) : Recorded(noise[(i - 1) % (noise.Count + 1) % noise.Count], length, Level - snr);
            var events = new List<LabelledEvent>();
            foreach (var ((samples, label), n) in chunks[i].Select((clip, n) => (clip, n)))
            {
                var clip = samples.Value;
                var part = AudiblePart.Of(clip, rate);
                var at = (int)((every * n + Offset) * rate);
                var gain = (float)(Waveform.Gain(Level) / Math.Max(1e-5f, Waveform.Rms(clip.AsSpan(part.Start..Math.Max(part.Start + 1, part.End)))));
                Waveform.Add(background.AsSpan(at), clip, gain);
                events.Add(new LabelledEvent(label, At(at + part.Start), At(at + (every > 3 ? part.End : clip.Length)))); // of a clip of a second its own end, as COMBINE.md counts
            }
            return Run(background, kind, -1, TimeSpan.Zero, events);
        });
    }

    public IReadOnlyList<LookStream> Speech(IReadOnlyList<(string File, int Speaker, LookStreamKind Kind)> files, IReadOnlyList<float[]>? noise = null, double snr = 20)
    {
        var groups = files.GroupBy(file => (file.Speaker, file.Kind)).ToArray();
        return Parallel(groups.Length, i =>
        {
            var (sound, length, gap) = (new List<float>(), 0L, PinkNoise.Make(rate / 2, -65, i));
            sound.AddRange(gap);
            foreach (var file in groups[i])
            {
                var speech = Corpus.Read(file.File, rate);
                sound.AddRange(speech);
                sound.AddRange(gap);
                length += speech.Length;
            }
            var samples = sound.ToArray();
            if (noise is not null)
            {
                var level = 20 * Math.Log10(Math.Max(1e-6, Waveform.Rms(samples))) - snr;
                Waveform.Add(samples, i % (noise.Count + 1) == 0 ? PinkNoise.Make(samples.Length, level, i) : Recorded(noise[i % noise.Count], samples.Length, level), 1);
            }
            return Run(samples, groups[i].Key.Kind, groups[i].Key.Speaker, At(length), []);
        });
    }

    TimeSpan At(long sample) => TimeSpan.FromSeconds((double)sample / rate);

    float[] Recorded(float[] recording, int length, double level)
    {
        var bed = new float[length];
        new Loop(recording, rate / 20).Fill(bed, 0);
        Waveform.Scale(bed, (float)(Waveform.Gain(level) / Math.Max(1e-6f, Waveform.Rms(bed))));
        return bed;
    }

    LookStream Run(float[] sound, LookStreamKind kind, int speaker, TimeSpan length, IReadOnlyList<LabelledEvent> events) => new(kind, speaker, length, events, propose(sound));

    LookStream[] Parallel(int count, Func<int, LookStream> make)
    {
        var streams = new LookStream[count];
        System.Threading.Tasks.Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => streams[i] = make(i));
        return streams;
    }
}
