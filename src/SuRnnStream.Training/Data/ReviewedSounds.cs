using System.Globalization;

namespace SuRnnStream.Training.Data;

/// <summary>What `surnn review` made of near misses, as training takes it: words cut to the word, and sounds that are none.</summary>
sealed class ReviewedSounds
{
    const double Before = 1.0, After = 0.4;   // seconds around where the score rose: the word ends about there
    const double Longest = 1.6;               // of a word, as of recordings

    readonly string _folder;
    readonly ReviewFolder _review;

    /// <exception cref="IOException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">Nothing in it is judged.</exception>
    public ReviewedSounds(string folder)
    {
        (_folder, _review) = (folder, new ReviewFolder(folder));
        if (_review.Judged(ReviewFolder.Word).Count + _review.Judged(ReviewFolder.NoWord).Count == 0)
            throw new InvalidDataException($"{folder} holds no near miss that was judged: run surnn review {folder} first.");
    }

    /// <summary>Where sounds without the words are; null: there are none.</summary>
    public string? Negatives => _review.Judged(ReviewFolder.NoWord).Count > 0 ? Path.Combine(_folder, ReviewFolder.NoWord) : null;

    /// <summary>Cuts the sounds of the words to a second before and 0.4 s after where their scores rose, and writes them to FOLDER/LABEL/*.wav.</summary>
    /// <returns>How many of each word, and what was left out, a line each.</returns>
    public (IReadOnlyDictionary<string, int> Counts, IReadOnlyList<string> LeftOut) CutWords(IReadOnlyList<string> words, int sampleRate, string to)
    {
        var (counts, leftOut) = (words.ToDictionary(word => word, _ => 0), new List<string>());
        foreach (var file in _review.Judged(ReviewFolder.Word))
        {
            var word = Path.GetFileName(Path.GetDirectoryName(file))!;
            if (!counts.ContainsKey(word))
            {
                leftOut.Add($"{file}: '{word}' is none of the words of this training");
                continue;
            }
            var note = ReviewFolder.NoteOf(file);
            var samples = Corpus.Read(file, sampleRate);
            var from = (int)Math.Clamp((note.Start - Before) * sampleRate, 0, samples.Length);
            var end = (int)Math.Clamp((note.End + After) * sampleRate, from, samples.Length);
            var clip = Clip.FromSamples(0, samples[from..end], sampleRate);
            var seconds = (double)(clip.End - clip.Start) / sampleRate;
            if (seconds is <= 0 or > Longest)
            {
                leftOut.Add(string.Create(CultureInfo.InvariantCulture, $"{file}: what is audible lasts {seconds:F2} s, a word at most {Longest} s"));
                continue;
            }
            WavWriter.Write(Path.Combine(Directory.CreateDirectory(Path.Combine(to, word)).FullName, Path.GetFileName(file)), clip.Samples, sampleRate);
            counts[word]++;
        }
        return (counts, leftOut);
    }
}
