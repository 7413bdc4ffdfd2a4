namespace SuRnnStream.Training;

/// <summary>Options, and figures of epochs, that trainings have written by names of before, so that what was begun by those names can go on.</summary>
static class FormerNames
{
    static readonly (string Then, string Now)[] Names =
    [
        ("Stretches", "Segments"), ("EpochStretches", "EpochSegments"),
        ("OpenNear", "OpenInEvents"), ("OpenElsewhere", "OpenInBackground"), ("ClosingNear", "ClosingInEvents"), ("ClosingElsewhere", "ClosingInBackground"),
        ("Teaching", "Distillation"), ("LessonWeight", "DistillationWeight"), ("SpeechLessonWeight", "SpeechDistillationWeight"),
    ];

    /// <summary>The same by today's names.</summary>
    /// <param name="json">As a training has written them.</param>
    public static string Replace(string json) => Names.Aggregate(json, (text, name) => text.Replace($"\"{name.Then}\":", $"\"{name.Now}\":", StringComparison.Ordinal)); // no value has a quotation mark that is not escaped
}
