using System.Globalization;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests.Support;

/// <summary>The app of the core package's readme, and what it is to detect.</summary>
static class PackagedApp
{
    /// <summary>Its folder; it has a model of its own beside a shipped one.</summary>
    public static string WithOwnModel(LocalFeed feed, string name, Func<string, string> change)
    {
        var app = feed.NewApp(name, project => change(project.Replace(">commands<", ">commands;my/word.surnn<")));
        File.Copy(Repository.File("models", "heartbeat.surnn"), Path.Combine(Directory.CreateDirectory(Path.Combine(app, "my")).FullName, "word.surnn"));
        return app;
    }

    /// <summary>It was published without a warning, has its models beside it, and detects the sample's words.</summary>
    public static void AssertRuns(string app, (int ExitCode, string Text) published)
    {
        Assert.True(published.ExitCode == 0 && !published.Text.Contains("warning"), published.Text);
        Assert.Equal(["commands.surnn", "word.surnn"], Directory.GetFiles(Path.Combine(app, "out", "models")).Select(Path.GetFileName).Order());
        Assert.Equal(Expected(), LocalFeed.Execute(Path.Combine(app, "out", "App"), "/", ShippedSample.Recording).Text);
    }

    /// <summary>What the repository's own code hears in the sample: ten words, a line each.</summary>
    public static string Expected()
    {
        using var wav = WavFile.Open(ShippedSample.Recording);
        var lines = new List<string>();
        var detector = new StreamingDetector(ModelFile.Load(Repository.File("models", "commands.surnn")));
        var (source, samples) = (Resampler.To(wav, 16_000), new float[1024]);
        for (int n; (n = source.Read(samples)) > 0;)
            detector.Process(samples.AsSpan(0, n), d => lines.Add(string.Create(CultureInfo.InvariantCulture, $"{d.Time.TotalSeconds:F2} {d.Label} {d.Score:F2}")));
        Assert.Equal(ShippedSample.Detected.Length, lines.Count);
        return string.Concat(lines.Select(line => line + Environment.NewLine));
    }
}
