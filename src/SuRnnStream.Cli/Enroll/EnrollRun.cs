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

    /// <summary>What its words were enrolled from; null: nothing is kept.</summary>
    public EnrolledTakes? Kept { get; init; }

    /// <summary>Where the takes of a model are kept.</summary>
    public static string TakesOf(string model) => Path.ChangeExtension(model, ".takes");

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
        var kept = Kept?.TakesOf(word) ?? 0;
        var isThere = Old?.Config.Words?.Words.Any(one => one.Label == word) ?? false;
        if (isThere && kept == 0 && recordings.Count == 0 && SayCount == 0) throw new InputException($"the takes of '{word}' are not kept beside the model: name its recordings too, from now on they are");
        if (all.Count + kept == 0) throw new InputException($"there is no take of '{word}' that can be used");
        if (kept > 0) terminal.Print(Text($"{Count(kept, "take")} of {word} kept from before"));
        cancellation.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        Enrolment made;
        try
        {
            made = new WordEnroller(proposer, words, Options with { Negatives = negatives }).Enroll(word, all, Kept);
        }
        catch (InvalidDataException wrong)
        {
            throw new InputException(wrong.Message);
        }
        terminal.Print($"{word}: {made.Report}");
        foreach (var remark in made.Report.Remarks) terminal.Print($"{word}: {remark}");
        if (Old is not null && made.Change is { } change) foreach (var line in Changes(Old, made.Model, takes, own, others).Concat(Changes(change))) terminal.Print(line);
        if (to is null)
        {
            terminal.Print("nothing is written");
            return _reader.Refused > 0 ? 1 : 0;
        }
        ModelFile.Save(to, made.Model);
        made.Takes?.Save(TakesOf(to));
        terminal.Print(Text($"{to}: {new FileInfo(to).Length:N0} bytes, detects {string.Join(", ", made.Model.Config.Words!.Words.Select(one => one.Label))}; enrolled in {clock.Elapsed.TotalSeconds:0.00} s; its takes are kept as vectors in {TakesOf(to)}"));
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
            throw new InputException(wrong.Message);
        }
        catch (FileNotFoundException)
        {
            throw new InputException($"{path}: there is no such file");
        }
    }

    /// <summary>What the old model found and the new one does, counted by detecting.</summary>
    IEnumerable<string> Changes(SuRnnModel old, SuRnnModel made, IReadOnlyList<Take> takes, IReadOnlyList<Take> own, IReadOnlyList<Take> others)
    {
        foreach (var (name, sounds) in new[] { ("recordings found", takes), ("reviewed as the word, found", own), ("reviewed as no word, accepted", others) })
            if (sounds.Count > 0) yield return Text($"{name}: {sounds.Count(take => Detects(old, take))} before, {sounds.Count(take => Detects(made, take))} now, of {sounds.Count}");
    }

    /// <summary>The same by the vectors of all takes, those kept from before too, and of the bank.</summary>
    static IEnumerable<string> Changes(EnrolmentChange change)
    {
        yield return Text($"takes that the word space finds: {change.FoundBefore} before, {change.FoundNow} now, of {change.Takes}");
        if (change.Negatives > 0) yield return Text($"candidates in your negatives accepted: {change.AcceptedBefore} before, {change.AcceptedNow} now, of {change.Negatives}");
        yield return Text($"false alarms in {change.Hours:0.0} h of the bank's speech: {change.AlarmsBefore} before, {change.AlarmsNow} now");
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
