using System.Diagnostics;
using SuRnnStream.Evaluation.Enrolment;
using static SuRnnStream.Cli.Words;

namespace SuRnnStream.Cli;

/// <summary>Reads takes and negatives, enrols, says what that is worth, and writes.</summary>
sealed class EnrollRun(Terminal terminal, string word, SuRnnModel proposer, string? space)
{
    const double SynthesisedWeight = 0.3; // beside recordings

    readonly TakeReader _reader = new(terminal, proposer.Config.RequireFrontEnd().SampleRate);
    readonly int _rate = proposer.Config.RequireFrontEnd().SampleRate;

    public required EnrolmentOptions Options { get; init; }

    /// <summary>Takes by this machine's voices; 0: none.</summary>
    public int SayCount { get; init; }

    /// <summary>Folder of reviewed near misses; null: none.</summary>
    public string? Reviewed { get; init; }

    /// <summary>Files and folders of sounds without the word.</summary>
    public IReadOnlyList<string> Negatives { get; init; } = [];

    /// <summary>The model that is there; null: a new one is made.</summary>
    public SuRnnModel? Old { get; init; }

    /// <param name="recordings">Files and folders.</param>
    /// <param name="to">The file to write; null: nothing is written.</param>
    /// <param name="cancellation">Ctrl+C.</param>
    /// <returns>The exit code: 1 where a recording could not be used.</returns>
    public int Run(IReadOnlyList<string> recordings, string? to, CancellationToken cancellation)
    {
        var words = OpenSpace();
        var takes = _reader.Takes(recordings);
        cancellation.ThrowIfCancellationRequested();
        var (own, others) = Reviewed is null ? ([], []) : _reader.Reviewed(Reviewed, word);
        List<Take> all = [.. takes, .. own], negatives = [.. others, .. _reader.Sounds(Negatives)];
        if (SayCount > 0)
        {
            var spoken = new SpokenTakes(_rate, Options.Seed);
            all.AddRange(spoken.Say(word, SayCount, all.Count > 0 ? SynthesisedWeight : 1));
            negatives.AddRange(spoken.NearMisses(word, SayCount));
            terminal.Print(Text($"{SayCount} takes and as many near misses by {spoken.VoiceCount} voices of this machine"));
        }
        if (all.Count == 0) throw new UsageException($"there is no take of '{word}' that can be used");
        cancellation.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        Enrolment made;
        try
        {
            made = new WordEnroller(proposer, words, Options with { Negatives = negatives }).Enroll(word, all);
        }
        catch (InvalidDataException wrong)
        {
            throw new UsageException(wrong.Message);
        }
        terminal.Print($"{word}: {made.Report}");
        foreach (var remark in made.Report.Remarks) terminal.Print($"{word}: {remark}");
        if (Old?.Config.Words is { } old && old.Words.Any(one => one.Label == word)) foreach (var line in Changes(Old, made.Model, takes, own, others)) terminal.Print(line);
        if (to is null)
        {
            terminal.Print("nothing is written");
            return _reader.Refused > 0 ? 1 : 0;
        }
        ModelFile.Save(to, made.Model);
        terminal.Print(Text($"{to}: {new FileInfo(to).Length:N0} bytes, detects {string.Join(", ", made.Model.Config.Words!.Words.Select(one => one.Label))}; enrolled in {clock.Elapsed.TotalSeconds:0.0} s"));
        return _reader.Refused > 0 ? 1 : 0;
    }

    WordSpace OpenSpace()
    {
        var path = space is null ? Models.Find(AppContext.BaseDirectory, Directory.GetCurrentDirectory(), "words.space") : space;
        try
        {
            return WordSpace.Load(path);
        }
        catch (InvalidDataException wrong)
        {
            throw new UsageException(wrong.Message);
        }
        catch (FileNotFoundException)
        {
            throw new UsageException($"{path}: there is no such file");
        }
    }

    /// <summary>What the old model found and the new one does, counted by detecting.</summary>
    IEnumerable<string> Changes(SuRnnModel old, SuRnnModel made, IReadOnlyList<Take> takes, IReadOnlyList<Take> own, IReadOnlyList<Take> others)
    {
        foreach (var (name, sounds) in new[] { ("recordings found", takes), ("reviewed as the word, found", own), ("reviewed as no word, accepted", others) })
            if (sounds.Count > 0) yield return Text($"{name}: {sounds.Count(take => Detects(old, take))} before, {sounds.Count(take => Detects(made, take))} now, of {sounds.Count}");
    }

    bool Detects(SuRnnModel model, Take take)
    {
        var found = false;
        var detector = new StreamingDetector(model);
        detector.Process(new float[_rate], _ => { });
        detector.Process(take.Samples.Span, detection => found |= detection.Label == word);
        detector.Finish(detection => found |= detection.Label == word);
        return found;
    }
}
