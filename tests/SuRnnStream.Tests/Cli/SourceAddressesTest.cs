using System.Text;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>Every address of a source, in every command that takes one: it is opened, or refused in one line that says what takes it.</summary>
public sealed class SourceAddressesTest : CliTest
{
    const string TakesIt = "surnn listen takes this address", NotThere = "there is no such file";

    [Theory]
    [InlineData("detect", "WAV", 0, "2 detections"), InlineData("detect", "-", 0, "2 detections"), InlineData("detect", "FOLDER", 0, "2 detections"), InlineData("detect", "nosuch.wav", 1, NotThere)]
    [InlineData("detect", "replay:WAV", 2, TakesIt), InlineData("detect", "microphone:door", 2, TakesIt), InlineData("detect", "rtsp://127.0.0.1:1/x", 2, TakesIt), InlineData("detect", "http://127.0.0.1:1/x", 2, TakesIt)]
    [InlineData("detect", "mqtt://127.0.0.1:1/x", 2, TakesIt), InlineData("detect", "serial:///dev/null", 2, TakesIt)]
    [InlineData("listen", "WAV", 0, "2 detections"), InlineData("listen", "-", 0, "2 detections"), InlineData("listen", "replay:WAV?speed=1000", 0, "2 detections"), InlineData("listen", "microphone:door", 0, "2 detections")]
    [InlineData("listen", "door", 0, "2 detections"), InlineData("listen", "microphone:nosuch", 1, "nosuch: cannot be opened"), InlineData("listen", "rtsp://127.0.0.1:1/x", 1, "127.0.0.1:1/x"), InlineData("listen", "nosuch.wav", 1, NotThere)]
    [InlineData("listen", "mqtt://127.0.0.1:1/x", 2, "is a sensor, but the model takes sound"), InlineData("listen", "serial:///dev/null", 2, "is a sensor, but the model takes sound")]
    [InlineData("devices --check", "WAV", 0, "channel 0"), InlineData("devices --check", "replay:WAV?speed=1000", 0, "channel 0"), InlineData("devices --check", "microphone:nosuch", 1, "nosuch: cannot be opened"), InlineData("devices --check", "nosuch.wav", 1, NotThere)]
    [InlineData("evaluate --negatives", "WAV", 0, "negatives  "), InlineData("evaluate --negatives", "FOLDER", 0, "negatives  "), InlineData("evaluate --negatives", "replay:WAV", 2, TakesIt), InlineData("evaluate --positives", "microphone:door", 2, TakesIt)]
    [InlineData("record halt --out OUT --count 1 --talk 0 --quiet 0 --from", "mqtt://127.0.0.1:1/x", 2, "is a sensor, but a word is recorded from a microphone")]
    [InlineData("record halt --out OUT --count 1 --talk 0 --quiet 0 --from", "microphone:nosuch", 1, "nosuch: cannot be opened"), InlineData("record halt --out OUT --count 1 --talk 0 --quiet 0 --from", "nosuch.wav", 1, NotThere)]
    [InlineData("enroll halt WAV --out OUT --negatives", "replay:WAV", 2, TakesIt)]
    public async Task OfAModelOfSound(string command, string address, int exitCode, string says)
    {
        using var alsa = new AlsaFolder();
        var sound = AsPcm([.. ToneModel.Tones(2), .. new float[ToneModel.Rate / 2]]);
        alsa.Add("door", sound);
        var wav = Wav("sounds/tones.wav", sound);
        string[] args = [.. command.Split(' ').Select(word => word switch { "OUT" => Folder.File("out"), "WAV" => wav, _ => word }), .. address == "-" && command == "listen" ? ["-", "--encoding", "s16"] : (string[])[address.Replace("WAV", wav).Replace("FOLDER", Path.GetDirectoryName(wav)!)]];
        if (address.EndsWith("door", StringComparison.Ordinal) && command == "listen") args = [.. args, "--duration", FormattableString.Invariant($"{(double)sound.Length / ToneModel.Rate}"), "--realtime", "--encoding", "s16"];
        if (!command.StartsWith("devices", StringComparison.Ordinal) && !command.StartsWith("record", StringComparison.Ordinal)) args = [.. args, "-m", ModelPath];
        var run = await RunWith(new MemoryStream(Sound.Pcm16(sound)), args);
        Assert.True(exitCode == run.ExitCode, $"{run.ExitCode}: {run.Error}");
        Assert.Contains(says, exitCode == 0 ? run.Out : Assert.Single(run.Errors));
    }

    [Theory]
    [InlineData("detect", "CSV", 0, "\"label\":\"beat\""), InlineData("detect", "-", 0, "\"label\":\"beat\""), InlineData("detect", "replay:CSV", 2, TakesIt), InlineData("detect", "mqtt://127.0.0.1:1/x", 2, TakesIt)]
    [InlineData("listen", "CSV", 0, "\"label\":\"beat\""), InlineData("listen", "-", 0, "\"label\":\"beat\""), InlineData("listen", "replay:CSV?speed=1000", 0, "\"label\":\"beat\""), InlineData("listen", "mqtt://127.0.0.1/", 1, "mqtt")]
    [InlineData("listen", "serial:///dev/nosuch", 1, "/dev/nosuch"), InlineData("listen", "microphone:door", 1, "microphone:door"), InlineData("listen", "rtsp://127.0.0.1:1/x", 1, "rtsp"), InlineData("listen", "default", 2, "name mqtt://HOST/TOPIC")]
    public async Task OfAModelOfSensors(string command, string address, int exitCode, string says)
    {
        ModelFile.Save(ModelPath, PulseModel.Build());
        var csv = Folder.File("ecg.csv");
        File.WriteAllLines(csv, PulseModel.Stream(800).Select((value, m) => PulseModel.Line(m, value)).Prepend("time [s],MLII [mV]"));
        var lines = string.Concat(PulseModel.Stream(800).Select(value => FormattableString.Invariant($"{{\"MLII\": {value}}}\n")));
        var run = await RunWith(new MemoryStream(Encoding.UTF8.GetBytes(lines)), command, address.Replace("CSV", csv), "-m", ModelPath, "--format", "json");
        Assert.True(exitCode == run.ExitCode, $"{run.ExitCode}: {run.Error}");
        Assert.Contains(says, exitCode == 0 ? run.Out : Assert.Single(run.Errors));
    }
}
