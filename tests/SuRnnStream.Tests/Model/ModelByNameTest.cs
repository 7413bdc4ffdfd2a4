using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Model;

public sealed class ModelByNameTest : IDisposable
{
    readonly TemporaryFolder _app = new();

    public void Dispose() => _app.Dispose();

    [Theory, InlineData("commands"), InlineData("commands.surnn")]
    public void PathByName_WithOrWithoutEnding_IsTheFileBesideTheApp(string name)
    {
        Place("commands");
        Assert.Equal(_app.File(Path.Combine("models", "commands.surnn")), ModelFile.PathByName(_app.Path, name));
    }

    [Fact]
    public void PathByName_OfAMissingModel_SaysWhichThereAreAndHowToGetIt()
    {
        Place("wake-words");
        Place("commands");
        var error = Assert.Throws<FileNotFoundException>(() => ModelFile.PathByName(_app.Path, "heartbeat"));
        Assert.Contains("heartbeat.surnn, only commands, wake-words.", error.Message);
        Assert.Contains("<SuRnnModels>", error.Message);
        Assert.Equal(_app.File(Path.Combine("models", "heartbeat.surnn")), error.FileName);
    }

    [Theory, InlineData(""), InlineData(" "), InlineData("models/commands.surnn"), InlineData("..\\commands")]
    public void LoadByName_OfAPathOrNothing_Refuses(string name) => Assert.Throws<ArgumentException>(() => ModelFile.LoadByName(name));

    [Fact]
    public void LoadByName_OfAModelBesideTheTests_LoadsIt() => Assert.Contains("yes", ModelFile.LoadByName("commands").Config.Labels);

    void Place(string name) => File.Copy(Repository.File("models", name + ".surnn"), Path.Combine(Directory.CreateDirectory(_app.File("models")).FullName, name + ".surnn"));
}
