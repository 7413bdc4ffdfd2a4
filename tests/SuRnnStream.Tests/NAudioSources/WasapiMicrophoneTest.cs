using Microsoft.Extensions.DependencyInjection;
using Xunit;

#pragma warning disable CA1416 // called where it is not supported, on purpose

namespace SuRnnStream.Tests.NAudioSources;

/// <summary>What can be tested of Windows' devices without Windows: options, addresses, and what other systems get.</summary>
public sealed class WasapiMicrophoneTest
{
    [Fact]
    public void OffWindows_OneErrorSaysWhatToDo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "This is Windows.");
        Assert.Equal("Desk: WASAPI is Windows' sound system, and this is not Windows; on Linux open a Microphone, elsewhere push the sound into a PushSource.",
            Assert.Throws<CaptureException>(() => WasapiMicrophone.Open("Desk")).Message);
        Assert.Throws<CaptureException>(WasapiMicrophone.Devices);
    }

    [Fact]
    public void Options_OutOfRangeOrAgainstEachOther_AreNamed()
    {
        Refused("SampleRate", new() { SampleRate = 100 });
        Refused("Encoding", new() { Encoding = SampleEncoding.U8 });
        Refused("Channel", new() { Channel = -1 });
        Refused("Device", new() { Device = "" });
        Refused("FollowDefault", new() { FollowDefault = true, Device = "Desk" });
        Refused("Loopback", new() { FollowDefault = true, Loopback = true });

        static void Refused(string name, WasapiOptions options) => Assert.Contains(name, Assert.Throws<ArgumentException>(() => WasapiMicrophone.Open(options)).Message);
    }

    [Theory]
    [InlineData("microphone:", "default", false)]
    [InlineData("Microphone:USB Audio", "USB Audio", false)]
    [InlineData("loopback:{0.0.0.00000000}.{a}", "{0.0.0.00000000}.{a}", true)]
    public void Address_NamesADevice(string address, string device, bool loopback)
    {
        Assert.True(new WasapiOpener().Opens(address));
        Assert.Equal(new WasapiOptions { Device = device, Loopback = loopback, Channel = 1 }, WasapiOpener.OptionsOf(new SourceRequest { Address = address, Channel = 1 }));
    }

    [Theory, InlineData(SampleEncoding.S16), InlineData(SampleEncoding.S24), InlineData(SampleEncoding.S32), InlineData(SampleEncoding.F32)]
    public void Formats_AskedOfWindows_AreReadAsTheSame(SampleEncoding encoding)
    {
        var format = WaveFormats.Of(encoding, 44_100, 2).ToPcm();
        Assert.Equal((encoding, 44_100, 2), (format.Encoding, format.SampleRate, format.Channels));
    }

    [Fact]
    public void AddWindowsMicrophones_AddsAnOpenerOnWindowsOnly()
    {
        var services = new ServiceCollection();
        services.AddSuRnnStream().AddWindowsMicrophones();
        Assert.Equal(OperatingSystem.IsWindows(), services.Any(service => service.ImplementationInstance is WasapiOpener));
    }
}
