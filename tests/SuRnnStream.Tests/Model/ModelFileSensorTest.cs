using System.Text;
using System.Text.Json.Nodes;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Model;

/// <summary>The settings of a sensor front end in a model file.</summary>
public sealed class ModelFileSensorTest
{
    static readonly byte[] Good = Save(SensorModels.Build());
    static readonly int HeaderLength = BitConverter.ToInt32(Good, 8);

    [Fact]
    public void Load_GivesBackEverythingThatWasSaved()
    {
        var loaded = Load(Good);
        Assert.Equal(Good, Save(loaded));
        Assert.Equal(4, Good[6]); // older readers say that they have to be updated
        Assert.Equal(SensorModels.FrontEnd.Channels, loaded.Config.Sensor!.Channels);
        Assert.Equal(SensorModels.FrontEnd, loaded.Config.Sensor with { Channels = SensorModels.FrontEnd.Channels });
        Assert.Null(loaded.Config.FrontEnd);
        var rhythm = Save(SensorModels.Build(SensorModels.Rhythm));
        Assert.Equal((9, TimeSpan.FromSeconds(1.2)), (rhythm[6], Load(rhythm).Config.Sensor!.RhythmWithin)); // older readers refuse it: they would miss numbers of the frame
        var (int8, odd) = (SensorModels.Build().ToInt8(), SensorModels.FrontEnd with { SampleRate = 0.1, NormalizeOver = default, Content = FrameContent.Mean, LandmarkWithin = default, Channels = [new() { Name = "bar \"ä\"" }] });
        Assert.Equal(Save(int8), Save(Load(Save(int8))));
        Assert.Equal((0.1, "bar \"ä\""), (Load(Save(SensorModels.Build(odd))).Config.Sensor!.SampleRate, Load(Save(SensorModels.Build(odd))).Config.Sensor!.Channels[0].Name));
    }

    [Fact]
    public void Statistics_AreKept_AndImpossibleOnesRefused()
    {
        SensorChannel Channel(ChannelStatistics? statistics) => new() { Name = "bar", Statistics = statistics };
        var known = new ChannelStatistics { Mean = 1, Deviation = 2, Least = -3, Most = 4, Calm = 0.5 };
        SuRnnModel With(ChannelStatistics? statistics) => SensorModels.Build(SensorModels.FrontEnd with { Channels = [Channel(statistics)] });
        Assert.Equal(known, Load(Save(With(known))).Config.Sensor!.Channels[0].Statistics);
        Assert.Null(Load(Save(With(null))).Config.Sensor!.Channels[0].Statistics);
        foreach (var wrong in new[] { known with { Calm = -1 }, known with { Most = -4 }, known with { Deviation = double.NaN }, known with { Mean = double.PositiveInfinity } })
            Assert.Contains("The statistics of 'bar' are impossible", Assert.Throws<ArgumentException>(() => With(wrong)).Message);
    }

    [Fact]
    public void Load_OfASoundModel_HasNoSensors() => Assert.Null(Load(Save(TinyModels.Build())).Config.Sensor);

    [Fact]
    public void Load_WithAnyFieldMissingNullOrOfAnotherKind_IsRefused()
    {
        var header = Header();
        foreach (var field in header["sensor"]!.AsObject().Select(field => field.Key).ToArray())
        {
            Refused(Changed(sensor => sensor.Remove(field)), $"'{field}'");
            Refused(Changed(sensor => sensor[field] = null));
            Refused(Changed(sensor => sensor[field] = new JsonObject()));
        }
        foreach (var field in header["sensor"]!["channels"]![0]!.AsObject().Select(field => field.Key).ToArray())
        {
            Refused(Changed(sensor => sensor["channels"]![0]!.AsObject().Remove(field)), $"'{field}'");
            Refused(Changed(sensor => sensor["channels"]![1]![field] = null));
        }
        Refused(Changed(sensor => sensor["channels"]![0] = null));
        Refused(Changed(sensor => sensor["content"] = 0));
    }

    [Fact]
    public void Load_WithSettingsOutOfRange_NamesThem()
    {
        Refused(Changed(sensor => sensor["sampleRate"] = 0), "sample rate");
        Refused(Changed(sensor => sensor["sampleRate"] = 1e300), "sample rate");
        Refused(Changed(sensor => sensor["hopLength"] = int.MaxValue), "hop");
        Refused(Changed(sensor => sensor["channels"] = new JsonArray()), "1 to 256 channels");
        Refused(Changed(sensor => sensor["channels"]![1]!["name"] = "i"), "all different");
        Refused(Changed(sensor => sensor["channels"]![1]!["highPassHz"] = 70), "high-pass");
        Refused(Changed(sensor => sensor["channels"]![1]!["scale"] = -1), "scale");
        Refused(Changed(sensor => sensor["normalizeSeconds"] = -3), "normalisation");
        Refused(Changed(sensor => sensor["resetSeconds"] = -1e300), "reset");
        Refused(Changed(sensor => sensor["landmarkSeconds"] = 1e300), "landmark");
        Refused(Changed(sensor => sensor["rhythmSeconds"] = 1e300), "rhythm");
        Refused(Changed(sensor => sensor["rhythmSeconds"] = 2), "stem.0.weight"); // another frame than the tensors are for
        Refused(Changed(sensor => sensor["hopLength"] = 6), "stem.0.weight"); // another frame than the tensors are for
        Refused(Changed(sensor => sensor.Root["frontEnd"] = new JsonObject { ["sampleRate"] = 16_000, ["windowLength"] = 512, ["hopLength"] = 320, ["bands"] = 40, ["lowHz"] = 60, ["highHz"] = 7_600, ["floor"] = 1e-5, ["scale"] = 0.2 }), "one for sound and one for sensors");
        Refused(Changed(sensor => sensor.Root["inputs"] = 21), "21 inputs");
    }

    static void Refused(byte[] bytes, string says = "")
    {
        var wrong = Assert.Throws<InvalidModelException>(() => Load(bytes));
        Assert.StartsWith("a.surnn: ", wrong.Message);
        Assert.DoesNotContain('\n', wrong.Message);
        Assert.Contains(says, wrong.Message);
    }

    static JsonObject Header() => JsonNode.Parse(Good.AsSpan(12, HeaderLength))!.AsObject();

    static byte[] Changed(Action<JsonObject> change)
    {
        var header = Header();
        change(header["sensor"]!.AsObject());
        var json = Encoding.UTF8.GetBytes(header.ToJsonString());
        byte[] front = [.. Good.AsSpan(0, 8), .. BitConverter.GetBytes(json.Length), .. json];
        return [.. front, .. new byte[(64 - front.Length % 64) % 64], .. Good.AsSpan((12 + HeaderLength + 63) / 64 * 64)];
    }

    static SuRnnModel Load(byte[] bytes) => ModelFile.Load(new MemoryStream(bytes), "a.surnn");

    static byte[] Save(SuRnnModel model)
    {
        var stream = new MemoryStream();
        ModelFile.Save(stream, model, checksum: false); // the tests write into it
        return stream.ToArray();
    }
}
