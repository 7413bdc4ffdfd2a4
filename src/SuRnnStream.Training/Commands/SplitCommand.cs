using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Training.Data;
using SuRnnStream.Training.Judging;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train split`: the sounds of one purpose as folders, for `surnn evaluate` and other programs.</summary>
sealed class SplitCommand
{
    /// <summary>Copies the project's data that one purpose may use into folders: clips/LABEL, speech, wake-words/WORD and noise.</summary>
    /// <param name="output">-o|--out, The folder to write; made if need be, must be empty.</param>
    /// <param name="data">The folder that unpack.sh unpacked into; SURNN_DATA unless given.</param>
    /// <param name="more">The folder that more-speech.py wrote to; without it telephone, non-native and children's speech are left out.</param>
    /// <param name="set">training, choosing or reporting.</param>
    [Command("split")]
    public void Split(string output, string? data = null, string? more = null, string set = "reporting")
    {
        if (!Enum.TryParse<Purpose>(set, ignoreCase: true, out var purpose)) throw new ArgumentException($"--set is training, choosing or reporting, not '{set}'.");
        if (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any()) throw new InvalidDataException($"{output} is not empty: name another folder.");
        var sounds = new JudgingData(TableCommand.Root(data), more);
        var (clips, speech) = (sounds.Clips(purpose), sounds.SpeechWithoutCommands(purpose));
        SplitWakeWord[] words = [.. sounds.WakeWords().Where(word => word.Fold == 0 == (purpose == Purpose.Reporting))];
        foreach (var clip in clips) Copy(clip.File, Path.Combine(output, "clips", clip.Label), $"{clip.Source}-{Path.GetFileName(Path.GetDirectoryName(clip.File))}-{Path.GetFileName(clip.File)}");
        foreach (var one in speech) Copy(one.File, Path.Combine(output, "speech", one.Kind == SpeechKind.Read ? "read" : "other"), Path.GetFileName(one.File));
        foreach (var word in words) Copy(word.File, Path.Combine(output, "wake-words", word.Word), Path.GetFileName(word.File));
        var noises = sounds.Noise(purpose);
        foreach (var noise in noises)
        {
            using var recording = AudioFile.Open(noise.File);
            Directory.CreateDirectory(Path.Combine(output, "noise"));
            WavWriter.Write(Path.Combine(output, "noise", Path.GetFileName(noise.File)), noise.Cut(Corpus.Read(noise.File, recording.SampleRate)), recording.SampleRate);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{output}: {clips.Count:N0} clips, {speech.Count:N0} utterances, {words.Length:N0} recordings of wake words and other phrases, parts of {noises.Count} recordings of noise, for {set.ToLowerInvariant()}"));
    }

    static void Copy(string file, string folder, string name)
    {
        Directory.CreateDirectory(folder);
        File.Copy(file, Path.Combine(folder, name));
    }
}
