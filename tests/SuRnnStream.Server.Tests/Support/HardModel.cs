namespace SuRnnStream.Server.Tests.Support;

/// <summary>A folder with the shipped model, whose threshold no word of the sample reaches: each is a near miss. And one in which near misses may be kept.</summary>
sealed class HardModel : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public HardModel(float threshold = 0.9999f)
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "models"));
        ModelFile.Save(Path.Combine(_folder.FullName, "models", "commands.surnn"), Build(threshold));
        ModelFile.Save(Path.Combine(_folder.FullName, "models", "heart.surnn"), HeartModel.Model);
    }

    public static SuRnnModel Build(float threshold = 0.9999f) =>
        new(Sample.Model.Config, Sample.Model.Weights, Sample.Model.Defaults with { Threshold = threshold, Thresholds = new Dictionary<string, float>(), Release = 0.3f }, Sample.Model.Card);

    /// <summary>What the server is told to find the models.</summary>
    public string Models => $"Models={Path.Combine(_folder.FullName, "models")}";

    /// <summary>What the server is told to keep near misses.</summary>
    public string Keeps => $"NearMisses:Folder={Near}";

    public string Near => Path.Combine(_folder.FullName, "near");

    public void Dispose() => _folder.Delete(recursive: true);
}
