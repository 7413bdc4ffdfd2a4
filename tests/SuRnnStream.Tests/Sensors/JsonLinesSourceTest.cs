using Xunit;

namespace SuRnnStream.Tests.Sensors;

public sealed class JsonLinesSourceTest
{
    static readonly SensorFrontEndConfig Sensor = new() { Channels = [new() { Name = "acc x" }, new() { Name = "acc y" }], SampleRate = 0.1 };

    [Fact]
    public void Read_TakesObjectsAndLists()
    {
        var source = Open("""
            {"acc y": 2, "acc x": 1, "note": "first"}

            [3, 4.5]
            {"ACC X": null, "acc y": -1e3}
            {"acc x": 7}
            [null, 8]
            """);
        var samples = new float[100];
        Assert.Equal(10, source.Read(samples));
        Assert.Equal([1, 2, 3, 4.5f, float.NaN, -1000, 7, float.NaN, float.NaN, 8], samples[..10]);
        Assert.Equal(0, source.Read(samples));
        Assert.Equal((1, 0.1, 0), (source.SampleRate, ((ISampleSource)source).Rate, source.SamplesLost)); // less than one a second
    }

    /// <summary>Half a character, escaped: .NET parses it and throws InvalidOperationException when the name is asked for.</summary>
    [Fact]
    public void Read_OfANameThatIsNoText_TakesTheOthers()
    {
        var source = Open("""
            {"\ud800": 1, "acc x": 2, "acc y": 3}
            {"acc x": 4, "\udfff\ud800": {"\ud800": []}, "acc y": 5}
            """);
        var samples = new float[10];
        Assert.Equal(4, source.Read(samples));
        Assert.Equal([2, 3, 4, 5], samples[..4]);
    }

    [Theory]
    [InlineData("""{"\ud800": 1}""", "none of the model's channels")]
    [InlineData("""{"acc x": "\ud800"}""", "'acc x' is")]
    [InlineData("""{"time": "\ud800", "acc x": 1}""", "is no time")]
    public void Read_OfATextThatIsNone_IsALineThatCannotBeUnderstood(string line, string says) =>
        Assert.Contains(says, Assert.Throws<InvalidSensorDataException>(() => Open(line).Read(new float[10])).Message);

    /// <summary>From a reader that is no file's: UTF-8 has no such thing.</summary>
    [Fact]
    public void Read_OfHalfACharacterInTheTextItself_IsNoJson() =>
        Assert.Contains("is no JSON", Assert.Throws<InvalidSensorDataException>(() => Open("{\"acc x\": 1, \"" + (char)0xD800 + "\": 2}").Read(new float[10])).Message);

    [Fact]
    public void Read_WithTimes_LosesMomentsOfAGap()
    {
        var source = Open("""
            {"time": 100, "acc x": 1, "acc y": 1}
            {"time": 110, "acc x": 2, "acc y": 1}
            {"time": 149, "acc x": 3, "acc y": 1}
            {"t": "1970-01-01T00:02:40Z", "acc x": 4, "acc y": 1}
            """);
        var samples = new float[100];
        Assert.Equal((4, 0), (source.Read(samples), source.SamplesLost));
        Assert.Equal((4, 6, 3f), (source.Read(samples), source.SamplesLost, samples[0]));
    }

    [Theory]
    [InlineData("{\"acc x\": 1", "line 1: this is no JSON (")]
    [InlineData("[1, 2]\n7", "line 2: this is neither an object nor a list; write a line as {\"acc x\": 0.1, \"acc y\": 0.1}")]
    [InlineData("[1]", "line 1: there are 1 numbers, but the model takes 2 channels")]
    [InlineData("{\"accx\": 1}", "line 1: none of the model's channels is there")]
    [InlineData("{\"acc x\": \"1\"}", "line 1: 'acc x' is \"1\", which is no number")]
    [InlineData("{\"acc x\": 1, \"time\": true}", "line 1: 'time' is true, which is no time")]
    public void Read_OfWhatCannotBeUnderstood_SaysWhere(string text, string says) =>
        Assert.StartsWith("-: " + says, Assert.Throws<InvalidSensorDataException>(() => Open(text).Read(new float[100])).Message);

    static JsonLinesSource Open(string text) => new(new StringReader(text), "-", Sensor);
}
