// Makes the shipped example recording: the ten command words in a minute of other sounds, and the list of where they are.
//
//   dotnet run tools/make-commands-sample.cs [-- OUT_DIR]        (OUT_DIR is samples/audio if not given)
//
// Writes commands.wav (16 kHz, 16 bit, mono) and commands.csv (label,start,end in seconds, one row per command word, by
// measured energy). Nothing is random between runs: the same versions of the programs give the same bytes.
// Needs espeak-ng, flite and sox (apt-get install espeak-ng flite sox).

using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

const int SampleRate = 16000;
const int Length = 60 * SampleRate;
const double FaintNoise = -60, LoudNoise = -30, WordPeak = -7, TapPeak = -12; // dBFS; noise is RMS

// Voices no model of ours was trained on: Voices.cs of the training keeps the same six out.
const string Slt = "flite:slt", Alex = "en-us+Alex", Max = "en-us+max", Annie = "en-us+Annie", M3 = "en-gb+m3", F2 = "en-gb-x-rp+f2";
const string Noise = "noise", Taps = "taps", Silence = "silence"; // not voices

(string Voice, string Text)[] script =
[
    (Slt, "yes"), (Alex, "no"), (F2, "snow"), (M3, "up"), (Slt, "lift"), (Annie, "down"), (Taps, ""), (Max, "table"),
    (Slt, "left"), (Noise, ""), (Max, "right"), (Slt, "the kettle is in the kitchen"), (Silence, ""), (M3, "light"),
    (Alex, "on"), (Alex, "golf"), (F2, "off"), (Taps, ""), (Max, "stop"), (F2, "cup"), (Slt, "good evening"), (Max, "go"),
];
string[] commands = ["yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"];

var folder = Directory.CreateDirectory(args.Length > 0 ? args[0] : Path.Combine("samples", "audio")).FullName;
var random = new Random(2024);
var scratch = Directory.CreateTempSubdirectory("make-commands-sample-");
var scratchWav = Path.Combine(scratch.FullName, "word.wav");
try
{
    var recording = PinkNoise(Length, FaintNoise);
    var rows = new List<string> { "label,start,end" };
    var now = Seconds(1.5);
    foreach (var (voice, text) in script)
    {
        var sound = voice switch
        {
            Noise => FadeEnds(PinkNoise(Seconds(4), LoudNoise), Seconds(0.3)),
            Taps => SomeTaps(),
            Silence => new double[Seconds(5)],
            _ => Speak(voice, text),
        };
        if (now + sound.Length > Length) throw new InvalidOperationException($"The script does not fit: {text} ends too late.");
        if (voice == Silence) Array.Clear(recording, now, sound.Length); // a microphone that is switched off
        for (var i = 0; i < sound.Length; i++) recording[now + i] += sound[i];
        if (commands.Contains(text))
        {
            var (start, end) = Audible(sound);
            rows.Add(FormattableString.Invariant($"{text},{(now + start) / (double)SampleRate:f3},{(now + end) / (double)SampleRate:f3}"));
        }
        now += sound.Length + Seconds(1.2 + 0.6 * random.NextDouble());
    }
    WriteWav(Path.Combine(folder, "commands.wav"), [.. recording.Select(sample => (short)Math.Round(32767 * sample))]);
    File.WriteAllText(Path.Combine(folder, "commands.csv"), string.Join('\n', rows) + "\n");
    Console.WriteLine($"commands.wav and commands.csv are in {folder}");
    return 0;
}
catch (Win32Exception)
{
    Console.Error.WriteLine("This needs espeak-ng, flite and sox, and one is missing: apt-get install espeak-ng flite sox");
    return 1;
}
finally
{
    scratch.Delete(recursive: true);
}

static int Seconds(double seconds) => (int)(seconds * SampleRate);

static double Amplitude(double decibels) => Math.Pow(10, decibels / 20);

// The words at a clear, medium speed, without the silence around them.
double[] Speak(string voice, string text)
{
    if (voice == Slt) Run("flite", "-voice", "slt", "--setf", "duration_stretch=1.15", "-t", text, "-o", scratchWav);
    else Run("espeak-ng", "-v", voice, "-s", "130", "-w", scratchWav, text);
    var raw = Run("sox", "-D", scratchWav, "-t", "raw", "-e", "signed", "-b", "16", "-c", "1", "-", "gain", "-6", "rate", $"{SampleRate}");
    double[] sound = [.. MemoryMarshal.Cast<byte, short>(raw).ToArray().Select(sample => sample / 32768.0)];
    var (start, end) = Audible(sound);
    sound = sound[Math.Max(0, start - Seconds(0.03))..Math.Min(sound.Length, end + Seconds(0.03))];
    var gain = Amplitude(WordPeak) / sound.Max(Math.Abs);
    return FadeEnds([.. sound.Select(sample => gain * sample)], Seconds(0.02));
}

// Where the first and last 10 ms within 35 dB of the loudest 10 ms begin and end.
static (int Start, int End) Audible(double[] sound)
{
    const int Window = SampleRate / 100, Hop = Window / 4;
    var energies = Enumerable.Range(0, (sound.Length - Window) / Hop + 1)
        .Select(hop => sound.AsSpan(hop * Hop, Window).ToArray().Sum(sample => sample * sample)).ToArray();
    var enough = energies.Max() * Math.Pow(10, -3.5);
    return (Hop * Array.FindIndex(energies, loud => loud > enough), Hop * Array.FindLastIndex(energies, loud => loud > enough) + Window);
}

// Ten low-pass filters an octave apart, each of equal power: together they fall by about 3 dB an octave.
double[] PinkNoise(int length, double decibels)
{
    var octaves = new double[10];
    var noise = new double[length];
    for (var i = 0; i < length; i++)
    {
        for (var k = 0; k < octaves.Length; k++)
        {
            var step = Math.ScaleB(0.8, -k);
            octaves[k] += step * (random.NextDouble() - 0.5 - octaves[k]);
            noise[i] += octaves[k] * Math.Sqrt((2 - step) / step);
        }
    }
    var gain = Amplitude(decibels) / Math.Sqrt(noise.Average(sample => sample * sample));
    return [.. noise.Select(sample => gain * sample)];
}

// Knuckles on a table: five short, dull knocks, each with a click in front.
double[] SomeTaps()
{
    var sound = new double[Seconds(1.6)];
    for (var tap = 0; tap < 5; tap++)
    {
        var (at, pitch) = (Seconds(0.3 * tap + 0.08 * random.NextDouble()), 180 + 120 * random.NextDouble());
        for (var i = 0; i < Seconds(0.06); i++)
        {
            var time = i / (double)SampleRate;
            var knock = Math.Sin(2 * Math.PI * pitch * time) * Math.Exp(-time / 0.012);
            var click = (2 * random.NextDouble() - 1) * Math.Exp(-time / 0.002);
            sound[at + i] = Amplitude(TapPeak) * (0.6 * knock + 0.4 * click);
        }
    }
    return sound;
}

static double[] FadeEnds(double[] sound, int length)
{
    for (var i = 0; i < length; i++)
    {
        sound[i] *= i / (double)length;
        sound[^(i + 1)] *= i / (double)length;
    }
    return sound;
}

static void WriteWav(string path, short[] samples)
{
    var file = new byte[44 + 2 * samples.Length];
    "RIFF\0\0\0\0WAVEfmt "u8.CopyTo(file);
    "data"u8.CopyTo(file.AsSpan(36));
    foreach (var (at, value) in new[] { (4, file.Length - 8), (16, 16), (20, 0x1_0001), (24, SampleRate), (28, 2 * SampleRate),
        (32, 0x10_0002), (40, 2 * samples.Length) }) // 1 channel of PCM; 16 bits, 2 bytes a sample
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
    MemoryMarshal.AsBytes(samples.AsSpan()).CopyTo(file.AsSpan(44)); // every machine .NET runs on here is little-endian
    File.WriteAllBytes(path, file);
}

// What the program printed.
static byte[] Run(string program, params string[] arguments)
{
    var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
    using var process = Process.Start(start)!;
    var errors = process.StandardError.ReadToEndAsync();
    using var output = new MemoryStream();
    process.StandardOutput.BaseStream.CopyTo(output);
    process.WaitForExit();
    if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors.Result}");
    return output.ToArray();
}
