using SuRnnStream.Evaluation.Enrolment;

namespace SuRnnStream.Cli;

/// <summary>Recordings of a word by file and folder: those that cannot be used cost a line each.</summary>
sealed class TakeReader(Terminal terminal, int rate)
{
    const double Before = 1.0, After = 0.6; // seconds of a near miss around where its score rose

    readonly TakeCheck _check = new();

    /// <summary>Recordings that were named and cannot be used.</summary>
    public int Refused { get; private set; }

    /// <summary>Takes of files and folders, at the model's rate.</summary>
    public IReadOnlyList<Take> Takes(IReadOnlyList<string> paths)
    {
        var takes = new List<Take>();
        foreach (var file in Files(paths))
        {
            if (Read(file, out var recordedAt) is not { } samples) continue;
            var verdict = _check.Judge(samples, rate);
            if (verdict.IsGood && recordedAt < TakeCheck.LeastRate) verdict = verdict with { Fault = TakeFault.Telephone, Sentence = $"it has {recordedAt} samples a second, so there is nothing above {recordedAt / 2} Hz in it: record at 16000" };
            if (!verdict.IsUsable) Refuse($"{file}: {verdict.Sentence}");
            else
            {
                if (!verdict.IsGood) terminal.Complain($"{file}: {verdict.Sentence}; it is used all the same");
                takes.Add(new Take(file, samples));
            }
        }
        return takes;
    }

    /// <summary>Sounds of files and folders, at the model's rate.</summary>
    public IReadOnlyList<Take> Sounds(IReadOnlyList<string> paths) => [.. Files(paths).Select(file => (file, Samples: Read(file, out _))).Where(one => one.Samples is not null).Select(one => new Take(one.file, one.Samples!))];

    /// <summary>What a review made of near misses: takes of a word, and sounds that were none.</summary>
    public (IReadOnlyList<Take> Word, IReadOnlyList<Take> Others) Reviewed(string folder, string word)
    {
        var review = new ReviewFolder(folder);
        var words = review.Judged(ReviewFolder.Word).Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == word).ToArray();
        var others = review.Judged(ReviewFolder.NoWord);
        if (words.Length + others.Count == 0) throw new InputException($"{folder} holds no near miss of '{word}' that was judged: run surnn review {folder} first");
        return ([.. words.Select(Near).OfType<Take>()], Sounds(others));

        Take? Near(string file)
        {
            if (Read(file, out _) is not { } samples) return null;
            NearMissNote note;
            try
            {
                note = ReviewFolder.NoteOf(file);
            }
            catch (InvalidDataException damaged)
            {
                Refuse(damaged.Message);
                return null;
            }
            var from = (int)Math.Clamp((note.Start - Before) * rate, 0, samples.Length);
            var end = (int)Math.Clamp((note.End + After) * rate, from, samples.Length);
            return end - from < rate / 5 ? null : new Take(file, samples[from..end]);
        }
    }

    IEnumerable<string> Files(IReadOnlyList<string> paths)
    {
        foreach (var path in paths)
        {
            IReadOnlyList<string> files;
            try
            {
                files = AudioPaths.Expand(path, (folder, error) => Refuse(AudioPaths.Complaint(folder, error)));
            }
            catch (Exception error) when (AudioPaths.IsUnreadable(error))
            {
                Refuse(AudioPaths.Complaint(path, error));
                continue;
            }
            foreach (var file in files) yield return file;
        }
    }

    float[]? Read(string file, out int recordedAt)
    {
        recordedAt = rate;
        try
        {
            var own = rate;
            var samples = AudioFile.ReadAll(file, rate, channel: null, opened => own = opened.SampleRate);
            recordedAt = own;
            return samples;
        }
        catch (Exception error) when (AudioPaths.IsUnreadable(error))
        {
            Refuse(AudioPaths.Complaint(file, error));
            return null;
        }
    }

    void Refuse(string sentence)
    {
        Refused++;
        terminal.Complain(sentence);
    }
}
