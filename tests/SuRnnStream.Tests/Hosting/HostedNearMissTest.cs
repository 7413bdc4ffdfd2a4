using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Hosting;

/// <summary>What a host nearly detects: kept where it is asked for, and not at all by default.</summary>
public sealed class HostedNearMissTest
{
    static TestHost Host(float[] sound, params (string Key, string? Value)[] settings)
    {
        var host = new TestHost([("Detectors:door:Source", "hall"), ("Detectors:door:Model", "MODEL"), ("Detectors:door:Threshold", "0.999"), ("StopWhenDone", "true"), .. settings]);
        host.Builder.Configuration["SuRnnStream:Sources:hall:Address"] = host.SaveSound("tones.wav", sound);
        host.Builder.Services.AddSuRnnStream();
        return host;
    }

    [Fact]
    public async Task NearMisses_AreWritten_AndTheStatusSaysWhy()
    {
        using var host = Host(ToneModel.Tones(4), ("Detectors:door:NearMisses:Folder", "near"), ("Detectors:door:NearMisses:From", "0.6"), ("Detectors:door:NearMisses:Keep", "3"));
        await host.RunAsync();
        var waiting = new ReviewFolder(host.File("near")).Waiting();
        Assert.Equal(3, waiting.Count);
        Assert.All(waiting, wav => Assert.Equal(("below threshold", "hall"), (ReviewFolder.NoteOf(wav).Outcome, ReviewFolder.NoteOf(wav).Source)));
        Assert.Equal(["high 2", "low 2"], host.Status.Candidates.Select(label => FormattableString.Invariant($"{label.Label} {label.Counts.BelowThreshold}")));
    }

    [Fact]
    public async Task NotAskedFor_NothingIsKept()
    {
        using var host = Host(ToneModel.Tones(2));
        await host.RunAsync();
        Assert.Equal(2, host.Status.Candidates.Sum(label => label.Counts.BelowThreshold));
        Assert.Empty(Directory.GetDirectories(Path.GetDirectoryName(host.File("tones.wav"))!));
    }

    [Theory]
    [InlineData("From", "1.5", "NearMisses:From is 1.5, but must be in (0, 1)")]
    [InlineData("Before", "00:00:11", "NearMisses:Before")]
    [InlineData("After", "00:02:00", "NearMisses:After")]
    [InlineData("Keep", "0", "NearMisses:Keep")]
    [InlineData("Megabytes", "0", "NearMisses:Megabytes")]
    [InlineData("Folder", "", "NearMisses:Folder is missing")]
    [InlineData("Foldr", "near", "Foldr")]
    public async Task WrongSettings_KeepTheHostFromStarting(string key, string value, string says)
    {
        using var host = Host(ToneModel.Tones(1), [("Detectors:door:NearMisses:Folder", "near"), ($"Detectors:door:NearMisses:{key}", value)]);
        var wrong = await Assert.ThrowsAsync<OptionsValidationException>(() => host.Host.StartAsync(TestHost.Cancellation));
        Assert.Contains(says, wrong.Message);
    }
}
