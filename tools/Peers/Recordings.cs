using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace SuRnnStream.Peers;

/// <summary>What the contestants have to prove themselves on.</summary>
static class Recordings
{
    const int Clips = 10;

    static readonly string Commands16 = Path.Combine("samples", "audio", "commands.wav");

    /// <summary>The shipped minute with its ten words.</summary>
    public static (float[] Samples, (string Label, double Start, double End)[] Words) Commands()
    {
        var table = File.ReadLines(Path.ChangeExtension(Commands16, ".csv")).Skip(1).Select(line => line.Split(','));
        double Seconds(string text) => double.Parse(text, CultureInfo.InvariantCulture);
        return (Read(Commands16), [.. table.Select(fields => (fields[0], Seconds(fields[1]), Seconds(fields[2])))]);
    }

    /// <exception cref="InsaneException">Our detector does not find nine of the ten words, or more than one other thing.</exception>
    public static void CheckCommands(OurDetector detector, float[] recording, (string Label, double Start, double End)[] words)
    {
        for (int step = 0, steps = detector.Begin(-1, recording); step < steps; step++) detector.Step(step);
        var found = words.Count(word => detector.Heard.Exists(heard => heard.Label == word.Label && heard.Time.TotalSeconds >= word.Start && heard.Time.TotalSeconds <= word.End + 1));
        if (found < words.Length - 1 || detector.Heard.Count > found + 1)
            throw new InsaneException($"{detector.Name}: finds {found} of {words.Length} words in {Commands16}, with {detector.Heard.Count} detections.");
    }

    /// <summary>Real recordings of the wake word below SURNN_DATA, or else one that espeak-ng speaks.</summary>
    public static (List<float[]> Recordings, string Origin) Alexa()
    {
        var folder = Path.Combine(Environment.GetEnvironmentVariable("SURNN_DATA") ?? "", "wake-words", "alexa");
        if (Path.IsPathRooted(folder) && Directory.Exists(folder))
            return ([.. AudioFile.In(folder, below: false).Take(Clips).Select(Read).Select(AfterSilence)], $"{Clips} real recordings in {folder}");
        var spoken = Path.Combine(Path.GetTempPath(), $"surnn-peers-{Environment.ProcessId}.wav");
        try
        {
            using var voice = Process.Start("espeak-ng", ["-v", "en-us", "-s", "130", "-w", spoken, "alexa"]);
            voice.WaitForExit();
            return ([AfterSilence([.. Read(spoken), .. new float[Contestant.Rate]])], "espeak-ng's voice");
        }
        catch (Win32Exception)
        {
            throw new IOException("openWakeWord has to hear its word: name a folder with wake-words/alexa/*.wav in SURNN_DATA, or apt-get install espeak-ng.");
        }
        finally
        {
            File.Delete(spoken);
        }
    }

    /// <summary>A detector that has just started is deaf for a while.</summary>
    static float[] AfterSilence(float[] recording) => [.. new float[2 * Contestant.Rate], .. recording];

    static float[] Read(string path) => AudioFile.ReadAll(path, Contestant.Rate);
}
