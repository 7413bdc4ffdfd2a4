// A word counts when two microphones hear it within half a second: what only one of them takes for a word is left out.
//
//   dotnet run samples/two-microphones.cs                           two recordings: the shipped one, twice
//   dotnet run samples/two-microphones.cs -- kitchen.wav hall.wav   two recordings that began together
//   dotnet run samples/two-microphones.cs -- hw:1,0 hw:2,0          two microphones (surnn listen --list-devices), until Ctrl+C

#:project ../src/SuRnnStream.Pipeline/SuRnnStream.Pipeline.csproj
#:project ../src/SuRnnStream.Reactive/SuRnnStream.Reactive.csproj

using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using SuRnnStream;

var within = TimeSpan.FromSeconds(0.5);
var model = ModelFile.Load("models/commands.surnn");
string[] names = args is [var one, var other] ? [one, other] : ["samples/audio/commands.wav", "samples/audio/commands.wav"];

if (names.All(File.Exists)) await ReplayFilesAsync();
else await ListenAsync();

// The rule. Live the clock is the world's; for recordings, which are read faster than they sound, it is a virtual one.
IObservable<string> Agreements(IObservable<Detection> first, IObservable<Detection> second, IScheduler clock) =>
    from pair in first.Join(second, _ => Observable.Timer(within, clock), _ => Observable.Timer(within, clock), (a, b) => (A: a, B: b))
    where pair.A.Label == pair.B.Label
    let apart = (pair.B.Time - pair.A.Time).Duration()
    select FormattableString.Invariant($"{pair.A.Time.TotalSeconds,8:0.000}  {pair.A.Label,-6} {apart.TotalSeconds:0.00} s apart");

// Each recording is heard to its end; then both lists of detections are played on one virtual clock, each detection at its own time.
async Task ReplayFilesAsync()
{
    var clock = new HistoricalScheduler(DateTimeOffset.UnixEpoch);
    Subject<Detection>[] microphones = [new(), new()];
    using var subscription = Agreements(microphones[0], microphones[1], clock).Subscribe(Console.WriteLine);
    foreach (var (name, microphone) in names.Zip(microphones))
        await foreach (var detection in DetectorPipeline.DetectFileAsync(name, model))
            clock.Schedule(DateTimeOffset.UnixEpoch + detection.Time, () => microphone.OnNext(detection));
    clock.Start();
}

async Task ListenAsync()
{
    using var stop = new CancellationTokenSource();
    Console.CancelKeyPress += (_, key) => { key.Cancel = true; stop.Cancel(); };
    DetectorPipeline[] pipelines = [.. names.Select(name => new DetectorPipeline(Open(name), model, options: new PipelineOptions { Overflow = OverflowPolicy.DropOldest }))];
    using var subscription = Agreements(pipelines[0].Detections, pipelines[1].Detections, Scheduler.Default).Subscribe(Console.WriteLine);
    await Task.WhenAll(pipelines.Select(pipeline => pipeline.RunAsync(stop.Token)));
}

static ISampleSource Open(string name) => OperatingSystem.IsLinux()
    ? Microphone.Open(new MicrophoneOptions { Device = name })
    : throw new PlatformNotSupportedException("Microphones are opened by ALSA here, which is Linux's: name two recordings.");
