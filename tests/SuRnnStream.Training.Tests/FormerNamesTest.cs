using System.Text.Json;
using SuRnnStream.Tests;
using SuRnnStream.Training.Commands;
using SuRnnStream.Training.Mel;
using SuRnnStream.Training.Tests.Mel;
using Xunit;

namespace SuRnnStream.Training.Tests;

/// <summary>Trainings that were begun when their options had other names go on.</summary>
public sealed class FormerNamesTest : IDisposable
{
    static readonly MelFitOptions Options = new() { Data = "nowhere", Channels = 8, Blocks = 1, Hidden = 8, DistillationWeight = 0.25, SpeechDistillationWeight = 0.75 };

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ACheckpointOfFitWords_WithFormerNames_IsReadAsOneOfToday()
    {
        var now = JsonSerializer.Serialize(Options, FitCommand.Json);
        var then = now.Replace("\"SpeechDistillationWeight\"", "\"SpeechLessonWeight\"", StringComparison.Ordinal).Replace("\"DistillationWeight\"", "\"LessonWeight\"", StringComparison.Ordinal);
        Assert.NotEqual(now, then);
        using var trainer = new MelTrainer(Options, FitWordsCommand.Shape(Options), TinyMel.Corpus(), null, _ => { });
        new MelCheckpoint(_folder.Path, then, null).Write(streams: true, 0.5, trainer);
        Assert.Equal((true, 0.5), new MelCheckpoint(_folder.Path, now, null).Read(trainer));

        var other = new MelCheckpoint(_folder.Path, now.Replace("0.75", "0.5", StringComparison.Ordinal), null);
        Assert.Contains("SpeechDistillationWeight was 0.75, now 0.5", Assert.Throws<InvalidDataException>(() => other.Read(trainer)).Message);
    }
}
