// Ten spoken commands, found in the shipped recording:
//
//   dotnet run samples/quickstart.cs

#:project ../src/SuRnnStream/SuRnnStream.csproj

using SuRnnStream;

var model = ModelFile.Load("models/commands.surnn");                 // immutable, shared by all streams
var detector = new StreamingDetector(model);                         // one per stream: owns the stream's memory
using var wav = WavFile.Open("samples/audio/commands.wav");
var source = Resampler.To(wav, model.Config.RequireFrontEnd().SampleRate); // any rate in

var (samples, cost) = (new float[1024], new ComputeStats());
for (int n; (n = source.Read(samples)) > 0;)                         // any chunking gives the same detections, bit for bit
    cost += detector.Process(samples.AsSpan(0, n), Print);
cost += detector.Finish(Print);                                      // a word at the very end counts, too
Console.WriteLine($"{cost.SkippedRatio:P0} of the frames skipped, {cost.MultiplyAdds:N0} of {cost.MultiplyAddsDense:N0} multiply-adds");

static void Print(Detection d) => Console.WriteLine($"{d.Time:mm\\:ss\\.ff}  {d.Label}  {d.Score:F2}");
