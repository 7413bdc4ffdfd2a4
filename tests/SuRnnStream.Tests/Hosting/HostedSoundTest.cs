using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

/// <summary>The sound around a host's detections: in sinks, in WAV files that JSON names, and not at all by default.</summary>
public sealed class HostedSoundTest
{
    static CancellationToken Cancellation => TestHost.Cancellation;

    static TestHost Host(float[] sound, params (string Key, string? Value)[] settings)
    {
        var host = new TestHost([("Detectors:door:Source", "hall"), ("Detectors:door:Model", "MODEL"), ("StopWhenDone", "true"), .. settings]);
        host.Builder.Configuration["SuRnnStream:Sources:hall:Address"] = host.SaveSound("tones.wav", sound);
        return host;
    }

    [Fact]
    public async Task Wav_IsSampleExactAgainstTheSource_AndJsonNamesIt()
    {
        var sound = ToneModel.Tones(3);
        using var host = Host([.. sound, .. ToneModel.Quiet(3.5)], ("Detectors:door:Sound:Folder", "heard"));
        host.Builder.Services.AddSuRnnStream().AddJsonLines("heard.jsonl");
        await host.RunAsync();
        var source = await File.ReadAllBytesAsync(host.File("tones.wav"), Cancellation);
        var lines = await File.ReadAllLinesAsync(host.File("heard.jsonl"), Cancellation);
        Assert.Equal(3, lines.Length);
        foreach (var line in lines)
        {
            var json = JsonElement.Parse(line);
            var file = json.GetProperty("sound").GetString()!;
            Assert.Matches($@"^heard.\d{{8}}T\d{{6}}\.\d{{3}}Z-door-{json.GetProperty("label").GetString()}(-\d)?\.wav$", file);
            var wav = await File.ReadAllBytesAsync(host.File(file), Cancellation);
            var (from, to) = (Place(json.GetProperty("start").GetDouble() - 0.5), Place(json.GetProperty("end").GetDouble() + 3));
            Assert.Equal(source.AsSpan(44 + (2 * Math.Max(0, from)), 2 * (to - Math.Max(0, from))), wav.AsSpan(44)); // the very bytes
        }
        Assert.Equal(3, Directory.GetFiles(host.File("heard")).Length);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(host.File("heard")));

        static int Place(double seconds) => (int)Math.Round(seconds * ToneModel.Rate);
    }

    [Fact]
    public async Task NotAskedFor_NothingIsKeptOrWritten()
    {
        using var host = Host(ToneModel.Tones(2));
        var sink = new MemorySink();
        host.Builder.Services.AddSuRnnStream().AddSink(_ => sink).AddJsonLines("heard.jsonl");
        await host.RunAsync();
        Assert.Equal([null, null], sink.Heard.Select(heard => heard.Sound));
        Assert.DoesNotContain("sound", await File.ReadAllTextAsync(host.File("heard.jsonl"), Cancellation));
    }

    [Fact]
    public async Task ASink_GetsTheSound_OfTheLast32()
    {
        var tones = ToneModel.Tones(HostSounds.Kept + 3);
        using var host = Host(tones, ("Detectors:door:Sound:Before", "00:00:00.1"), ("Detectors:door:Sound:After", "00:00:00.1"));
        var sink = new MemorySink();
        host.Builder.Services.AddSuRnnStream().AddSink(_ => sink);
        await host.RunAsync();
        var sounds = sink.Heard.Select(heard => heard.Sound!).ToArray();
        Assert.Equal(HostSounds.Kept + 3, sounds.Length);
        Assert.All(sounds[..3], sound => Assert.True(sound.Samples.IsEmpty)); // let go of
        var source = WavFile.Open(host.File("tones.wav")).ReadAll();
        Assert.All(sounds[3..], sound => Assert.Equal(source.AsSpan((int)sound.StartSample, sound.Samples.Length), sound.Samples.Span));
        Assert.All(sounds, sound => Assert.Null(sound.File));
    }

    [Fact]
    public async Task AFolder_KeepsTheNewest_AndWhatIsNotOurs()
    {
        using var host = Host(ToneModel.Tones(4), ("Detectors:door:Sound:Folder", "heard"), ("Detectors:door:Sound:Keep", "2"));
        Directory.CreateDirectory(host.File("heard"));
        await File.WriteAllTextAsync(host.File("heard/20010101T000000.000Z-door-low.wav"), "of an earlier run", Cancellation);
        await File.WriteAllTextAsync(host.File("heard/mine.wav"), "somebody's", Cancellation);
        var sink = new MemorySink();
        host.Builder.Services.AddSuRnnStream().AddSink(_ => sink);
        await host.RunAsync();
        string[] expected = [.. sink.Heard.Skip(2).Select(heard => heard.Sound!.File!), "heard/mine.wav"];
        Assert.Equal(expected.Order(StringComparer.Ordinal), Directory.GetFiles(host.File("heard")).Select(file => Path.Combine("heard", Path.GetFileName(file))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task WhatTheRulesHoldBack_IsNotWritten()
    {
        using var host = Host(ToneModel.Tones(4), ("Detectors:door:Sound:Folder", "heard"), ("Detectors:door:Rules:high:Threshold", "0.99999"));
        host.Builder.Services.AddSuRnnStream();
        await host.RunAsync();
        Assert.All(Directory.GetFiles(host.File("heard")), file => Assert.Matches(@"-low(-2)?\.wav$", file)); // -2: in the same millisecond
        Assert.Equal(2, Directory.GetFiles(host.File("heard")).Length);
    }

    [Theory]
    [InlineData("Sound:Before", "00:00:11", "Detectors:door:Sound:Before is 00:00:11, but must be 0 to 10 s.")]
    [InlineData("Sound:After", "3", "Detectors:door:Sound:After is '3', which would be days, but must be hours:minutes:seconds; for 3 s write 00:00:03.")]
    [InlineData("Sound:Keep", "0", "Detectors:door:Sound:Keep is 0, but must be 1 to 1000000.")]
    [InlineData("Sound:Folders", "x", "SuRnnStream:Detectors:door:Sound:Folders means nothing here: there are Before, After, Folder, Keep.")]
    public async Task WrongSettings_AreSaidAtTheStart(string key, string value, string says)
    {
        using var host = Host(ToneModel.Tones(1), ("Detectors:door:" + key, value));
        host.Builder.Services.AddSuRnnStream();
        Assert.Contains(says, (await Assert.ThrowsAsync<OptionsValidationException>(() => host.Host.StartAsync(Cancellation))).Message);
    }

    [Fact]
    public async Task AFolderThatCannotBe_FailsTheDetector_AndIsSaid()
    {
        using var host = Host(ToneModel.Tones(1), ("Detectors:door:Sound:Folder", "tones.wav/heard"));
        host.Builder.Services.AddSuRnnStream();
        await host.RunAsync();
        Assert.Contains("tones.wav", host.Status.Failure);
        Environment.ExitCode = 0;
    }
}
