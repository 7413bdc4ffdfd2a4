using SuRnnStream;

// SurnnApp FILE: the words in a file of sound, by ffmpeg also FLAC, MP3 and others. SurnnApp: those at the microphone, until Ctrl+C.
if (args is [var file])
{
    await foreach (var detection in DetectorPipeline.DetectFileAsync(file, "MODEL_NAME")) Print(detection);
    return;
}

if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("Microphones are opened by name on Linux; elsewhere take SuRnnStream.NAudio, or name a file.");
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
using var microphone = Microphone.Open(new MicrophoneOptions());
var pipeline = new DetectorPipeline(microphone, ModelFile.LoadByName("MODEL_NAME"), options: new PipelineOptions { Overflow = OverflowPolicy.DropOldest });
try
{
    await foreach (var detection in pipeline.DetectAsync(stop.Token)) Print(detection);
}
catch (OperationCanceledException)
{
    Console.WriteLine(pipeline.Counters); // read = processed + dropped + in flight
}

static void Print(Detection detection) => Console.WriteLine($"{detection.Time.TotalSeconds,8:F2}  {detection.Label}  {detection.Score:F2}");
