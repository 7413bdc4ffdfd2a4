using Microsoft.Extensions.DependencyInjection;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

public sealed class HostedChannelTest
{
    /// <summary>A microphone wired the other way round: the mean of its channels is silence.</summary>
    [Theory, InlineData(null, 0), InlineData("0", 3), InlineData("1", 3)]
    public async Task Source_OfOppositeChannels_IsHeardByTheOneThatIsChosen(string? channel, int detections)
    {
        using var host = new TestHost(("Sources:hall:Address", "two.wav"), ("Sources:hall:Channel", channel), ("Detectors:door:Source", "hall"), ("Detectors:door:Model", "MODEL"), ("StopWhenDone", "true"));
        File.WriteAllBytes(host.File("two.wav"), WavBytes.Wav([.. ToneModel.Tones(3).SelectMany(sample => new[] { sample, -sample }).SelectMany(sample => WavBytes.U16((short)(sample * 32_767) & 0xFFFF))], channels: 2, rate: ToneModel.Rate));
        var sink = new MemorySink();
        host.Builder.Services.AddSuRnnStream().AddSink(_ => sink);
        await host.RunAsync();
        Assert.Equal(detections, sink.Heard.Count);
    }
}
