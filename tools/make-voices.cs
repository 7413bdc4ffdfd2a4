// Synthesises a supplement to the Speech Commands training set: the ten command words, and many words that are easily
// mistaken for them, spoken by espeak-ng and flite voices.
//
//   dotnet run tools/make-voices.cs -- OUT_DIR [--seed N] [--minutes N TEXT_FILE...]
//
// Writes OUT_DIR/training/WORD/SPEAKER_nohash_TAKE.wav: 16 kHz, 16 bit, mono, one second, the word near the middle, its
// peak anywhere from -20 to -3 dBFS, over a noise floor of a few steps. SPEAKER is a hash of engine and voice, so data
// sets can be split by speaker just as Speech Commands is. Takes a few minutes.
//
// With --minutes it makes running speech instead: that many minutes of sentences from the texts that hold none of the ten
// words, as OUT_DIR/SPEAKER-NUMBER.wav, each from another voice.
// Needs espeak-ng, flite and sox (apt-get install espeak-ng flite sox).

using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

const int SampleRate = 16000, ClipLength = SampleRate; // one second
const int CommandClips = 120, FliteCommandClips = 24;  // per command word; the rest is espeak-ng
const int OtherClips = 5, FliteOtherClips = 1;         // per other word

// Kept for samples/audio/commands.wav, whose voices training must not have heard; make-commands-sample.cs has the same
// six. A reserved espeak-ng variant (what follows the '+') is reserved in every accent, because it is the same throat.
string[] reserved = ["en-us+Alex", "en-us+max", "en-us+Annie", "en-gb+m3", "en-gb-x-rp+f2", "flite:slt"];

string[] commands = ["yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"];

// Never a homophone of a command (know, write), nor a longer form of one (stopped, upper, going).
var others = """
    yeah yet yell yep yesterday guess chess mess less dress yacht us ace
    snow note nose nope nah now nor none new toe low mow narrow number nobody
    cup pup uh cap hub rub tub but pop hop puppy supper apple upset ape oops
    town drown dawn dumb done dine brown crown noun gown round dime don darn
    lift lend laughed leaf let lead life lest list loft theft craft
    ride light wrong white rain rat rate ripe rice night bright fright tight height road ray
    own in an one and arm ant aunt john gone hen un awning all wan ohm onion
    of oft cough often office awful if orange toffee loss have half golf cloth
    shop step stock drop top stoop staff stump stab chop spot start star soup store stay mop
    goal ghost gold girl so goat ago ego get guy gate grow toe doe good cargo goose
    zero two three four five six seven eight nine bed bird cat dog happy house marvin sheila tree wow
    backward forward follow learn visual
    hello table window music water kitchen computer morning evening weather people mother father garden yellow
    green purple seventeen hundred open close begin finish play pause maybe please thanks sorry never always
    """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct().ToArray();

string[] accents = ["en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-029", "en-us-nyc"];
string[] notHuman = ["Demonic", "announcer", "UniRobot", "anikaRobot", "fast", "kaukovalta", "robosoft", "RicishayMax"];
string[] fliteVoices = ["rms", "awb", "kal16"]; // kal is kal16 at 8 kHz, and says "op" for "up"

var rest = args.Skip(1).ToArray();
var (seed, minutes) = (1, 0.0);
var understood = args.Length > 0;
if (rest is ["--seed", var seedText, ..]) (understood, rest) = (understood && int.TryParse(seedText, CultureInfo.InvariantCulture, out seed), rest[2..]);
if (rest is ["--minutes", var minutesText, _, ..]) (understood, rest) = (understood && double.TryParse(minutesText, CultureInfo.InvariantCulture, out minutes), rest[2..]);
if (!understood || (minutes == 0 && rest.Length > 0))
{
    Console.Error.WriteLine("usage: dotnet run tools/make-voices.cs -- OUT_DIR [--seed N] [--minutes N TEXT_FILE...]");
    return 2;
}
var random = new Random(seed);
var scratch = Directory.CreateTempSubdirectory("make-voices-");
var scratchWav = Path.Combine(scratch.FullName, "word.wav");
try
{
    var espeakVoices = EspeakVoices();
    if (minutes > 0) return MakeRunningSpeech(espeakVoices, Sentences(rest));
    var clips = 0;
    foreach (var word in commands.Concat(others))
    {
        var isCommand = commands.Contains(word);
        var (total, byFlite) = isCommand ? (CommandClips, FliteCommandClips) : (OtherClips, FliteOtherClips);
        var folder = Directory.CreateDirectory(Path.Combine(args[0], "training", word)).FullName;
        var takes = new Dictionary<string, int>();
        random.Shuffle(espeakVoices);
        random.Shuffle(fliteVoices);
        for (var i = 0; i < total; i++)
        {
            var voice = i < byFlite ? "flite:" + fliteVoices[i % fliteVoices.Length] : espeakVoices[i % espeakVoices.Length];
            var clip = Place(Speak(word, voice));
            var take = takes[voice] = takes.GetValueOrDefault(voice, -1) + 1;
            WriteWav(Path.Combine(folder, $"{Speaker(voice)}_nohash_{take}.wav"), clip);
            clips++;
        }
    }
    Console.WriteLine($"{clips} clips of {commands.Length} commands and {others.Length} other words, "
        + $"{espeakVoices.Length} espeak-ng and {fliteVoices.Length} flite voices, in {args[0]}");
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

int MakeRunningSpeech(string[] voices, string[] sentences)
{
    Directory.CreateDirectory(args[0]);
    random.Shuffle(voices);
    random.Shuffle(sentences);
    var (seconds, count) = (0.0, 0);
    while (seconds < 60 * minutes && count < sentences.Length)
    {
        var voice = count % 8 == 0 ? "flite:" + fliteVoices[count / 8 % fliteVoices.Length] : voices[count % voices.Length];
        var speech = Trim(Raw(sentences[count], voice, haste: 1));
        var gain = 32768 * Math.Pow(10, (-12 + 9 * random.NextDouble()) / 20) / speech.Max(Math.Abs);
        WriteWav(Path.Combine(args[0], $"{Speaker(voice)}-{count:d4}.wav"), [.. speech.Select(sample => (short)Math.Round(gain * sample))]);
        seconds += (double)speech.Length / SampleRate;
        count++;
    }
    Console.WriteLine($"{count} sentences, {seconds / 60:f1} minutes, in {args[0]}");
    return 0;
}

// Plain sentences of 4 to 25 words, none of them a command.
string[] Sentences(string[] files) =>
[
    .. from file in files
       from line in File.ReadLines(file)
       from sentence in line.Split(['.', ';', ':', '!', '?'])
       let words = sentence.Split([' ', ',', '-'], StringSplitOptions.RemoveEmptyEntries)
       where words.Length is >= 4 and <= 25 && words.All(word => word.All(c => char.IsAsciiLetter(c) || c == '\''))
           && !words.Any(word => commands.Contains(word.ToLowerInvariant().Split('\'')[0]))
       select string.Join(' ', words)
];

// Every accent with every installed variant, as espeak-ng names them ("en-us+m1"), but for the reserved variants.
string[] EspeakVoices()
{
    var listing = Encoding.UTF8.GetString(Run("espeak-ng", "--voices=variant"));
    var variants = listing.Split('\n').Where(line => line.Contains("!v/"))
        .Select(line => line[(line.IndexOf("!v/", StringComparison.Ordinal) + 3)..].Split("  ")[0].Trim())
        .Where(variant => !notHuman.Contains(variant.TrimEnd([.. "0123456789"]))) // robosoft, robosoft2 ...
        .Where(variant => !reserved.Any(voice => voice.EndsWith("+" + variant, StringComparison.Ordinal)));
    return [.. from variant in variants from accent in accents select accent + "+" + variant];
}

// The word at 16 kHz without the silence around it, in [-1, 1]; spoken again, slower or faster, until it lasts 0.2 to 0.94 s.
float[] Speak(string word, string voice)
{
    var haste = 1.0;
    while (true)
    {
        var speech = Trim(Raw(word, voice, haste));
        if (speech.Length < 0.2 * ClipLength) haste *= 0.85;
        else if (speech.Length > 0.94 * ClipLength) haste *= 1.2;
        else return speech;
    }
}

// The text at 16 kHz as the voice says it, at a random speed and pitch.
ReadOnlySpan<short> Raw(string text, string voice, double haste)
{
    var resize = 1.0; // flite has few voices: playing them a little faster or slower makes other throats of them
    if (voice.StartsWith("flite:", StringComparison.Ordinal))
    {
        resize = 0.92 + 0.18 * random.NextDouble();
        Run("flite", "-voice", voice[6..], "--setf", Text($"duration_stretch={(0.8 + 0.5 * random.NextDouble()) / haste:f2}"),
            "--setf", $"int_f0_target_mean={random.Next(85, 190)}", "-t", text, "-o", scratchWav);
    }
    else
    {
        var mark = random.GetItems(["", "", "!", "?", ","], 1)[0]; // sets the melody
        Run("espeak-ng", "-v", voice, "-s", Text($"{random.Next(110, 221) * haste:f0}"), "-p", $"{random.Next(20, 81)}",
            "-w", scratchWav, text + mark);
    }
    return MemoryMarshal.Cast<byte, short>(Run("sox", "-D", scratchWav, "-t", "raw", "-e", "signed", "-b", "16", "-c", "1", "-",
        "gain", "-6", "speed", Text($"{resize:f3}"), "rate", $"{SampleRate}"));
}

// From the first to the last sample above -40 dB of the peak, plus 25 ms on either side.
static float[] Trim(ReadOnlySpan<short> samples)
{
    var peak = 0;
    foreach (var sample in samples) peak = Math.Max(peak, Math.Abs((int)sample));
    if (peak == 0) throw new InvalidDataException("A voice said nothing.");
    var quiet = (short)Math.Max(1, peak / 100);
    var first = Math.Max(0, samples.IndexOfAnyExceptInRange((short)-quiet, quiet) - SampleRate * 25 / 1000);
    var last = Math.Min(samples.Length, samples.LastIndexOfAnyExceptInRange((short)-quiet, quiet) + SampleRate * 25 / 1000);
    return [.. samples[first..last].ToArray().Select(sample => sample / 32768f)];
}

// The speech near the middle of one second, at a random level, over noise of a few steps.
short[] Place(float[] speech)
{
    var slack = ClipLength - speech.Length;
    var start = Math.Clamp(slack / 2 + random.Next(-SampleRate / 6, SampleRate / 6), slack / 20, slack - slack / 20);
    var gain = 32768 * Math.Pow(10, (-20 + 17 * random.NextDouble()) / 20) / speech.Max(Math.Abs);
    var noise = 1 + 5 * random.NextDouble();
    var clip = new short[ClipLength];
    for (var i = 0; i < ClipLength; i++)
    {
        var bell = random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5; // standard deviation 0.5
        var at = i - start;
        clip[i] = (short)Math.Round((at >= 0 && at < speech.Length ? gain * speech[at] : 0) + noise * bell);
    }
    return clip;
}

static string Speaker(string voice) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(voice)))[..8];

static string Text(FormattableString text) => FormattableString.Invariant(text);

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
