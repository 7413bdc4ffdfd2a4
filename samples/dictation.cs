// A wake word, and then what is said after it, written down by Whisper on this machine:
//
//   dotnet run samples/dictation.cs -- WHISPER.bin [--wake models/wake-words.surnn] [RECORDING.wav]
//
// WHISPER.bin is a model of whisper.cpp in ggml format, which Whisper.net reads. Without one the sample says what it would write down. Without a
// recording it listens to the default microphone until Ctrl+C. Sound is kept in memory only, from half a second before the word until a second of calm
// after it, and forgotten with it.

#:project ../src/SuRnnStream.Pipeline/SuRnnStream.Pipeline.csproj
#:package Whisper.net
#:package Whisper.net.Runtime

using System.Threading.Channels;
using SuRnnStream;
using Whisper.net;

var wake = Array.IndexOf(args, "--wake") is >= 0 and var at ? args[at + 1] : "models/wake-words.surnn";
var recording = args.FirstOrDefault(argument => argument.EndsWith(".wav", StringComparison.OrdinalIgnoreCase));
using var whisper = args.FirstOrDefault(argument => argument.EndsWith(".bin", StringComparison.OrdinalIgnoreCase)) is { } ggml ? WhisperFactory.FromPath(ggml) : null;
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) => (key.Cancel, _) = (true, stop.CancelAsync());

if (recording is null && !OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("The microphone is for Linux here: name a recording, or bring a source of your own (WasapiMicrophone of SuRnnStream.NAudio on Windows).");
using var source = recording is null ? null : AudioFile.Open(recording);
using var microphone = recording is null && OperatingSystem.IsLinux() ? Microphone.Open() : null;
var sounds = Channel.CreateBounded<DetectedSound>(new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropOldest });
var pipeline = new DetectorPipeline(source ?? (ISampleSource)microphone!, ModelFile.Load(wake), options: new PipelineOptions
{
    Overflow = recording is null ? OverflowPolicy.DropOldest : OverflowPolicy.Wait,
    Sound = new SoundOptions { After = TimeSpan.FromSeconds(10) },             // at most: calm ends it before
    OnSound = sound => sounds.Writer.TryWrite(sound),                          // before its detection is told; never waits
});
var writing = WriteDownAsync();
await pipeline.RunAsync(stop.Token);
sounds.Writer.Complete();
await writing;

async Task WriteDownAsync()
{
    await foreach (var sound in sounds.Reader.ReadAllAsync())
    {
        await foreach (var _ in sound.ReadAllAsync())                          // samples as they come, the word's own first
            if (IsCalm(sound)) sound.Stop();
        var said = sound.Samples;                                              // 16 kHz, one channel: what Whisper takes
        Console.WriteLine(FormattableString.Invariant($"{sound.Detection.Time:mm\\:ss\\.ff}  {sound.Detection.Label}, and {said.Length / (double)sound.SampleRate:0.0} s around it"));
        if (whisper is null) continue;
        await using var processor = whisper.CreateBuilder().WithLanguage("auto").Build();
        await foreach (var segment in processor.ProcessAsync(said)) Console.WriteLine($"    {segment.Text.Trim()}");
    }
}

// The last second is 20 dB quieter than the loudest tenth of one.
static bool IsCalm(DetectedSound sound)
{
    var samples = sound.Samples.Span;
    var tenth = sound.SampleRate / 10;
    if (samples.Length < 20 * tenth) return false;
    var (loudest, last) = (0f, 0f);
    for (var from = samples.Length % tenth; from < samples.Length; from += tenth)
    {
        var power = 0f;
        foreach (var sample in samples.Slice(from, tenth)) power += sample * sample;
        loudest = Math.Max(loudest, power);
        if (from >= samples.Length - (10 * tenth)) last = Math.Max(last, power);
    }
    return last < loudest / 100;
}
