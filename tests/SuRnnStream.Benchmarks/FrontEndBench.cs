using BenchmarkDotNet.Attributes;
using SuRnnStream.Kernels;

namespace SuRnnStream.Benchmarks;

/// <summary>
/// What does a frame of the front end cost, at every width of vectors that this machine has? Of speech, of digital silence, and its FFT alone;
/// and the event gate, while nothing goes on. The default front end: 512 samples, a hop of 320, 40 bands.
/// </summary>
public class FrontEndBench
{
    const int Frames = 500;

    static readonly FrontEndConfig Config = new();

    readonly float[] _silence = new float[Config.WindowLength + (Frames - 1) * Config.HopLength];
    readonly float[] _frame = new float[Config.Bands];
    readonly AlignedBuffer _power = new(Config.WindowLength / 2 + 1);
    float[] _speech = [], _scores = [];
    MelFrontEnd _mel = null!;
    RealFft _fft = null!;
    EventGate _gate = null!;

    [ParamsSource(nameof(Widths))] public string Width { get; set; } = "";

    public static IEnumerable<string> Widths => RealFft.Widths.Select(width => width.Name);

    [GlobalSetup]
    public void Setup()
    {
        var width = RealFft.Widths.First(some => some.Name == Width);
        (_mel, _fft) = (new MelFrontEnd(new MelTransform(Config, width.New)), width.New(MelTransform.Hann(Config.WindowLength)));
        _speech = LoudHops(Results.Folder("samples", "audio", "commands.wav"));
        var model = ModelFile.Load(Results.Folder("models", "commands.surnn"));
        (_gate, _scores) = (new EventGate(model.Defaults, model.Config), new float[model.Config.Labels.Count]);
        if (Count(_speech) != Frames || !_frame.AsSpan().ContainsAnyExcept(0f)) throw new InvalidOperationException("The speech is none.");
        if (Count(_silence) != Frames || _frame.AsSpan().ContainsAnyExcept(0f)) throw new InvalidOperationException("The silence is none.");
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Frames)] public int Speech() => Count(_speech);

    [Benchmark(OperationsPerInvoke = Frames)] public int Silence() => Count(_silence);

    /// <summary>With the window.</summary>
    [Benchmark(OperationsPerInvoke = Frames)]
    public unsafe float Fft()
    {
        var energy = 0f;
        for (var n = 0; n < Frames; n++)
        {
            energy += _fft.Load(_speech.AsSpan(n * Config.HopLength, Config.WindowLength));
            _fft.PowerSpectrum(_power.Pointer);
        }
        return energy;
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public int Gate()
    {
        var events = 0;
        for (var n = 0; n < Frames; n++) if (_gate.TryAdvance(_scores, 0, out _)) events++;
        return events;
    }

    int Count(ReadOnlySpan<float> sound)
    {
        _mel.Reset();
        var frames = 0;
        while (_mel.TryNext(ref sound, _frame)) frames++;
        return frames;
    }

    /// <summary>The recording without its pauses, over and over.</summary>
    float[] LoudHops(string file)
    {
        using var wav = WavFile.Open(file);
        var (source, loud, hop) = (Resampler.To(wav, Config.SampleRate), new List<float>(), new float[Config.HopLength]);
        for (int got; (got = source.Read(hop)) > 0;) if (hop.AsSpan(0, got).ContainsAnyExceptInRange(-0.01f, 0.01f)) loud.AddRange(hop.AsSpan(0, got));
        return [.. Enumerable.Range(0, _silence.Length).Select(i => loud[i % loud.Count])];
    }
}
