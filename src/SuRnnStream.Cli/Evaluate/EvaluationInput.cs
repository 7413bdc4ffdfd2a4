using SuRnnStream.Evaluation;
using SuRnnStream.Evaluation.Mixing;

namespace SuRnnStream.Cli;

/// <summary>A file to evaluate on, under one condition.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">What it is called beside the others: its path below what was named.</param>
sealed record EvaluationInput(string Path, string Name)
{
    const int BlockSamples = 16_384;

    /// <summary>The label of a clip; null: it is a recording.</summary>
    public string? Label { get; init; }

    /// <summary>True: nothing in it is to be detected.</summary>
    public bool IsNegative { get; init; }

    /// <summary>The channel to read; null for the mean.</summary>
    public int? Channel { get; init; }

    /// <summary>Who speaks, or the record.</summary>
    public string Speaker { get; init; } = "";

    /// <summary>What is said in it; empty: not known.</summary>
    public string Said { get; init; } = "";

    /// <summary>What is done to the sound.</summary>
    public Conditions Conditions { get; init; } = new();

    /// <summary>What it is known by in a journal: another file, table or condition has another. The conditions' own settings are the evaluation's.</summary>
    public byte[] Key
    {
        get
        {
            static string Version(string path) => new FileInfo(path) is { Exists: true } file ? $"{file.Length} {file.LastWriteTimeUtc.Ticks}" : "none";
            return JudgeJournal.KeyOf(System.IO.Path.GetFullPath(Path), Version(Path), IsNegative || Label is not null ? "" : Version(EventTable.Beside(Path)), Name, Label ?? "", IsNegative ? "negative" : "", Speaker, Said, Conditions.Name);
        }
    }

    /// <summary>The stream, under its conditions, with all its samples.</summary>
    /// <exception cref="IOException">The file or its table cannot be read; nothing is in it.</exception>
    public EvaluationStream Read(int sampleRate) => Under(ReadAsRecorded(sampleRate, null), sampleRate);

    EvaluationStream ReadAsRecorded(int sampleRate, Action<AudioFile>? told)
    {
        var samples = AudioFile.ReadAll(Path, sampleRate, Channel, told);
        if (samples.Length == 0) throw new IOException($"{Path}: there is no sound in it");
        return Named(Label is { } label ? EvaluationStream.FromClip(Name, label, samples, sampleRate)
            : IsNegative ? EvaluationStream.FromNegative(Name, samples, sampleRate)
            : EvaluationStream.FromRecording(Name, EventTable.Read(Table(), TimeSpan.FromSeconds((double)samples.Length / sampleRate)), samples, sampleRate));
    }

    EvaluationStream Under(EvaluationStream stream, int sampleRate)
    {
        if (Conditions.AreNone) return stream; // the same samples as detect's
        stream = stream.WithSilenceAround(sampleRate);
        return stream with { Samples = Conditions.Apply(Name, stream.Samples, stream.Events) };
    }

    /// <summary>Judges the model on it. Of a recording as it is, only a block of samples is in memory at a time.</summary>
    /// <param name="evaluator">With the model.</param>
    /// <param name="keepTrack">True: scores are kept for other thresholds by label.</param>
    /// <param name="told">Sees the file at its end.</param>
    /// <param name="cancellation">Asked once a block.</param>
    /// <exception cref="IOException">The file or its table cannot be read; nothing is in it.</exception>
    public JudgedStream Judge(Evaluator evaluator, bool keepTrack, Action<AudioFile> told, CancellationToken cancellation)
    {
        var (config, rate) = (evaluator.Model.Config, evaluator.Model.Config.RequireFrontEnd().SampleRate);
        if (Label is null && Conditions.AreNone) return JudgeInBlocks(evaluator, keepTrack, told, rate, cancellation);
        var recorded = WithLabelsOf(config, ReadAsRecorded(rate, told));
        var stream = Under(recorded, rate);
        var judge = evaluator.Judge(stream, keepTrack, keepSweep: true);
        judge.Record(recorded.Samples);
        for (var at = 0; at < stream.Samples.Length; at += BlockSamples)
        {
            cancellation.ThrowIfCancellationRequested();
            judge.Process(stream.Samples.AsSpan(at, Math.Min(BlockSamples, stream.Samples.Length - at)));
        }
        return judge.Finish(recorded.Events);
    }

    JudgedStream JudgeInBlocks(Evaluator evaluator, bool keepTrack, Action<AudioFile> told, int rate, CancellationToken cancellation)
    {
        var events = IsNegative ? [] : EventTable.Read(Table());
        var stream = WithLabelsOf(evaluator.Model.Config, Named(IsNegative ? EvaluationStream.FromNegative(Name, [], rate) : EvaluationStream.FromRecording(Name, events, [], rate)));
        var judge = evaluator.Judge(stream, keepTrack, keepSweep: true);
        var samples = 0L;
        using (var file = AudioFile.Open(Path, Channel))
        {
            var source = Resampler.To(file, rate);
            var block = new float[BlockSamples];
            while (source.Read(block) is > 0 and var got)
            {
                cancellation.ThrowIfCancellationRequested();
                judge.Record(block.AsSpan(0, got));
                judge.Process(block.AsSpan(0, got));
                samples += got;
            }
            told(file);
        }
        if (samples == 0) throw new IOException($"{Path}: there is no sound in it");
        if (!IsNegative) _ = EventTable.Read(Table(), TimeSpan.FromSeconds((double)samples / rate)); // complains of what lies after its end
        return judge.Finish(events);
    }

    EvaluationStream Named(EvaluationStream stream) => stream with { Speaker = Speaker, Condition = Conditions.Name, Said = Said };

    string Table()
    {
        var table = EventTable.Beside(Path);
        return File.Exists(table) ? table : throw new IOException($"{Path}: there is no table {System.IO.Path.GetFileName(table)} (label,start,end) beside it");
    }

    /// <summary>The same stream, whose events would be no events to a model that writes their labels otherwise.</summary>
    /// <exception cref="IOException">A label is the model's but for its case, or a table has none of the model's labels.</exception>
    EvaluationStream WithLabelsOf(SuRnnConfig model, EvaluationStream stream)
    {
        string[] labels = [.. stream.Events.Select(one => one.Label).Distinct()], strange = [.. labels.Except(model.Labels)];
        foreach (var label in strange)
            if (model.Labels.FirstOrDefault(known => known.Equals(label, StringComparison.OrdinalIgnoreCase)) is { } known)
                throw new IOException($"{Path}: the label '{PlainText.Cut(label, 100)}' is none of the model's, which writes '{known}'; write it so too");
        var table = EventTable.Beside(Path);
        if (Label is not null || strange.Length == 0 || strange.Length < labels.Length || !File.Exists(table)) return stream;
        throw new IOException($"{table}: none of its labels ({PlainText.Cut(string.Join(", ", strange), 200)}) is one of the model's ({string.Join(", ", model.Labels)}), so it would count no event; correct the labels, or give the recording as --negatives");
    }
}
