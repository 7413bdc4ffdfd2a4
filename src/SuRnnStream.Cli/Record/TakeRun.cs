using SuRnnStream.Evaluation.Enrolment;
using static SuRnnStream.Cli.Words;

namespace SuRnnStream.Cli;

/// <summary>Guided recording of one word: WORD-01.wav and its note WORD-01.json, then talk.wav and room.wav.</summary>
sealed class TakeRun(Terminal terminal, ListenInput input, string word, string folder)
{
    /// <summary>Samples per second that are asked of devices.</summary>
    public const int SampleRate = 16_000;

    const int MeterWidth = 40;
    const double MeterFrom = -70; // dBFS

    readonly ISampleSource _source = input.Source;
    readonly TakeListener _listener = new(input.Source.SampleRate);
    readonly TakeCheck _check = new();
    readonly float[] _block = new float[Math.Max(1, input.Source.SampleRate / 10)];

    /// <returns>The exit code: 0 where everything is there, 1 where the source ended before.</returns>
    public int Run(int count, double talk, double quiet, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var there = Enumerable.Range(1, count).Count(number => File.Exists(PathOf(number)));
        if (there > 0) terminal.Print(Text($"{folder}: {there} of {count} takes of {word} are there already"));
        for (var number = 1; number <= count; number++)
        {
            if (File.Exists(PathOf(number))) continue;
            terminal.Print(Text($"take {number} of {count}: say \"{word}\" now"));
            if (!Take(number, cancellation)) return Ended(Text($"before take {number}"), cancellation);
        }
        if (!Background("talk", talk, $"now talk about anything for {talk:0} seconds, but do not say \"{word}\"", cancellation)) return Ended("in the talk", cancellation);
        if (!Background("room", quiet, $"now be quiet for {quiet:0} seconds: the room as it is", cancellation)) return Ended("in the room", cancellation);
        terminal.Print(Text($"{folder} is complete: surnn enroll \"{word}\" {Quoted(word)} --negatives {Path.Combine(folder, "talk.wav")} --out {word}.surnn"));
        return 0;
    }

    /// <summary>The takes of a word by a pattern for a shell.</summary>
    string Quoted(string name) => Path.Combine(folder, $"{name}-*.wav");

    string PathOf(int number) => Path.Combine(folder, Text($"{word}-{number:00}.wav"));

    int Ended(string where, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) terminal.Print($"stopped {where}; what is recorded stays, the same command goes on");
        else terminal.Complain($"{input.Name} ended {where}; what is recorded stays, the same command goes on");
        return cancellation.IsCancellationRequested ? 130 : 1;
    }

    /// <returns>False: the source ended.</returns>
    bool Take(int number, CancellationToken cancellation)
    {
        _listener.Reset();
        while (Read(cancellation) is { } block)
        {
            var take = _listener.Listen(block);
            Meter(_listener.IsSpeaking ? "speaking" : "");
            if (take is null) continue;
            var verdict = _check.Judge(take, _source.SampleRate);
            terminal.Print(verdict.IsGood ? verdict.Sentence : $"not kept: {verdict.Sentence}");
            if (!verdict.IsGood) continue;
            WavWriter.Write(PathOf(number), take, _source.SampleRate);
            Note(PathOf(number), "take", take.Length, verdict);
            return true;
        }
        return false;
    }

    /// <returns>False: the source ended.</returns>
    bool Background(string kind, double seconds, FormattableString prompt, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, kind + ".wav");
        if (seconds == 0 || File.Exists(path)) return true;
        terminal.Print(Text(prompt));
        var sound = new List<float>();
        while (sound.Count < seconds * _source.SampleRate)
        {
            if (Read(cancellation) is not { } block) return false;
            sound.AddRange(block);
            _listener.Listen(block);
            Meter(Text($"{sound.Count / (double)_source.SampleRate:0} of {seconds:0} s"));
        }
        var samples = sound.ToArray();
        WavWriter.Write(path, samples, _source.SampleRate);
        var check = new LevelCheck(_source.SampleRate);
        check.Take(samples);
        foreach (var advice in check.Advise().Where(advice => kind == "talk" || advice.Fault != LevelFault.TooQuiet)) terminal.Print(advice.Sentence);
        Note(path, kind, samples.Length, new TakeVerdict(TakeFault.None, "", TimeSpan.Zero, TimeSpan.FromSeconds(seconds), check.SpeechLevel, check.NoiseLevel));
        return true;
    }

    /// <summary>A tenth of a second; null: there is no more.</summary>
    float[]? Read(CancellationToken cancellation)
    {
        var got = 0;
        while (got < _block.Length && !cancellation.IsCancellationRequested)
        {
            var read = _source.Read(_block.AsSpan(got));
            if (read == 0) break;
            got += read;
        }
        return got == 0 || cancellation.IsCancellationRequested ? null : _block[..got];
    }

    void Meter(string state)
    {
        if (terminal.Screen is not { } screen) return;
        var length = (int)Math.Clamp((_listener.Level - MeterFrom) / -MeterFrom * MeterWidth, 0, MeterWidth);
        screen.Profile.Out.Writer.Write(Text($"\r{new string('#', length)}{new string('.', MeterWidth - length)} {_listener.Level,4:0} dBFS {state,-14}\r"));
    }

    void Note(string wav, string kind, int samples, TakeVerdict verdict) => SafeFile.Replace(Path.ChangeExtension(wav, ".json"), file =>
    {
        var line = Json.Line(json =>
        {
            json.WriteString("word", word);
            json.WriteString("kind", kind);
            json.WriteString("device", input.Name);
            json.WriteNumber("sampleRate", _source.SampleRate);
            json.WriteNumber("seconds", Math.Round((double)samples / _source.SampleRate, 3));
            json.WriteNumber("start", Math.Round(verdict.Start.TotalSeconds, 3));
            json.WriteNumber("end", Math.Round(verdict.End.TotalSeconds, 3));
            json.WriteNumber("level", Math.Round(verdict.Level, 1));
            json.WriteNumber("noise", Math.Round(verdict.Noise, 1));
            json.WriteString("recorded", TimeProvider.System.GetUtcNow());
        });
        file.Write(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
    });
}
