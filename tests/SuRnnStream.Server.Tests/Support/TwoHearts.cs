namespace SuRnnStream.Server.Tests.Support;

/// <summary>A folder with two models of the same columns.</summary>
sealed class TwoHearts : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public TwoHearts()
    {
        foreach (var name in new[] { "heart", "pulse" }) ModelFile.Save(Path.Combine(_folder.FullName, $"{name}.surnn"), HeartModel.Model);
        ModelFile.Save(Path.Combine(_folder.FullName, "commands.surnn"), Sample.Model);
    }

    public string Setting => $"Models={_folder.FullName}";

    public void Dispose() => _folder.Delete(recursive: true);
}
