using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace SuRnnStream.Training.Data;

/// <summary>
/// The synthetic speakers of this machine in a language: every accent of it that espeak-ng has with every voice variant, mbrola's voices of it where they are installed, SVOX Pico's,
/// and of English flite's. Some are kept out of all training: the shipped sample speaks with them.
/// </summary>
sealed class Voices
{
    const string Flite = "flite:", Pico = "pico:";

    static readonly string[] Accents = ["en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-029", "en-us-nyc"];
    static readonly string[] NotHuman = ["Demonic", "announcer", "UniRobot", "anikaRobot", "fast", "kaukovalta", "robosoft", "RicishayMax"];
    static readonly string[] PicoVoices = ["en-GB", "en-US", "de-DE", "es-ES", "fr-FR", "it-IT"]; // of SVOX Pico: Debian's libttspico-utils
    static readonly string[] FliteVoices = ["rms", "awb", "kal16"]; // kal is kal16 at 8 kHz, and says "op" for "up"

    // Of make-commands-sample.cs. A variant of espeak-ng is kept out in every accent, because it is the same throat.
    static readonly string[] Reserved = ["Alex", "max", "Annie", "m3", "f2"];

    Voices(Language language, string[] espeak, string[] flite) => (Language, Espeak, FliteNames) = (language, espeak, flite);

    /// <summary>What they speak.</summary>
    public Language Language { get; }

    /// <summary>As espeak-ng names them ("en-us+m1"); none where it is not installed.</summary>
    public IReadOnlyList<string> Espeak { get; }

    /// <summary>"flite:NAME", "pico:LANGUAGE" and mbrola's ("mb-de1"), of the programs that have few voices; none where they are not installed.</summary>
    public IReadOnlyList<string> FliteNames { get; }

    /// <param name="language">What they are to speak; by default English.</param>
    /// <param name="engines">Which of the programs may speak; by default all.</param>
    /// <exception cref="InvalidDataException">None of the programs is installed, or has a voice of the language.</exception>
    public static Voices Installed(Language? language = null, Engines engines = Engines.All)
    {
        language ??= Language.English;
        var listing = TryRun("espeak-ng", "--voices=variant");
        var variants = (listing ?? "").Split('\n').Where(line => line.Contains("!v/"))
            .Select(line => line[(line.IndexOf("!v/", StringComparison.Ordinal) + 3)..].Split("  ")[0].Trim())
            .Where(variant => !NotHuman.Contains(variant.TrimEnd([.. "0123456789"])) && !Reserved.Contains(variant)) // robosoft, robosoft2 ...
            .Order(StringComparer.Ordinal);
        var (accents, mbrola) = Accented(language.Code, listing is not null);
        var pico = PicoVoices.Where(name => name.StartsWith(language.Code.Split('-')[0] + "-", StringComparison.OrdinalIgnoreCase));
        var voices = new Voices(language,
            engines.HasFlag(Engines.Espeak) ? [.. from variant in variants from accent in accents select accent + "+" + variant] : [],
            [
                .. !engines.HasFlag(Engines.Flite) || !IsEnglish(language.Code) || TryRun("flite", "-lv") is null ? [] : FliteVoices.Select(name => Flite + name),
                .. !engines.HasFlag(Engines.Pico) || TryRun("pico2wave", "--usage") is null ? [] : pico.Select(name => Pico + name),
                .. engines.HasFlag(Engines.Mbrola) ? mbrola : [],
            ]);
        return voices.Espeak.Count + voices.FliteNames.Count > 0 ? voices
            : throw new InvalidDataException($"There is no voice to say the word in '{language.Code}': apt-get install espeak-ng flite libttspico-utils mbrola (`espeak-ng --voices` lists its languages), or give recordings.");
    }

    static bool IsEnglish(string code) => code.Split('-')[0] == "en";

    /// <summary>Of a language: espeak-ng's accents, and mbrola's voices whose files are on this machine (espeak-ng lists them in any case).</summary>
    static (string[] Accents, string[] Mbrola) Accented(string code, bool installed)
    {
        if (!installed) return ([], []);
        if (code == "en") return (Accents, []);
        string[][] lines = [.. (TryRun("espeak-ng", $"--voices={code}") ?? "").Split('\n').Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(line => line.Length >= 5)];
        bool IsMbrola(string[] line) => line[4].StartsWith("mb/", StringComparison.Ordinal);
        return ([.. lines.Where(line => !IsMbrola(line)).Select(line => line[1]).Distinct()],
            [.. lines.Where(IsMbrola).Select(line => line[4][3..]).Where(name => name[(name.IndexOf('-') + 1)..] is var voice && (Directory.Exists($"/usr/share/mbrola/{voice}") || File.Exists($"/usr/share/mbrola/{voice}"))).Distinct()]);
    }

    /// <summary>
    /// Voices of espeak-ng that no training uses, variant by variant in two accents; none where it is not installed.
    /// </summary>
    public static IReadOnlyList<string> KeptFromTraining() =>
        TryRun("espeak-ng", "--version") is null ? [] : [.. from variant in Reserved from accent in Accents[..2] select accent + "+" + variant];

    /// <summary>A name of eight digits for a voice, as Speech Commands names its speakers.</summary>
    public static string Speaker(string voice) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(voice)))[..8];

    /// <summary>A voice drawn at random: each of espeak-ng's is as likely as another, flite's have a share of <paramref name="flite"/>.</summary>
    public string Choose(Random random, double flite)
    {
        var from = Espeak.Count == 0 || (FliteNames.Count > 0 && random.NextDouble() < flite) ? FliteNames : Espeak;
        return from[random.Next(from.Count)];
    }

    /// <summary>
    /// The text as the voice says it, at a random speed, pitch and melody: samples at <paramref name="sampleRate"/> with 25 ms of what is around it,
    /// highest 1. Espeak-ng takes phonemes in [[ ]] too.
    /// </summary>
    /// <exception cref="InvalidDataException">The voice says nothing, or its program fails.</exception>
    public static float[] Say(string text, string voice, int sampleRate, Random random, double haste = 1)
    {
        var file = Path.Combine(Path.GetTempPath(), $"surnn-voice-{Guid.NewGuid():n}.wav"); // Pico takes no other ending
        try
        {
            var throat = 1.0; // flite and Pico have few voices: played a little faster or slower they are others
            if (voice.StartsWith(Flite, StringComparison.Ordinal))
            {
                throat = 0.92 + 0.18 * random.NextDouble();
                Run("flite", "-voice", voice[Flite.Length..], "--setf", FormattableString.Invariant($"duration_stretch={(0.8 + 0.5 * random.NextDouble()) / haste:f2}"),
                    "--setf", $"int_f0_target_mean={random.Next(85, 190)}", "-t", text, "-o", file);
            }
            else if (voice.StartsWith(Pico, StringComparison.Ordinal))
            {
                throat = 0.92 + 0.18 * random.NextDouble();
                var (pitch, speed) = (random.Next(70, 141), (int)(random.Next(70, 131) * haste));
                Run("pico2wave", "-l", voice[Pico.Length..], "-w", file, $"<pitch level='{pitch}'><speed level='{Math.Clamp(speed, 20, 500)}'>{System.Security.SecurityElement.Escape(text)}</speed></pitch>");
            }
            else
            {
                var mark = random.GetItems(["", "", "!", "?", ","], 1)[0]; // sets the melody
                Run("espeak-ng", "-v", voice, "-s", FormattableString.Invariant($"{random.Next(110, 221) * haste:f0}"), "-p", $"{random.Next(20, 81)}", "-w", file, text + mark);
            }
            var speech = Corpus.Read(file, sampleRate);
            return Trim(throat == 1 ? speech : Augment.Speed(speech, throat), sampleRate)
                ?? throw new InvalidDataException($"The voice {voice} said nothing for \"{text}\".");
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A word as <see cref="Say"/> does, again, slower or faster, until it lasts as long as one may.</summary>
    public static float[] SayWord(string text, string voice, int sampleRate, Random random, double shortest = 0.2, double longest = 0.94)
    {
        for (var (haste, tries) = (1.0, 0); ; tries++)
        {
            var speech = Say(text, voice, sampleRate, random, haste);
            if (tries == 12 || (speech.Length >= shortest * sampleRate && speech.Length <= longest * sampleRate)) return speech;
            haste *= speech.Length < shortest * sampleRate ? 0.85 : 1.2;
        }
    }

    /// <summary>What espeak-ng would say, in its names of phonemes, stress marks before vowels; null where it is not installed. Marks of pauses, and of words that it takes for another language's, are left out.</summary>
    public static string[]? Phonemes(string text, string language = "en") =>
        TryRun("espeak-ng", "-v", language == "en" ? "en-us" : language, "-q", "-x", "--sep=_", text)?.Replace("#", "").Split(['_', ' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(phoneme => !phoneme.Contains('(') && phoneme.Any(c => char.IsLetterOrDigit(c) || c == '@')).ToArray();

    /// <summary>The phonemes that these voices' language has; null where espeak-ng is not among them.</summary>
    public PhonemeInventory? Inventory() => Espeak.Count == 0 ? null : IsEnglish(Language.Code) ? PhonemeInventory.English : PhonemeInventory.Of(Phonemes(string.Join(' ', Language.Words), Language.Code)!);

    /// <summary>From the first to the last sample above -40 dB of the peak, with 25 ms on either side; null without sound.</summary>
    static float[]? Trim(float[] samples, int sampleRate)
    {
        var peak = samples.Max(Math.Abs);
        if (peak == 0) return null;
        var around = sampleRate / 40;
        var first = Math.Max(0, Array.FindIndex(samples, x => Math.Abs(x) > peak / 100) - around);
        var last = Math.Min(samples.Length, Array.FindLastIndex(samples, x => Math.Abs(x) > peak / 100) + around);
        return [.. samples[first..last].Select(x => x / peak)];
    }

    static string? TryRun(string program, params string[] arguments)
    {
        try { return Run(program, arguments); }
        catch (Win32Exception) { return null; } // not installed
    }

    /// <summary>What the program printed.</summary>
    static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidDataException($"{program} {string.Join(' ', arguments)}: {errors.Result.Trim()}");
    }
}
