using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Evaluation.Mixing;
using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train sounds`: the folders that the model of household sounds is trained on and judged by.</summary>
sealed class SoundsCommand
{
    const int SampleRate = 16_000;
    const int TrainingAlarms = 240, JudgedAlarms = 60, TrainingBeeps = 200, ChosenBeeps = 60;

    /// <summary>
    /// Sorts household sounds by purpose, source and licence into training/LABEL, choosing/negatives, reporting/LABEL and reporting/negatives, and
    /// synthesises alarms of smoke, of carbon monoxide and of clocks, and beeps that are none (choosing/beeps, reporting/beeps).
    /// </summary>
    /// <param name="more">The folder that more-speech.py wrote to; it has noise-more.</param>
    /// <param name="output">-o|--out, The folder to write; made if need be, must be empty.</param>
    /// <param name="seed">The same seed gives the same alarms.</param>
    [Command("sounds")]
    public void Make(string more, string output, int seed = 1)
    {
        if (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any()) throw new InvalidDataException($"{output} is not empty: name another folder.");
        var folder = Path.Combine(more, "noise-more");
        var sounds = HouseholdSounds.Read(folder);
        foreach (var recording in sounds.GroupBy(sound => (sound.Source, sound.Label))) // cuts of one recording are joined again, as far as there are any
        {
            var sound = recording.First();
            var to = sound.Purpose switch
            {
                SoundPurpose.Training when sound.IsBackground => "background_noise",
                SoundPurpose.Training => Path.Combine("training", sound.Label),
                SoundPurpose.Choosing => Path.Combine("choosing", "negatives"),
                _ when !sound.IsPositive => Path.Combine("reporting", "negatives"),
                _ when sound.Licence.StartsWith("ODbL", StringComparison.Ordinal) => Path.Combine("reporting-odbl", sound.Label),
                _ => Path.Combine("reporting", sound.Label),
            };
            Directory.CreateDirectory(Path.Combine(output, to));
            var pieces = recording.Select(one => Corpus.Read(Path.Combine(folder, one.File), SampleRate)).ToArray();
            var whole = sound.File.Contains("/snsd_", StringComparison.Ordinal) ? [Join(pieces)] : pieces;
            foreach (var (n, piece) in whole.Index()) WavWriter.Write(Path.Combine(output, to, string.Create(CultureInfo.InvariantCulture, $"{sound.Source}_{sound.Label}_{n}.wav")), piece, SampleRate);
        }
        void Synthesise(string to, int count, int part, Func<Random, float[]> make)
        {
            Directory.CreateDirectory(Path.Combine(output, to));
            for (var n = 0; n < count; n++)
                WavWriter.Write(Path.Combine(output, to, string.Create(CultureInfo.InvariantCulture, $"beeper{part}{n:000}_{n}.wav")), make(new Random(SegmentMaker.HashCode(seed, part, n))), SampleRate);
        }
        Synthesise("training/smoke_alarm", TrainingAlarms, 1, random => AlarmSound.Alarm(AlarmSound.TemporalThree, random, SampleRate, heldBack: false));
        Synthesise("training/co_alarm", TrainingAlarms, 6, random => AlarmSound.Alarm(AlarmSound.TemporalFour, random, SampleRate, heldBack: false));
        Synthesise("training/clock_alarm", TrainingAlarms, 8, random => AlarmSound.Clock(random, SampleRate, heldBack: false));
        Synthesise("training/beeps", TrainingBeeps, 2, random => AlarmSound.Other(random, SampleRate, heldBack: false));
        Synthesise("choosing/beeps", ChosenBeeps, 3, random => AlarmSound.Other(random, SampleRate, heldBack: true));
        Synthesise("reporting/smoke_alarm", JudgedAlarms, 4, random => AlarmSound.Alarm(AlarmSound.TemporalThree, random, SampleRate, heldBack: true));
        Synthesise("reporting/co_alarm", JudgedAlarms, 7, random => AlarmSound.Alarm(AlarmSound.TemporalFour, random, SampleRate, heldBack: true));
        Synthesise("reporting/clock_alarm", JudgedAlarms, 9, random => AlarmSound.Clock(random, SampleRate, heldBack: true));
        Synthesise("reporting/beeps", ChosenBeeps, 5, random => AlarmSound.Other(random, SampleRate, heldBack: true));
        foreach (var purpose in Enum.GetValues<SoundPurpose>().Where(purpose => sounds.Any(sound => sound.Purpose == purpose)))
        {
            var some = sounds.Where(sound => sound.Purpose == purpose).ToArray();
            Console.WriteLine($"{purpose.ToString().ToLowerInvariant()}: {string.Join(", ", some.Where(sound => sound.IsPositive).GroupBy(sound => sound.Label).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Count()} of {group.Key} ({group.Select(sound => sound.Source).Distinct().Count()} recordings)"))}; {some.Count(sound => !sound.IsPositive):N0} others");
        }
    }

    /// <summary>Writes a stream of synthesised sounds, and when each label sounds beside it: a smoke alarm, a carbon monoxide alarm, and beeps that are neither, over noise.</summary>
    /// <param name="output">-o|--out, The WAV file to write; NAME.csv (label,start,end) comes beside it.</param>
    /// <param name="seed">The same seed gives the same stream.</param>
    [Command("sounds-sample")]
    public void Sample(string output, int seed = 1)
    {
        var random = new Random(seed);
        (string? Label, float[] Sound)[] parts =
        [
            (null, AlarmSound.Other(new Random(seed), SampleRate, heldBack: true)),
            ("smoke_alarm", AlarmSound.Alarm(AlarmSound.TemporalThree, random, SampleRate, heldBack: true)),
            (null, AlarmSound.Other(new Random(seed + 1), SampleRate, heldBack: true)),
            ("co_alarm", AlarmSound.Alarm(AlarmSound.TemporalFour, random, SampleRate, heldBack: true)),
        ];
        var (stream, events) = (new List<float>(), new List<string> { "label,start,end" });
        foreach (var (label, sound) in parts)
        {
            stream.AddRange(new float[3 * SampleRate]);
            if (label is not null) events.Add(FormattableString.Invariant($"{label},{(double)stream.Count / SampleRate:0.###},{(double)(stream.Count + sound.Length) / SampleRate:0.###}"));
            stream.AddRange(sound.Select(x => 0.4f * x));
        }
        stream.AddRange(new float[4 * SampleRate]);
        var noise = PinkNoise.Make(stream.Count, -50, seed);
        WavWriter.Write(output, [.. stream.Zip(noise, (a, b) => a + b)], SampleRate);
        SafeFile.Replace(Path.ChangeExtension(output, ".csv"), string.Concat(events.Select(line => line + "\n")));
        Console.WriteLine(FormattableString.Invariant($"{output}: {(double)stream.Count / SampleRate:0.0} s"));
    }

    /// <summary>Pieces one after the other, each faded into the next over 20 ms.</summary>
    static float[] Join(IReadOnlyList<float[]> pieces)
    {
        const int Fade = SampleRate / 50;
        var joined = new List<float>(pieces[0]);
        foreach (var piece in pieces.Skip(1))
        {
            var blend = Math.Min(Fade, Math.Min(joined.Count, piece.Length));
            for (var i = 0; i < blend; i++) joined[joined.Count - blend + i] += (i + 1f) / (blend + 1) * (piece[i] - joined[joined.Count - blend + i]);
            joined.AddRange(piece.AsSpan(blend));
        }
        return [.. joined];
    }
}
