using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

/// <summary>The shipped heartbeat model and its dense twin, on records that they were not trained on where those are at hand.</summary>
public sealed class HeartbeatModelTest
{
    [Theory, InlineData("heartbeat.surnn"), InlineData("heartbeat-dense.surnn")]
    public void Save_OfTheShippedModel_GivesItsFile(string name) => ShippedFile.AssertSaves(Repository.File("models", name));

    [Theory, InlineData("101", 0.99, 1.0), InlineData("119", 0.99, 0.98)]
    public void Detect_OfARealRecord_FindsItsBeatsAtTheirPeaks(string name, double beats, double ventricular)
    {
        var record = Path.Combine(Recordings.Folder("mit-bih"), name);
        var model = ModelFile.Load(Repository.File("models", "heartbeat.surnn"));
        var (source, samples, found) = (WfdbRecord.Open(record + ".hea").ToSource(model.Config.Sensor!), new float[650_000], new List<Detection>());
        Assert.Equal(samples.Length, source.Read(samples));
        var stats = new StreamingDetector(model).Process(samples, found.Add);
        var notes = WfdbAnnotations.Read(record + ".atr").Where(note => note.Code is "N" or "A" or "V" or "Q" or "S").ToArray();
        bool IsFound(WfdbAnnotation note, string? label) => found.Exists(detection =>
            (label is null || detection.Label == label) && Math.Abs(detection.Landmark!.Value.TotalSeconds - note.Moment / 360.0) < 0.05);
        Assert.True(notes.Count(note => IsFound(note, null)) >= beats * notes.Length);
        Assert.InRange(found.Count, 0.99 * notes.Length, 1.01 * notes.Length);
        WfdbAnnotation[] odd = [.. notes.Where(note => note.Code == "V")];
        Assert.True(odd.Count(note => IsFound(note, "ventricular")) >= ventricular * odd.Length);
        Assert.True(stats.SkippedRatio > 0.4, $"{stats.SkippedRatio:P0} of the frames skipped");
    }
}
