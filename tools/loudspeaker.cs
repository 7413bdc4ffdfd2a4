// What hearing through one's own loudspeaker costs and what --reference saves: wake words misses while other speech is played, and self-wakes where the
// played speech says the wake word itself. Settings are chosen on other recordings than reported.
//
//   dotnet run tools/loudspeaker.cs -- /work/data choose     every setting, on four fifths of the recordings (fold by name) and two speakers
//   dotnet run tools/loudspeaker.cs -- /work/data report     the defaults, on the last fifth and three other speakers
//
//   dotnet run tools/loudspeaker.cs -- /work/data report PROGRAM
//
// With a PROGRAM (an echo canceller of SpeexDSP, WebRTC) the same once more with what it leaves of the microphone's sound. It is called with three files:
// microphone, played, result; samples of 16 bits, 16 kHz, without a header.
//
// Recordings: DATA/wake-words/{computer,alexa}, DATA/speech-negatives. The microphone gets the word over the echo of what is played: a delay of 60 to 250 ms and a
// room of 0.3 s, at 0, -6 or -12 dB below the word, and noise at -70 dBFS.

#:project ../src/SuRnnStream.Pipeline/SuRnnStream.Pipeline.csproj

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using SuRnnStream;

const int Rate = 16_000, Segment = 4 * Rate;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not [var data, "choose" or "report", .. { Length: <= 1 } program])
{
    Console.Error.WriteLine("usage: dotnet run tools/loudspeaker.cs -- DATA choose|report [PROGRAM]");
    return 1;
}
var report = args[1] == "report";
var model = ModelFile.Load("models/wake-words.surnn");
string[] chosenSpeakers = ["3664", "3947"], reportedSpeakers = ["5789", "6848", "1867"];

var words = new[] { "computer", "alexa" }.SelectMany(label => Files(Path.Combine(data, "wake-words", label)).Where(IsWanted).Select(file => (Label: label, Sound: AudioFile.ReadAll(file, Rate)))).ToArray();
var speech = Files(Path.Combine(data, "speech-negatives")).Where(file => (report ? reportedSpeakers : chosenSpeakers).Contains(Path.GetFileName(file).Split('-')[0])).Select(Load).SelectMany(sound => sound).ToArray();
Console.WriteLine($"{(report ? "reported" : "chosen")} on {words.Length} recordings ({words.Count(word => word.Label == "computer")} computer, {words.Count(word => word.Label == "alexa")} alexa) and {speech.Length / (double)Rate / 60:0.0} min of speech of {(report ? 3 : 2)} speakers, played again and again");

LoudspeakerOptions[] settings = report
    ? [new(), new() { DetectPlayed = false }]
    : [.. from follows in new[] { 0.3f, 0.5f, 0.7f } from threshold in new[] { 0.85f, 0.9f, 0.95f } select new LoudspeakerOptions { Follows = follows, Threshold = threshold, DetectPlayed = false },
       .. from follows in new[] { 0.7f, 0.99f } from threshold in new[] { 0.85f, 0.9f } from played in new[] { 1f, 0.7f, 0.5f, 0.3f } select new LoudspeakerOptions { Follows = follows, Threshold = threshold, PlayedThreshold = played }];

foreach (var below in new[] { 0, -6, -12 })
{
    // The words of the near speaker, while other speech is played.
    Console.WriteLine($"played speech {below} dB against the word, {words.Length} words:");
    Print(Run(Near(below), below), settings);
    if (program is [var canceller]) Print(Run(Near(below), below, canceller), settings);
    Console.WriteLine($"nobody speaks, {words.Length} wake words are played among speech, echo of {-26 + below} dBFS:");
    Print(Run(Own(below), below), settings);
    if (program is [var same]) Print(Run(Own(below), below, same), settings);
}
return 0;

// One stream: what the microphone gets, what is played, and where the near speaker's words are.
(float[] Microphone, float[] Played, (string Label, int From)[] Events) Near(int below)
{
    var (microphone, played, events, random) = (new List<float>(), new List<float>(), new List<(string, int)>(), new Random(7));
    var at = random.Next(speech.Length);
    foreach (var (label, sound) in words)
    {
        var (word, far) = (Fit(sound), new float[Segment]);
        for (var i = 0; i < Segment; i++) far[i] = speech[(at + i) % speech.Length];
        at += Segment;
        events.Add((label, microphone.Count));
        Scale(word, -26 - Level(word));
        Scale(far, -20 - Level(far));
        played.AddRange(far);
        microphone.AddRange(word);
    }
    var echo = Echo([.. played], 3);
    Scale(echo, -26 + below - Level(echo));
    return ([.. microphone.Zip(echo, (near, far) => near + far)], [.. played], [.. events]);
}

(float[] Microphone, float[] Played, (string Label, int From)[] Events) Own(int below)
{
    var (played, random) = (new List<float>(), new Random(9));
    var at = random.Next(speech.Length);
    foreach (var (_, sound) in words)
    {
        var far = new float[Segment];
        for (var i = 0; i < Segment; i++) far[i] = speech[(at + i) % speech.Length];
        at += Segment;
        var word = Fit(sound);
        Scale(word, -20 - Level(word));
        Scale(far, -20 - Level(far));
        played.AddRange(far);
        played.AddRange(word);
    }
    var echo = Echo([.. played], 5);
    Scale(echo, -26 + below - Level(echo));
    return (echo, [.. played], []);
}

// The network runs once; every setting's rule takes its detections and frames.
Heard Run((float[] Microphone, float[] Played, (string Label, int From)[] Events) stream, int seed, string? canceller = null)
{
    var noise = new Random(seed);
    for (var i = 0; i < stream.Microphone.Length; i++) stream.Microphone[i] = Math.Clamp(stream.Microphone[i] + (float)(0.00055 * (2 * noise.NextDouble() - 1)), -1, 1);
    if (canceller is not null) stream.Microphone = Cancel(canceller, stream.Microphone, stream.Played);
    var (frames, detections, own) = (new List<(TimeSpan, float[])>(), new List<Detection>(), new Dictionary<float, List<Detection>>());
    var detector = new StreamingDetector(model) { OnFrame = (in FrameView frame) => frames.Add((frame.End, frame.Scores.ToArray())) };
    detector.Process(stream.Microphone, detections.Add);
    foreach (var part in settings.Where(setting => setting.DetectPlayed).Select(setting => setting.PlayedThreshold).Distinct())
    {
        var scaled = model.Defaults with { Threshold = part * model.Defaults.Threshold, Thresholds = model.Defaults.Thresholds.ToDictionary(one => one.Key, one => part * one.Value) };
        new StreamingDetector(model, scaled).Process(stream.Played, (own[part] = []).Add);
    }
    return new Heard(canceller is null ? "" : $"after {Path.GetFileName(canceller)}: ", stream.Microphone, stream.Played, stream.Events, frames, detections, own);
}

void Print(Heard heard, LoudspeakerOptions[] settings)
{
    Line(heard.Name + "no reference", heard, heard.Detections);
    foreach (var setting in settings)
    {
        var (rule, passed) = (new LoudspeakerRule(setting, Rate, model.Config.Labels), new List<Detection>());
        int hop = 320, frame = 0, detection = 0, own = 0;
        var said = setting.DetectPlayed ? heard.Own[setting.PlayedThreshold] : [];
        for (var at = 0; at < heard.Microphone.Length; at += hop)
        {
            var length = Math.Min(hop, heard.Microphone.Length - at);
            rule.Hear(heard.Microphone.AsSpan(at, length), heard.Played.AsSpan(at, length));
            var now = TimeSpan.FromSeconds((at + length) / (double)Rate);
            for (; own < said.Count && said[own].Time <= now; own++) rule.OnPlayed(said[own]);
            for (; frame < heard.Frames.Count && heard.Frames[frame].End <= now; frame++) rule.OnFrame(heard.Frames[frame].End, heard.Frames[frame].Scores);
            for (; detection < heard.Detections.Count && heard.Detections[detection].Time <= now; detection++)
                rule.Take(heard.Detections[detection], verdict => { if (verdict.Outcome == DecisionOutcome.Passed) passed.Add(verdict.Detection); });
        }
        Line($"{heard.Name}follows {setting.Follows} threshold {setting.Threshold}{(setting.DetectPlayed ? $" + detects what is played from {setting.PlayedThreshold} of it" : "")}", heard, passed);
    }
}

static void Line(string name, Heard heard, List<Detection> detections)
{
    var taken = new HashSet<int>();
    var found = 0;
    foreach (var (label, from) in heard.Events)
    {
        var hit = detections.FindIndex(one => one.Label == label && one.Time.TotalSeconds * Rate >= from && one.Time.TotalSeconds * Rate < from + Segment);
        if (hit < 0) continue;
        found++;
        taken.Add(hit);
    }
    var (others, minutes) = (detections.Count - taken.Count, heard.Microphone.Length / (double)Rate / 60);
    if (heard.Events.Length > 0)
    {
        var missed = heard.Events.Length - found;
        var (low, high) = Bounds(missed, heard.Events.Length);
        Console.WriteLine($"  {name,-66} missed {missed,3} of {heard.Events.Length} ({100.0 * missed / heard.Events.Length,5:0.0} %, {100 * low:0.0} to {100 * high:0.0}), {others} false alarms in {minutes:0.0} min");
    }
    else
    {
        var words = heard.Microphone.Length / (2 * Segment);
        var (low, high) = Bounds(Math.Min(others, words), words);
        Console.WriteLine($"  {name,-66} self-wakes {others,3} of {words} ({100.0 * others / words,5:0.0} %, {100 * low:0.0} to {100 * high:0.0}) in {minutes:0.0} min");
    }
}

// Clopper and Pearson, 95 %.
static (double, double) Bounds(int k, int n)
{
    double Tail(double p, int from, int to)
    {
        var (sum, log) = (0.0, 0.0);
        for (var i = 0; i <= to; i++)
        {
            if (i > 0) log += Math.Log((n - i + 1.0) / i);
            if (i >= from) sum += Math.Exp(log + i * Math.Log(Math.Max(p, 1e-300)) + (n - i) * Math.Log(Math.Max(1 - p, 1e-300)));
        }
        return sum;
    }
    double Find(Func<double, bool> above)
    {
        var (a, b) = (0.0, 1.0);
        for (var i = 0; i < 60; i++) (a, b) = above((a + b) / 2) ? (a, (a + b) / 2) : ((a + b) / 2, b);
        return a;
    }
    return (k == 0 ? 0 : Find(p => Tail(p, k, n) > 0.025), k == n ? 1 : Find(p => Tail(p, 0, k) < 0.025));
}

// A loudspeaker in a room: nothing below 150 Hz, a delay, and reflections that fall by 60 dB in 0.3 s.
static float[] Echo(float[] played, int seed)
{
    var (random, room) = (new Random(seed), new List<(int At, float Gain)>());
    var delay = (int)((0.06 + 0.19 * random.NextDouble()) * Rate);
    room.Add((delay, 1));
    for (var i = 0; i < 60; i++)
    {
        var late = 0.003 + 0.2 * random.NextDouble();
        room.Add((delay + (int)(late * Rate), (float)((random.Next(2) == 0 ? -0.4 : 0.4) * Math.Pow(10, -3 * late / 0.3))));
    }
    var (echo, before, low) = (new float[played.Length], 0f, 0f);
    foreach (var (at, gain) in room)
        for (var i = at; i < echo.Length; i++) echo[i] += gain * played[i - at];
    for (var i = 0; i < echo.Length; i++) (low, before, echo[i]) = (0.943f * (low + echo[i] - before), echo[i], 0.943f * (low + echo[i] - before));
    return echo;
}

// What a program leaves of the microphone's sound.
static float[] Cancel(string program, float[] microphone, float[] played)
{
    var folder = Directory.CreateTempSubdirectory("surnn-echo-").FullName;
    try
    {
        string[] files = [Path.Combine(folder, "microphone"), Path.Combine(folder, "played"), Path.Combine(folder, "result")];
        foreach (var (file, sound) in files.Zip([microphone, played]))
            File.WriteAllBytes(file, MemoryMarshal.AsBytes<short>(sound.Select(sample => (short)Math.Clamp(MathF.Round(sample * 32_768), short.MinValue, short.MaxValue)).ToArray()).ToArray());
        using var process = Process.Start(program, files);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
        var left = MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(files[2])).ToArray();
        return [.. left.Select(sample => sample / 32_768f), .. new float[Math.Max(0, microphone.Length - left.Length)]];
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
}

static float[] Fit(float[] sound)
{
    var fit = new float[Segment];
    sound.AsSpan(0, Math.Min(sound.Length, Segment)).CopyTo(fit);
    return fit;
}

// Of the loudest fifth of the 20 ms frames, in dBFS: of speech between its pauses.
static double Level(float[] samples)
{
    var powers = Enumerable.Range(0, samples.Length / 320).Select(i => samples.AsSpan(i * 320, 320).ToArray().Average(sample => (double)sample * sample)).OrderDescending().ToArray();
    return 10 * Math.Log10(powers.Take(Math.Max(1, powers.Length / 5)).Average() + 1e-12);
}

static void Scale(float[] samples, double decibels)
{
    var gain = (float)Math.Pow(10, decibels / 20);
    for (var i = 0; i < samples.Length; i++) samples[i] *= gain;
}

// The fifth that is reported on is the one that the training of the wake words held back, by the files' names.
bool IsWanted(string file) => SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFileNameWithoutExtension(file).Split('_')[0]))[0] * 5 / 256 == 0 == report;

static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*.wav").Order(StringComparer.Ordinal);

sealed record Heard(string Name, float[] Microphone, float[] Played, (string Label, int From)[] Events, List<(TimeSpan End, float[] Scores)> Frames, List<Detection> Detections, Dictionary<float, List<Detection>> Own);
