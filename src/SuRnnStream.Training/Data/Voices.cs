using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace SuRnnStream.Training.Data;

/// <summary>
/// The synthetic speakers of this machine: every English accent of espeak-ng with every voice variant, and flite's voices. Some are kept out
/// of all training: the shipped sample speaks with them.
/// </summary>
sealed class Voices
{
    const string Flite = "flite:", Pico = "pico:";

    static readonly string[] Accents = ["en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-029", "en-us-nyc"];
    static readonly string[] NotHuman = ["Demonic", "announcer", "UniRobot", "anikaRobot", "fast", "kaukovalta", "robosoft", "RicishayMax"];
    static readonly string[] PicoVoices = ["en-GB", "en-US"]; // of SVOX Pico: Debian's libttspico-utils
    static readonly string[] FliteVoices = ["rms", "awb", "kal16"]; // kal is kal16 at 8 kHz, and says "op" for "up"

    // Of make-commands-sample.cs. A variant of espeak-ng is kept out in every accent, because it is the same throat.
    static readonly string[] Reserved = ["Alex", "max", "Annie", "m3", "f2"];

    Voices(string[] espeak, string[] flite) => (Espeak, FliteNames) = (espeak, flite);

    /// <summary>As espeak-ng names them ("en-us+m1"); none where it is not installed.</summary>
    public IReadOnlyList<string> Espeak { get; }

    /// <summary>"flite:NAME" and "pico:LANGUAGE", of the programs that have few voices; none where they are not installed.</summary>
    public IReadOnlyList<string> FliteNames { get; }

    /// <exception cref="InvalidDataException">Neither program is installed.</exception>
    public static Voices Installed()
    {
        var listing = TryRun("espeak-ng", "--voices=variant");
        var variants = (listing ?? "").Split('\n').Where(line => line.Contains("!v/"))
            .Select(line => line[(line.IndexOf("!v/", StringComparison.Ordinal) + 3)..].Split("  ")[0].Trim())
            .Where(variant => !NotHuman.Contains(variant.TrimEnd([.. "0123456789"])) && !Reserved.Contains(variant)) // robosoft, robosoft2 ...
            .Order(StringComparer.Ordinal);
        var voices = new Voices([.. from variant in variants from accent in Accents select accent + "+" + variant],
            [.. TryRun("flite", "-lv") is null ? [] : FliteVoices.Select(name => Flite + name), .. TryRun("pico2wave", "--usage") is null ? [] : PicoVoices.Select(name => Pico + name)]);
        return voices.Espeak.Count + voices.FliteNames.Count > 0 ? voices
            : throw new InvalidDataException("There is no voice to say the word: apt-get install espeak-ng flite libttspico-utils, or give recordings.");
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

    /// <summary>What espeak-ng would say, in its names of phonemes, stress marks in front of vowels; null where it is not installed.</summary>
    public static string[]? Phonemes(string text) =>
        TryRun("espeak-ng", "-v", "en-us", "-q", "-x", "--sep=_", text)?.Replace("#", "").Split(['_', ' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

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
